//! What the derive says of a type, beside what the type does.

mod names;

mod sizes;

mod shapes;

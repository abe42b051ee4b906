//! What the benchmarks share: how instructions are counted, and how figures are ordered and printed.

pub mod figures;
pub mod valgrind;

//! What the compiler says to somebody who uses the macros wrongly: see `fail/`, and `pass/` for what must compile.

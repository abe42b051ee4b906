//! What the benchmarks share: how instructions are counted, how figures are ordered and printed, and how a call is measured.

pub mod calls;
pub mod figures;
pub mod valgrind;

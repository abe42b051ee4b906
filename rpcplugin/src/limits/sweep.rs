//! The bounds of what a host removes that hosts before it have left.

/// Names in the directory for temporary files that are looked at, as a number: some milliseconds, and more than a machine in order has.
pub(crate) const SWEPT_NAMES_MAX: usize = 16 * 1024;

/// Directories that are removed at once, as a number: more plugins than one host has. What is left the next host removes.
pub(crate) const SWEPT_DIRECTORIES_MAX: usize = 1024;

/// Directories in which a process looks once, as a number: it keeps their paths. A host has one or two of them.
pub(crate) const SWEPT_PARENTS_MAX: usize = 16;

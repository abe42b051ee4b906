use std::path::Path;

/// What is left stays: of a pipe it cannot be told there whether its writer is on another machine.
pub(in crate::client) const fn begin(_parent: &Path) {}

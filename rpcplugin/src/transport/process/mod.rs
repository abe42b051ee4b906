//! What does the system say of the process at the other end?

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::is_in_group;
#[cfg(all(test, unix))]
pub(super) use unix::tests;
#[cfg(all(feature = "client", unix))]
pub(super) use unix::{group, parent};

/// What a process does, as far as the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(windows, allow(dead_code, reason = "Windows tells less"))]
pub(super) enum Process {
    /// It exists, and nobody stopped it. Where the system has no `/proc`, it exists.
    Runs,
    /// A debugger or a terminal stopped it.
    Stopped,
    /// It has ended.
    Gone,
    /// It has no number here: it is behind TCP, or in another container.
    Unknown,
}

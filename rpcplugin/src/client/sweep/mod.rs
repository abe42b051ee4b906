//! What becomes of the directories of hosts that were killed together with their guards? On Linux the next host of this user
//! removes them.
//!
//! Each directory of a host's holds its lifeline, a named pipe of which that host has the writing end, or whoever it has handed
//! the plugin to. A pipe without a writer is one whose host is gone. There is no moment at which a host that lives has none: the
//! pipe is there under its name once its writer is.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::begin;
#[cfg(target_os = "linux")]
pub(super) use linux::begin;

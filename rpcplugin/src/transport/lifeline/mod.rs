//! How a plugin learns that its host is gone, however that went: a named pipe of which only the host has the writing end.
//!
//! The system closes that end with the process. Nothing is ever written. It is no standard stream, so whoever the plugin
//! starts has no part in it, and a plugin that knows nothing of it has its standard input as always.
//!
//! Windows has no such pipes, and needs none: there the system ends the plugins of a host with it.

/// What the pipe is called in the directory of a plugin's sockets.
#[cfg(feature = "client")]
pub(crate) const LIFELINE_NAME: &str = "lifeline";

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(all(feature = "server", unix))]
pub(crate) use unix::HostWatch;
#[cfg(all(feature = "client", unix))]
pub(crate) use unix::Lifeline;
#[cfg(all(feature = "server", windows))]
pub(crate) use windows::HostWatch;
#[cfg(all(feature = "client", windows))]
pub(crate) use windows::Lifeline;

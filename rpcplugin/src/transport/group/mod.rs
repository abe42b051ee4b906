//! The group of the system whose members may use a socket, beside the user whose it is.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::SocketGroup;
#[cfg(all(feature = "client", unix))]
pub(super) use unix::is_in_another_container;
#[cfg(windows)]
pub(crate) use windows::SocketGroup;

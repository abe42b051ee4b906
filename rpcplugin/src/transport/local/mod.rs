//! Sockets that have a path: for this user alone, and the system says who is at the other end.
//!
//! Windows knows such sockets as well, but go-plugin does not use them there and the runtime does not either: there each is
//! refused.

#[cfg(unix)]
mod check;
#[cfg(unix)]
mod held_socket;
#[cfg(unix)]
mod listener;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(all(feature = "client", unix))]
pub(crate) use check::{check_file, check_listener};
#[cfg(all(feature = "server", unix))]
pub(super) use held_socket::HeldSocket;
#[cfg(all(feature = "server", unix))]
pub(super) use listener::LocalListener;
#[cfg(all(feature = "client", unix))]
pub(super) use unix::connect_local;
#[cfg(all(feature = "server", unix))]
pub(crate) use unix::own_user;
#[cfg(unix)]
pub(super) use unix::private;
#[cfg(all(feature = "client", unix))]
pub(super) use unix::{who_writes, without_links};
#[cfg(all(feature = "server", windows))]
pub(super) use windows::LocalListener;
#[cfg(all(feature = "client", windows))]
pub(super) use windows::connect_local;
#[cfg(all(feature = "server", windows))]
pub(crate) use windows::own_user;
#[cfg(all(feature = "client", windows))]
pub(crate) use windows::{check_file, check_listener};
#[cfg(all(feature = "client", windows))]
pub(super) use windows::{private, who_writes, without_links};

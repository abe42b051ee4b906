//! How do bytes reach the other process?
//!
//! Unix sockets and TCP on this machine, with TLS around either; in tests, memory.
//! Nothing here knows what the bytes mean.

mod address;
mod alive;
mod connection;
mod directory;
mod error;
mod group;
mod hearing;
mod keep_alive;
mod lifeline;
mod listener;
mod mux;
mod process;
mod socket_fault;
mod socket_file;
pub(crate) mod tls;

pub use address::Address;
pub(crate) use alive::Role;
pub(crate) use connection::Connection;
#[cfg(feature = "client")]
pub(crate) use connection::connect;
pub(crate) use directory::SocketDirectory;
#[cfg(feature = "client")]
pub(crate) use directory::{chosen, roomy};
pub use error::TransportError;
pub(crate) use group::SocketGroup;
pub(crate) use hearing::Hearing;
pub use keep_alive::KeepAlive;
#[cfg(feature = "server")]
pub(crate) use lifeline::HostWatch;
#[cfg(feature = "client")]
pub(crate) use lifeline::Lifeline;
#[cfg(feature = "server")]
pub(crate) use listener::Listener;
#[cfg(feature = "broker")]
pub(crate) use mux::{End, Mux, Place as MuxPlace, Streams, WeakMux, waiting_streams};
pub use socket_fault::SocketFault;
#[cfg(feature = "client")]
pub(crate) use socket_file::{check_file, check_listener};
#[cfg(feature = "client")]
pub use tls::ReattachSecret;
pub use tls::TlsConfig;

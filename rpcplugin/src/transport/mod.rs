//! How do bytes reach the other process?
//!
//! Unix sockets and TCP on this machine, with TLS around either; in tests, memory.
//! What one system does in another way than the next stands in `local`, `lifeline` and `process`.
//! Nothing here knows what the bytes mean.

mod address;
mod alive;
mod connection;
// A plugin on Windows has no file to put there.
#[cfg(any(feature = "client", unix))]
mod directory;
mod error;
mod group;
mod hearing;
mod keep_alive;
mod lifeline;
mod listener;
mod local;
mod mux;
mod process;
mod read_by;
mod socket_fault;
#[cfg(feature = "server")]
mod tally;
pub(crate) mod tls;

pub use address::Address;
pub(crate) use alive::Role;
pub(crate) use connection::Connection;
#[cfg(feature = "client")]
pub(crate) use connection::connect;
#[cfg(any(feature = "client", unix))]
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
pub(crate) use lifeline::{LIFELINE_NAME, Lifeline};
#[cfg(feature = "server")]
pub(crate) use listener::Listener;
#[cfg(feature = "server")]
pub(crate) use local::own_user;
#[cfg(feature = "client")]
pub(crate) use local::{check_file, check_listener};
#[cfg(feature = "broker")]
pub(crate) use mux::{End, Mux, Place as MuxPlace, Streams, WeakMux, waiting_streams};
pub(crate) use read_by::{ReadBy, Reading};
pub use socket_fault::SocketFault;
#[cfg(feature = "server")]
pub(crate) use tally::Tally;
#[cfg(feature = "client")]
pub use tls::ReattachSecret;
pub use tls::TlsConfig;

//! The wire of this crate alone, for hosts that want the lowest latency.
//!
//! The bytes are described in `docs/protocol.md`. From the outside in: `client` and `server` (a call), and the pure parts
//! that judge bytes.

#[cfg(feature = "client")]
mod answer;
#[cfg(feature = "server")]
mod answering;
#[cfg(feature = "client")]
mod calling;
#[cfg(feature = "server")]
mod calls;
#[cfg(feature = "client")]
mod client;
mod fields;
mod frame;
mod greeting;
mod id_hasher;
mod inbox;
mod incoming;
#[cfg(feature = "client")]
mod loss;
mod machine;
mod metadata;
#[cfg(any(all(test, feature = "client", feature = "server"), feature = "_fuzz"))]
pub(crate) mod model;
mod opening;
mod outbox;
mod outgoing;
#[cfg(feature = "server")]
mod pace;
mod parcel;
#[cfg(feature = "server")]
mod requests;
#[cfg(feature = "server")]
mod runners;
mod sending;
#[cfg(feature = "server")]
mod server;
mod shared;
mod status;
mod sync;
#[cfg(all(test, feature = "client", feature = "server"))]
mod vectors;
mod violation;
mod window;

#[cfg(feature = "client")]
pub(crate) use client::BinaryConnection;
#[cfg(feature = "server")]
pub(crate) use server::BinaryServer;

pub(crate) use violation::{OpenError, TableFault, Violation};

/// What both sides say first. No text in any encoding, no HTTP, no TLS; and whoever translates line ends mangles it.
pub(crate) const MAGIC: [u8; 8] = *b"\x89rpcb\r\n\x1a";

//! gRPC over HTTP/2: the wire that every go-plugin peer speaks.
//!
//! hyper carries one connection, tonic frames messages and trailers on it, and bytes go in and out unread.
//! tonic's own transport is not used: it has no place for our certificates, our limits and our idea of a connection's end.

#[cfg(feature = "server")]
mod authority;
mod body;
#[cfg(feature = "client")]
mod call_body;
#[cfg(feature = "client")]
mod client;
mod codec;
#[cfg(feature = "server")]
mod huffman;
#[cfg(feature = "server")]
mod mended;
#[cfg(feature = "client")]
mod requests;
#[cfg(feature = "server")]
mod server;
mod size;
mod status;

#[cfg(feature = "client")]
pub(crate) use client::GrpcConnection;
#[cfg(feature = "server")]
pub(crate) use server::{GrpcServer, StopSignal};

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

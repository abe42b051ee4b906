//! Plugins in processes of their own: the go-plugin handshake, mutual TLS and typed calls.

extern crate self as rpcplugin;

mod limits;
#[cfg(feature = "_connected")]
mod quote;
#[cfg(feature = "_connected")]
mod task;

mod contract;
mod message;

#[cfg(feature = "_connected")]
mod transport;

mod wire;

#[cfg(feature = "_connected")]
mod handshake;
mod rpc;

#[cfg(feature = "_connected")]
mod services;

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "client")]
pub use client::{Diagnosis, PluginClient, PluginClientBuilder, Security, StartError, Stopped};
pub use contract::{Code, MethodKind, MethodSpec, ServiceSpec, Status};
#[cfg(feature = "server")]
pub use handshake::OfferError;
#[cfg(feature = "_connected")]
pub use handshake::{Cookie, CookieError, HandshakeError, HandshakeLine, PluginProtocol};
pub use message::{
    BinaryMessage, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Layout, Message,
};
pub use rpc::{Channel, Router, RouterError, Streaming};
pub use rpcplugin_macros::{BinaryMessage, rpc_protocol};
#[cfg(feature = "server")]
pub use server::{PluginServer, ServeError, StdioWriter, Transport};
#[cfg(feature = "_connected")]
pub use transport::{Address, TransportError};

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

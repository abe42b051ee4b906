//! What generated code may say. Not for people: it changes without notice.

pub use crate::call::{Call, CallOptions, ResponseFuture};
pub use crate::contract::{MethodKind, MethodSpec, ServiceSpec};
pub use crate::message::generated as message;
pub use crate::rpc::{
    CallContext, Channel, Outcome, Row, Service, Streamed, Unary, serve_stream_stream, serve_stream_unary,
    serve_unary_stream, serve_unary_unary, stream_stream, stream_unary, unary_stream, unary_unary,
    unknown_method,
};

/// The wires, the handshake and the log opposite any bytes. A promise that is broken is a panic.
#[cfg(feature = "_fuzz")]
pub mod fuzz {
    /// Two ends of a connection of the binary wire, or one and a stranger, as a script says.
    pub fn binary_connection(script: &[u8]) {
        crate::wire::binary::model::connection(script);
    }

    /// Any bytes as frames of the binary wire.
    pub fn binary_frames(bytes: &[u8]) {
        crate::wire::binary::model::frames(bytes);
    }

    /// Any bytes on the standard output of a plugin, until its handshake line.
    pub fn handshake_line(bytes: &[u8]) {
        crate::handshake::any_bytes::first_lines(bytes);
    }

    /// Any bytes on the standard error of a plugin, as its log.
    pub fn log_line(bytes: &[u8]) {
        crate::client::any_log::log(bytes);
    }
}

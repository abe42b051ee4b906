//! What generated code may say. Not for people: it changes without notice.

pub use crate::call::{Call, CallOptions, ResponseFuture};
pub use crate::contract::{MethodKind, MethodSpec, ServiceSpec};
pub use crate::message::generated as message;
pub use crate::rpc::{
    CallContext, Channel, Outcome, Row, Service, Streamed, Unary, serve_stream_stream, serve_stream_unary,
    serve_unary_stream, serve_unary_unary, stream_stream, stream_unary, unary_stream, unary_unary,
    unknown_method,
};

//! What generated code may say. Not for people: it changes without notice.

pub use crate::call::{Call, CallOptions, Context, ResponseFuture};
pub use crate::contract::{MethodKind, MethodSpec, ServiceSpec, Status};
pub use crate::message::{Message, generated as message};
pub use crate::rpc::{
    CallContext, Channel, Outcome, Service, Streaming, answer, begin, request, requests, response, responses,
    serve_stream_stream, serve_stream_unary, serve_unary_stream, serve_unary_unary, unknown_method,
};

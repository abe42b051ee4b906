use super::JsonFault;
use crate::contract::{MethodKind, Status};
use crate::quote::quote;

/// Why a call with JSON came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonCallError {
    /// The plugin describes no such method.
    #[error("the plugin describes no method {}; it has {known}", quote(method))]
    UnknownMethod {
        /// What was asked for.
        method: String,
        /// What there is in its place: the methods of the service, or the services.
        known: String,
    },
    /// The method has streams.
    #[error("{} is {kind}, and `call_json` has one message each way; use `stream_json`", quote(method))]
    Streams {
        /// The method.
        method: String,
        /// Its kind.
        kind: MethodKind,
    },
    /// A message of the method is none of protobuf, and has no JSON.
    #[error(
        "the {side} of {} is {}, which is no message of protobuf; call it by its bytes: `call_bytes`",
        quote(method),
        quote(message)
    )]
    NotProtobuf {
        /// The method.
        method: String,
        /// `request` or `response`.
        side: &'static str,
        /// The message.
        message: String,
    },
    /// What the plugin says of its messages cannot be.
    #[error("the description of {} by the plugin is of no use: {reason}; update the plugin", quote(service))]
    Description {
        /// The service.
        service: String,
        /// Why, as text that was escaped.
        reason: String,
    },
    /// A request is no JSON of its message.
    #[error("the request of {} is not as it must be: {source}", quote(method))]
    Request {
        /// The method.
        method: String,
        /// What is wrong with it.
        source: JsonFault,
    },
    /// The method takes one request.
    #[error("{} takes one request, and there {}; give it one", quote(method), if *found == 0 { "is none" } else { "are several" })]
    RequestCount {
        /// The method.
        method: String,
        /// How many there were: none, or two where there were more than one.
        found: usize,
    },
    /// A response is not what the plugin describes, or has no JSON.
    #[error("the response of {} has no JSON: {reason}; read its bytes with `call_bytes`", quote(method))]
    Response {
        /// The method.
        method: String,
        /// Why, as text that was escaped.
        reason: String,
    },
    /// The call failed.
    #[error("the call of {} failed: {} {}", quote(method), source.code(), quote(source.message()))]
    Call {
        /// The method.
        method: String,
        /// How.
        source: Status,
    },
}

//! The caller's half: a typed request goes down, a typed answer comes up. One function for each kind of method.

use bytes::Bytes;

use crate::contract::{MethodSpec, Status};
use crate::message::Message;
use crate::rpc::{Channel, Streaming};
use crate::wire::Payload;

/// Calls a method with one request and one response.
pub async fn unary_unary<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    request: A,
) -> Result<B, Status> {
    let response = channel.call(method, Payload::Single(encode(&request)?)).await?;
    single(response)
}

/// Calls a method with one request and a stream of responses.
pub async fn unary_stream<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    request: A,
) -> Result<Streaming<B>, Status> {
    let response = channel.call(method, Payload::Single(encode(&request)?)).await?;
    stream(response)
}

/// Calls a method with a stream of requests and one response.
pub async fn stream_unary<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Streaming<A>,
) -> Result<B, Status> {
    let response = channel.call(method, Payload::Stream(requests.encoded())).await?;
    single(response)
}

/// Calls a method with a stream of requests and a stream of responses.
pub async fn stream_stream<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Streaming<A>,
) -> Result<Streaming<B>, Status> {
    let response = channel.call(method, Payload::Stream(requests.encoded())).await?;
    stream(response)
}

fn single<B: Message>(response: Payload) -> Result<B, Status> {
    match response {
        Payload::Single(bytes) => decode(bytes),
        Payload::Stream(_) => Err(Status::internal(
            "expected one response, found a stream: report this bug",
        )),
    }
}

fn stream<B: Message>(response: Payload) -> Result<Streaming<B>, Status> {
    match response {
        Payload::Stream(messages) => Ok(Streaming::decoded(messages)),
        Payload::Single(_) => Err(Status::internal(
            "expected a stream of responses, found one: report this bug",
        )),
    }
}

/// The bytes of a message. The bound of its size is the wire's to check.
pub(super) fn encode<T: Message>(message: &T) -> Result<Bytes, Status> {
    message
        .encode()
        .map_err(|error| Status::internal(format!("failed to encode a message: {error}")).with_source(error))
}

/// The message of some bytes that came from the other side.
pub(super) fn decode<T: Message>(bytes: Bytes) -> Result<T, Status> {
    T::decode(bytes)
        .map_err(|error| Status::internal(format!("failed to decode a message: {error}")).with_source(error))
}

//! The caller's half: a typed request goes down, a typed answer comes up. One function for each kind of method.

use std::task::Poll;

use bytes::Bytes;
use futures_util::TryFutureExt;

use crate::call::{Messages, ResponseFuture};
use crate::contract::{MethodSpec, Status};
use crate::message::Message;
use crate::rpc::{Channel, Streaming};

/// Calls a method with one request and one response.
///
/// # Errors
///
/// The [`Status`] of the call.
pub async fn unary_unary<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    request: A,
) -> Result<B, Status> {
    let response = channel.call(method, Messages::One(encode(&request)?)).await?;
    single(response)
}

/// Calls a method with one request and a stream of responses.
///
/// # Errors
///
/// The [`Status`] of a call that failed at once; a later one is in the stream.
pub async fn unary_stream<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    request: A,
) -> Result<Streaming<B>, Status> {
    begin(channel.call(method, Messages::One(encode(&request)?))).await
}

/// Calls a method with a stream of requests and one response.
///
/// # Errors
///
/// The [`Status`] of the call.
pub async fn stream_unary<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Streaming<A>,
) -> Result<B, Status> {
    let response = channel.call(method, Messages::Many(requests.encoded())).await?;
    single(response)
}

/// Calls a method with a stream of requests and a stream of responses.
///
/// # Errors
///
/// The [`Status`] of a call that failed at once; a later one is in the stream.
pub async fn stream_stream<A: Message, B: Message>(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Streaming<A>,
) -> Result<Streaming<B>, Status> {
    begin(channel.call(method, Messages::Many(requests.encoded()))).await
}

/// Begins a call whose responses are a stream, and does not wait for the first of them.
///
/// A Go or Python plugin says nothing until its handler sends a message, and a handler of a `stream_stream` method may
/// wait for the second request before it does: who waited here for an answer could never send that request.
/// So a call that fails at once fails here, and one that fails later fails in its stream.
async fn begin<B: Message>(mut call: ResponseFuture) -> Result<Streaming<B>, Status> {
    match std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        Poll::Ready(response) => stream(response?),
        Poll::Pending => {
            let responses = async move { stream(call.await?) };
            Ok(Streaming::new(responses.try_flatten_stream()))
        }
    }
}

fn single<B: Message>(response: Messages) -> Result<B, Status> {
    match response {
        Messages::One(bytes) => decode(bytes),
        Messages::Many(_) => Err(Status::internal("expected one response, found a stream: report this bug")),
    }
}

fn stream<B: Message>(response: Messages) -> Result<Streaming<B>, Status> {
    match response {
        Messages::Many(messages) => Ok(Streaming::decoded(messages)),
        Messages::One(_) => {
            Err(Status::internal("expected a stream of responses, found one: report this bug"))
        }
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

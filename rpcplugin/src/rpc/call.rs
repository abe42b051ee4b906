//! The caller's half: a typed request goes down, a typed answer comes up.
//!
//! The functions that know the types are no futures: where a type is no message, generated code fails at it and nowhere else.

use std::task::Poll;

use bytes::Bytes;
use futures_util::TryFutureExt;

use super::driven::driven;
use crate::call::{Messages, ResponseFuture};
use crate::contract::{MethodSpec, Status};
use crate::message::Message;
use crate::rpc::{Channel, Streaming};

/// One request, as it travels.
///
/// # Errors
///
/// `INTERNAL` if the message cannot be encoded.
pub fn request<A: Message>(request: A) -> Result<Messages, Status> {
    encode(&request).map(Messages::One)
}

/// A stream of requests, as it travels.
///
/// # Errors
///
/// None: a message that cannot be encoded ends the stream.
pub fn requests<A: Message>(requests: Streaming<A>) -> Result<Messages, Status> {
    Ok(Messages::Many(requests.encoded()))
}

/// Calls a method whose response is one message. What it is made of and what comes back is not known here, so that there
/// is one such function for all methods.
///
/// # Errors
///
/// That of the request, or that of the call.
///
/// # Cancel safety
///
/// Dropping the future gives the call up, and the handler is dropped. Whether the call has run is then not known.
pub async fn answer(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Result<Messages, Status>,
) -> Result<Messages, Status> {
    channel.call(method, requests?).await
}

/// Calls a method whose responses are a stream, and does not wait for the first of them.
///
/// A Go or Python plugin says nothing until its handler sends a message, and a handler of a `stream_stream` method may
/// wait for the second request before it does: who waited here for an answer could never send that request.
/// So a call that fails at once fails here, and one that fails later fails in its stream.
///
/// # Errors
///
/// That of the request, or that of a call that fails at once.
///
/// # Cancel safety
///
/// Dropping the future, or later the stream, gives the call up, and the handler is dropped.
pub async fn begin(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Result<Messages, Status>,
) -> Result<Begun, Status> {
    let mut call = channel.call(method, requests?);
    match std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        Poll::Ready(response) => response.map(Begun::Answered),
        // A wire has the call by now. An interceptor may wait before it sends it on, and needs no reader for that.
        Poll::Pending => Ok(Begun::Waiting(if channel.is_intercepted() { driven(call) } else { call })),
    }
}

/// A call whose responses are a stream.
#[expect(missing_debug_implementations, reason = "a call that is under way has nothing to show")]
pub enum Begun {
    /// The other side has answered, and the stream may begin.
    Answered(Messages),
    /// The other side has said nothing yet.
    Waiting(ResponseFuture),
}

/// The one response of a call.
///
/// # Errors
///
/// That of the call, or `INTERNAL` if the response cannot be decoded.
pub fn response<B: Message>(answer: Result<Messages, Status>) -> Result<B, Status> {
    match answer? {
        Messages::One(bytes) => decode(bytes),
        Messages::Many(_) => Err(Status::internal("expected one response, found a stream: report this bug")),
    }
}

/// The responses of a call.
///
/// # Errors
///
/// That of a call that failed at once.
pub fn responses<B: Message>(begun: Result<Begun, Status>) -> Result<Streaming<B>, Status> {
    match begun? {
        Begun::Answered(messages) => stream(messages),
        Begun::Waiting(call) => {
            let responses = async move { stream(call.await?) };
            Ok(Streaming::new(responses.try_flatten_stream()))
        }
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

//! The caller's half: a typed request goes down, a typed answer comes up. One function for each kind of method.

use std::task::Poll;

use bytes::{Bytes, BytesMut};

use super::driven::driven;
use super::explain::explained;
use super::under_way::{UnderWay, stream};
use crate::call::{MessageStream, Messages};
use crate::contract::{MethodSpec, Status};
use crate::message::{DecodeError, EncodeError, Message};
use crate::rpc::{Channel, Outcome, Row, Streamed, Streaming, Unary};

/// Calls a method with one request and one response.
///
/// # Errors
///
/// The [`Status`] of the call.
///
/// # Cancel safety
///
/// Dropping the future gives the call up, and the handler is dropped. Whether the call has run is then not known.
pub async fn unary_unary<M: Unary>(
    channel: &Channel,
    row: &'static Row<M>,
    request: M::Request,
) -> M::Outcome {
    Outcome::from_result(answer(channel, &row.spec, one(&request), decode).await)
}

/// Calls a method with a stream of requests and one response.
///
/// # Errors
///
/// The [`Status`] of the call.
///
/// # Cancel safety
///
/// Dropping the future gives the call up, and the handler is dropped. Whether the call has run is then not known.
pub async fn stream_unary<M: Unary>(
    channel: &Channel,
    row: &'static Row<M>,
    requests: Streaming<M::Request>,
) -> M::Outcome {
    let requests = Ok(Messages::Many(requests.encoded()));
    Outcome::from_result(answer(channel, &row.spec, requests, decode).await)
}

/// Calls a method with one request and a stream of responses.
///
/// # Errors
///
/// The [`Status`] of a call that failed at once; a later one is in the stream.
///
/// # Cancel safety
///
/// Dropping the future, or later the stream, gives the call up, and the handler is dropped.
pub async fn unary_stream<M: Streamed>(
    channel: &Channel,
    row: &'static Row<M>,
    request: M::Request,
) -> M::Outcome {
    Outcome::from_result(begin(channel, &row.spec, one(&request), Streaming::decoded).await)
}

/// Calls a method with a stream of requests and a stream of responses.
///
/// # Errors
///
/// The [`Status`] of a call that failed at once; a later one is in the stream.
///
/// # Cancel safety
///
/// Dropping the future, or later the stream, gives the call up, and the handler is dropped.
pub async fn stream_stream<M: Streamed>(
    channel: &Channel,
    row: &'static Row<M>,
    requests: Streaming<M::Request>,
) -> M::Outcome {
    let requests = Ok(Messages::Many(requests.encoded()));
    Outcome::from_result(begin(channel, &row.spec, requests, Streaming::decoded).await)
}

fn one<A: Message>(request: &A) -> Result<Messages, Status> {
    encode(request).map(Messages::One)
}

/// Makes a call with one response, which `read` makes something of.
pub(super) async fn answer<B>(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Result<Messages, Status>,
    read: impl FnOnce(Bytes) -> Result<B, Status>,
) -> Result<B, Status> {
    let _in_use = channel.in_use();
    match channel.call(method, requests?).await {
        Ok(Messages::One(bytes)) => read(bytes),
        // In a box: most calls have no need for it.
        Err(status) => Err(Box::pin(explained(status, channel.explain())).await),
        Ok(Messages::Many(_)) => {
            Err(Status::internal("expected one response, found a stream: report this bug"))
        }
    }
}

/// Begins a call whose responses are a stream, and does not wait for the first of them.
///
/// A Go or Python plugin says nothing until its handler sends a message, and a handler of a `stream_stream` method may
/// wait for the second request before it does: who waited here for an answer could never send that request.
/// So a call that fails at once fails here, and one that fails later fails in its stream.
pub(super) async fn begin<B>(
    channel: &Channel,
    method: &'static MethodSpec,
    requests: Result<Messages, Status>,
    read: impl FnOnce(MessageStream) -> B,
) -> Result<B, Status> {
    let in_use = channel.in_use();
    let mut call = channel.call(method, requests?);
    let responses = match std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        Poll::Ready(Ok(response)) => {
            let messages = stream(response)?;
            UnderWay::of_messages(messages, in_use, channel.explain().cloned())
        }
        Poll::Ready(Err(status)) => return Err(Box::pin(explained(status, channel.explain())).await),
        Poll::Pending => {
            // As a rule a wire has the call by now. An interceptor may wait before it sends it on, and a wire where many calls
            // are under way: they need no reader for that.
            let call = if channel.may_wait() { driven(call) } else { call };
            UnderWay::of_call(call, in_use, channel.explain().cloned())
        }
    };
    Ok(read(MessageStream::of(responses)))
}

/// The bytes of a message. The bound of its size is the wire's to check.
pub(super) fn encode<T: Message>(message: &T) -> Result<Bytes, Status> {
    message.encode().map_err(not_encoded)
}

/// The same, behind others.
pub(super) fn encode_into<T: Message>(message: &T, buffer: &mut BytesMut) -> Result<(), Status> {
    message.encode_into(buffer).map_err(not_encoded)
}

#[cold]
fn not_encoded(error: EncodeError) -> Status {
    Status::internal(format!("failed to encode a message: {error}")).with_source(error)
}

/// The message of some bytes that came from the other side.
pub(super) fn decode<T: Message>(bytes: Bytes) -> Result<T, Status> {
    T::decode(bytes).map_err(not_decoded)
}

/// The message of the first of some bytes.
pub(super) fn decode_first<T: Message>(bytes: &Bytes, length: usize) -> Result<T, Status> {
    T::decode_first(bytes, length).map_err(not_decoded)
}

#[cold]
fn not_decoded(error: DecodeError) -> Status {
    Status::internal(format!("failed to decode a message: {error}")).with_source(error)
}

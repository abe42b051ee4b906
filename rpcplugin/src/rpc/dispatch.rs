//! The handler's half: bytes come up, a typed handler runs, bytes go down. One function for each kind of method.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, StreamExt};

use super::call::{decode, encode};
use crate::contract::{ServiceSpec, Status};
use crate::message::Message;
use crate::rpc::Streaming;
use crate::wire::{MessageStream, Payload, ResponseFuture};

/// Serves a method with one request and one response.
pub fn serve_unary_unary<A, B, F, R>(request: Payload, handler: F) -> ResponseFuture
where
    A: Message,
    B: Message,
    F: FnOnce(A) -> R + Send + 'static,
    R: Future<Output = Result<B, Status>> + Send,
{
    Box::pin(guard(async move {
        let response = handler(single(request)?).await?;
        Ok(Payload::Single(encode(&response)?))
    }))
}

/// Serves a method with one request and a stream of responses.
pub fn serve_unary_stream<A, B, F, R>(request: Payload, handler: F) -> ResponseFuture
where
    A: Message,
    B: Message,
    F: FnOnce(A) -> R + Send + 'static,
    R: Future<Output = Result<Streaming<B>, Status>> + Send,
{
    Box::pin(guard(async move {
        let responses = handler(single(request)?).await?;
        Ok(Payload::Stream(guard_stream(responses.encoded())))
    }))
}

/// Serves a method with a stream of requests and one response.
pub fn serve_stream_unary<A, B, F, R>(request: Payload, handler: F) -> ResponseFuture
where
    A: Message,
    B: Message,
    F: FnOnce(Streaming<A>) -> R + Send + 'static,
    R: Future<Output = Result<B, Status>> + Send,
{
    Box::pin(guard(async move {
        let response = handler(stream(request)?).await?;
        Ok(Payload::Single(encode(&response)?))
    }))
}

/// Serves a method with a stream of requests and a stream of responses.
pub fn serve_stream_stream<A, B, F, R>(request: Payload, handler: F) -> ResponseFuture
where
    A: Message,
    B: Message,
    F: FnOnce(Streaming<A>) -> R + Send + 'static,
    R: Future<Output = Result<Streaming<B>, Status>> + Send,
{
    Box::pin(guard(async move {
        let responses = handler(stream(request)?).await?;
        Ok(Payload::Stream(guard_stream(responses.encoded())))
    }))
}

/// The answer to a position that the table does not have: the router never asks for one.
pub fn unknown_method(spec: &'static ServiceSpec, method: usize) -> ResponseFuture {
    let message = format!("service `{}` has no method at position {method}: report this bug", spec.name);
    Box::pin(std::future::ready(Err(Status::internal(message))))
}

/// A panic in a handler ends this call and nothing else. What it says may hold a payload, so the caller is not told.
async fn guard<R>(call: R) -> Result<Payload, Status>
where
    R: Future<Output = Result<Payload, Status>>,
{
    let outcome = AssertUnwindSafe(call).catch_unwind().await;
    outcome.unwrap_or_else(|panic| Err(panicked(panic)))
}

/// The same for the stream that a handler returned: it runs on after the handler did.
fn guard_stream(responses: MessageStream) -> MessageStream {
    let items = AssertUnwindSafe(responses).catch_unwind();
    Box::pin(items.map(|item| item.unwrap_or_else(|panic| Err(panicked(panic)))))
}

fn panicked(panic: Box<dyn Any + Send>) -> Status {
    drop(panic);
    Status::internal("the handler panicked; the plugin's stderr says where")
}

fn single<A: Message>(request: Payload) -> Result<A, Status> {
    match request {
        Payload::Single(bytes) => decode(bytes),
        Payload::Stream(_) => Err(Status::internal("expected one request, found a stream: report this bug")),
    }
}

fn stream<A: Message>(request: Payload) -> Result<Streaming<A>, Status> {
    match request {
        Payload::Stream(messages) => Ok(Streaming::decoded(messages)),
        Payload::Single(_) => {
            Err(Status::internal("expected a stream of requests, found one: report this bug"))
        }
    }
}

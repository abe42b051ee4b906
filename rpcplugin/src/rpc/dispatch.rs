//! The handler's half: bytes come up, a typed handler runs, bytes go down. One function for each kind of method.

use std::future::Future;

use super::call::{decode, encode};
use crate::call::{Call, Context, Messages, ResponseFuture};
use crate::contract::{MethodSpec, Status};
use crate::message::Message;
use crate::rpc::{Outcome, Row, Streamed, Streaming, Unary};

/// Serves a method with one request and one response.
pub fn serve_unary_unary<M, F, R>(_row: &Row<M>, call: Call, handler: F) -> ResponseFuture
where
    M: Unary,
    F: FnOnce(Context, M::Request) -> R + Send + 'static,
    R: Future<Output = M::Outcome> + Send,
{
    let (context, requests) = call.into_parts();
    Box::pin(async move {
        let response = handler(context, single(requests)?).await.into_result()?;
        Ok(Messages::One(encode(&response)?))
    })
}

/// Serves a method with one request and a stream of responses.
pub fn serve_unary_stream<M, F, R>(_row: &Row<M>, call: Call, handler: F) -> ResponseFuture
where
    M: Streamed,
    F: FnOnce(Context, M::Request) -> R + Send + 'static,
    R: Future<Output = M::Outcome> + Send,
{
    let (context, requests) = call.into_parts();
    Box::pin(async move {
        let responses = handler(context, single(requests)?).await.into_result()?;
        Ok(Messages::Many(responses.encoded()))
    })
}

/// Serves a method with a stream of requests and one response.
pub fn serve_stream_unary<M, F, R>(_row: &Row<M>, call: Call, handler: F) -> ResponseFuture
where
    M: Unary,
    F: FnOnce(Context, Streaming<M::Request>) -> R + Send + 'static,
    R: Future<Output = M::Outcome> + Send,
{
    let (context, requests) = call.into_parts();
    Box::pin(async move {
        let response = handler(context, stream(requests)?).await.into_result()?;
        Ok(Messages::One(encode(&response)?))
    })
}

/// Serves a method with a stream of requests and a stream of responses.
pub fn serve_stream_stream<M, F, R>(_row: &Row<M>, call: Call, handler: F) -> ResponseFuture
where
    M: Streamed,
    F: FnOnce(Context, Streaming<M::Request>) -> R + Send + 'static,
    R: Future<Output = M::Outcome> + Send,
{
    let (context, requests) = call.into_parts();
    Box::pin(async move {
        let responses = handler(context, stream(requests)?).await.into_result()?;
        Ok(Messages::Many(responses.encoded()))
    })
}

/// The answer to a method that the contract's table does not have: the router never asks for one.
pub fn unknown_method(method: &MethodSpec) -> ResponseFuture {
    let message = format!("the service has no method `{}`: report this bug", method.path);
    Box::pin(std::future::ready(Err(Status::internal(message))))
}

fn single<A: Message>(request: Messages) -> Result<A, Status> {
    match request {
        Messages::One(bytes) => decode(bytes),
        Messages::Many(_) => Err(Status::internal("expected one request, found a stream: report this bug")),
    }
}

fn stream<A: Message>(request: Messages) -> Result<Streaming<A>, Status> {
    match request {
        Messages::Many(messages) => Ok(Streaming::decoded(messages)),
        Messages::One(_) => {
            Err(Status::internal("expected a stream of requests, found one: report this bug"))
        }
    }
}

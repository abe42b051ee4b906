use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::watch;
use tonic::body::Body;
use tonic::server::{ClientStreamingService, Grpc, ServerStreamingService, StreamingService, UnaryService};

use super::body::WholeBody;
use super::codec::BytesCodec;
use super::mended::Mended;
use super::size::{bounded, within};
use super::status::{from_wire, to_wire};
use crate::contract::{MethodKind, Status};
use crate::limits::{
    CONNECTION_WINDOW_BYTES, HEADER_LIST_BYTES_MAX, PENDING_RESETS_MAX, PREFACE_TIMEOUT, STREAM_WINDOW_BYTES,
    STREAMS_MAX,
};
use crate::transport::Connection;
use crate::wire::{Dispatch, MessageStream, Payload, Route};

/// Turns true when the connections shall end their calls and close.
pub(crate) type StopSignal = watch::Receiver<bool>;

/// The handlers' end of HTTP/2 connections.
#[derive(Clone)]
pub(crate) struct GrpcServer {
    dispatch: Arc<dyn Dispatch>,
    message_bytes_max: usize,
}

impl GrpcServer {
    pub(crate) fn new(dispatch: Arc<dyn Dispatch>, message_bytes_max: usize) -> Self {
        Self { dispatch, message_bytes_max }
    }

    /// Serves one connection until the peer closes it, or until the calls that run at the stop signal are done.
    pub(crate) async fn serve(
        &self,
        connection: Connection,
        mut stop: StopSignal,
    ) -> Result<(), hyper::Error> {
        let server = self.clone();
        let service = service_fn(move |request| {
            let server = server.clone();
            async move { Ok::<_, Infallible>(server.answer(request).await) }
        });
        let connection = Mended::new(connection);
        let spoken = connection.spoken();
        let connection = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEADER_LIST_BYTES_MAX)
            .max_pending_accept_reset_streams(PENDING_RESETS_MAX)
            // gRPC has no use for the time of day.
            .auto_date_header(false)
            .serve_connection(TokioIo::new(connection), service);
        let mut connection = std::pin::pin!(connection);
        let mut silence = std::pin::pin!(tokio::time::sleep(PREFACE_TIMEOUT));
        let mut is_new = true;
        loop {
            tokio::select! {
                result = connection.as_mut() => return result,
                () = silence.as_mut(), if is_new => {
                    is_new = false;
                    if !spoken.yet() {
                        tracing::warn!(limit = ?PREFACE_TIMEOUT, "closed a connection on which nobody spoke HTTP/2");
                        return Ok(());
                    }
                }
                // An error means that the server is gone: that is a reason to stop as well.
                _ = stop.wait_for(|stopping| *stopping) => break,
            }
        }
        if !spoken.yet() {
            return Ok(());
        }
        connection.as_mut().graceful_shutdown();
        connection.await
    }

    async fn answer(&self, request: http::Request<Incoming>) -> http::Response<Body> {
        let Some(route) = self.dispatch.find(request.uri().path()) else {
            return to_wire(&self.dispatch.unknown(request.uri().path())).into_http();
        };
        let limit = self.message_bytes_max;
        let mut grpc = Grpc::new(BytesCodec).max_decoding_message_size(limit);
        let call = IncomingCall { dispatch: Arc::clone(&self.dispatch), route, limit };
        let request = request.map(WholeBody::request);
        match route.spec.kind {
            MethodKind::UnaryUnary => grpc.unary(call, request).await,
            MethodKind::UnaryStream => grpc.server_streaming(call, request).await,
            MethodKind::StreamUnary => grpc.client_streaming(call, request).await,
            MethodKind::StreamStream => grpc.streaming(call, request).await,
        }
    }
}

impl fmt::Debug for GrpcServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GrpcServer")
            .field("message_bytes_max", &self.message_bytes_max)
            .finish_non_exhaustive()
    }
}

/// One call whose method was found.
struct IncomingCall {
    dispatch: Arc<dyn Dispatch>,
    route: Route,
    limit: usize,
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<tonic::Response<T>, tonic::Status>> + Send>>;
type AnswerStream = Pin<Box<dyn Stream<Item = Result<Bytes, tonic::Status>> + Send>>;

impl IncomingCall {
    fn one(&self, request: Payload) -> Answer<Bytes> {
        let answer = self.dispatch.dispatch(self.route, request);
        let limit = self.limit;
        Box::pin(async move {
            match answer.await {
                Ok(Payload::Single(bytes)) => {
                    within(bytes, limit).map(tonic::Response::new).map_err(|status| to_wire(&status))
                }
                Ok(Payload::Stream(_)) => Err(to_wire(&wrong_kind())),
                Err(status) => Err(to_wire(&status)),
            }
        })
    }

    fn many(&self, request: Payload) -> Answer<AnswerStream> {
        let answer = self.dispatch.dispatch(self.route, request);
        let limit = self.limit;
        Box::pin(async move {
            match answer.await {
                Ok(Payload::Stream(messages)) => {
                    let messages =
                        bounded(messages, limit).map(|item| item.map_err(|status| to_wire(&status)));
                    let messages: AnswerStream = Box::pin(messages);
                    Ok(tonic::Response::new(messages))
                }
                Ok(Payload::Single(_)) => Err(to_wire(&wrong_kind())),
                Err(status) => Err(to_wire(&status)),
            }
        })
    }
}

fn wrong_kind() -> Status {
    Status::internal("the handler answered with another kind than its table says: report this bug")
}

fn requests(request: tonic::Request<tonic::Streaming<Bytes>>) -> Payload {
    let messages: MessageStream = Box::pin(request.into_inner().map(|item| item.map_err(from_wire)));
    Payload::Stream(messages)
}

impl UnaryService<Bytes> for IncomingCall {
    type Response = Bytes;
    type Future = Answer<Bytes>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        self.one(Payload::Single(request.into_inner()))
    }
}

impl ServerStreamingService<Bytes> for IncomingCall {
    type Response = Bytes;
    type ResponseStream = AnswerStream;
    type Future = Answer<AnswerStream>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        self.many(Payload::Single(request.into_inner()))
    }
}

impl ClientStreamingService<Bytes> for IncomingCall {
    type Response = Bytes;
    type Future = Answer<Bytes>;

    fn call(&mut self, request: tonic::Request<tonic::Streaming<Bytes>>) -> Self::Future {
        self.one(requests(request))
    }
}

impl StreamingService<Bytes> for IncomingCall {
    type Response = Bytes;
    type ResponseStream = AnswerStream;
    type Future = Answer<AnswerStream>;

    fn call(&mut self, request: tonic::Request<tonic::Streaming<Bytes>>) -> Self::Future {
        self.many(requests(request))
    }
}

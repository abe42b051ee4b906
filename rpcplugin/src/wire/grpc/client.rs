use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::Uri;
use http::uri::PathAndQuery;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tonic::body::Body;
use tonic::client::{Grpc, GrpcService};

use super::body::WholeBody;
use super::call_body::CallBody;
use super::codec::BytesCodec;
use super::requests::{Requests, Responses};
use super::size::{bounded, within};
use super::status::from_wire;
use crate::contract::{MethodSpec, Status};
use crate::limits::{CONNECTION_WINDOW_BYTES, HEADER_LIST_BYTES_MAX, STREAM_WINDOW_BYTES};
use crate::task::OwnedTask;
use crate::transport::Connection;
use crate::wire::{Caller, MessageStream, Payload, ResponseFuture};

/// How the call ended, in trailers; in an answer without a message, in the headers.
const STATUS_HEADER: &str = "grpc-status";

/// The caller's end of an HTTP/2 connection. The connection is closed when the value is dropped.
pub(crate) struct GrpcConnection {
    grpc: Grpc<Sender>,
    message_bytes_max: usize,
    driver: OwnedTask,
}

impl GrpcConnection {
    /// Opens HTTP/2 on a connection. `secure` says whether TLS is around it: it only decides the scheme in the requests.
    pub(crate) async fn open(
        connection: Connection,
        secure: bool,
        message_bytes_max: usize,
    ) -> Result<Self, hyper::Error> {
        let (sender, driver) = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_header_list_size(HEADER_LIST_BYTES_MAX)
            .handshake::<_, CallBody>(TokioIo::new(connection))
            .await?;
        let driver = OwnedTask::spawn(async move {
            if let Err(error) = driver.await {
                tracing::debug!(%error, "the connection to the plugin ended");
            }
        });
        // The authority that go-plugin's hosts send with TLS. Without it nobody looks at it.
        let origin =
            if secure { Uri::from_static("https://localhost") } else { Uri::from_static("http://localhost") };
        let grpc = Grpc::with_origin(Sender { sender }, origin).max_decoding_message_size(message_bytes_max);
        Ok(Self { grpc, message_bytes_max, driver })
    }
}

impl fmt::Debug for GrpcConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GrpcConnection").field("driver", &self.driver).finish_non_exhaustive()
    }
}

impl Caller for GrpcConnection {
    fn call(&self, method: &'static MethodSpec, request: Payload) -> ResponseFuture {
        // A clone is a handle: every call goes over the one connection.
        let grpc = self.grpc.clone();
        let limit = self.message_bytes_max;
        Box::pin(async move {
            let path = PathAndQuery::from_static(method.path);
            match (request, method.kind.streams_responses()) {
                (Payload::Single(bytes), false) => unary(grpc, path, within(bytes, limit)?).await,
                (Payload::Single(bytes), true) => {
                    let request = stream::once(std::future::ready(within(bytes, limit)));
                    streaming(grpc, path, Box::pin(request)).await.map(Payload::Stream)
                }
                (Payload::Stream(requests), false) => {
                    only(streaming(grpc, path, bounded(requests, limit)).await?).await
                }
                (Payload::Stream(requests), true) => {
                    streaming(grpc, path, bounded(requests, limit)).await.map(Payload::Stream)
                }
            }
        })
    }
}

async fn unary(mut grpc: Grpc<Sender>, path: PathAndQuery, bytes: Bytes) -> Result<Payload, Status> {
    let answer = grpc.unary(tonic::Request::new(bytes), path, BytesCodec).await;
    answer.map(|response| Payload::Single(response.into_inner())).map_err(from_wire)
}

/// A call with a stream on at least one side. The status comes after the last message.
async fn streaming(
    mut grpc: Grpc<Sender>,
    path: PathAndQuery,
    requests: MessageStream,
) -> Result<MessageStream, Status> {
    let (requests, mut failure) = Requests::new(requests);
    let call = grpc.streaming(tonic::Request::new(requests), path, BytesCodec);
    let response = tokio::select! {
        biased;
        status = failure.happened() => Err(status),
        response = call => response.map_err(from_wire),
    }?;
    Ok(Box::pin(Responses::new(response.into_inner(), failure)))
}

/// The one response of a call whose requests are a stream.
async fn only(mut responses: MessageStream) -> Result<Payload, Status> {
    let first = responses.next().await;
    let response =
        first.unwrap_or_else(|| Err(Status::internal("the plugin ended the call without a response")))?;
    // The status comes after the message: reading on is what makes it an answer.
    match responses.next().await {
        None => Ok(Payload::Single(response)),
        Some(Err(status)) => Err(status),
        Some(Ok(_)) => Err(Status::internal("the plugin sent two responses where one was expected")),
    }
}

/// hyper's handle to the connection, as tonic wants it.
#[derive(Clone)]
struct Sender {
    sender: http2::SendRequest<CallBody>,
}

impl GrpcService<Body> for Sender {
    type ResponseBody = WholeBody;
    type Error = hyper::Error;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<WholeBody>, hyper::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), hyper::Error>> {
        self.sender.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let (body, interest) = CallBody::new(body);
        let response = self.sender.send_request(http::Request::from_parts(parts, body));
        Box::pin(async move {
            let response = response.await?;
            let has_status = response.headers().contains_key(STATUS_HEADER);
            Ok(response.map(|body| WholeBody::response(body, has_status, interest)))
        })
    }
}

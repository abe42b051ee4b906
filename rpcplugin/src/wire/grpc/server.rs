use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use h2::RecvStream;
use h2::server::SendResponse;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::frame::Framed;
use super::mended::mended;
use super::pings::Pings;
use super::reader::{Read, Reader};
use super::reply::{Reply, no_call, refusal, reply, send};
use super::{ACCEPT_ENCODING, encoding_of, is_grpc, metadata, timeout};
use crate::call::{Call, Context, MessageStream, Messages, Peer, Side, SizeLimit, out_of_time};
use crate::compression::{Compression, Compressor, Decompressor, Encodings, MessageTerms};
use crate::contract::{MethodSpec, Status};
use crate::limits::{
    CONNECTION_WINDOW_BYTES, HEADER_LIST_BYTES_MAX, PENDING_RESETS_MAX, RESETS_REMEMBERED_MAX,
    STREAM_WINDOW_BYTES, STREAMS_MAX,
};
use crate::quote::quote;
use crate::transport::Connection;
use crate::wire::{ConnectionError, Dispatch, StopSignal, Terms};

const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The handlers' end of HTTP/2 connections.
#[derive(Clone)]
pub(crate) struct GrpcServer {
    dispatch: Arc<dyn Dispatch>,
    terms: MessageTerms,
}

impl GrpcServer {
    pub(crate) fn new(dispatch: Arc<dyn Dispatch>, terms: impl Into<MessageTerms>) -> Self {
        Self { dispatch, terms: terms.into() }
    }

    /// Serves one connection until the peer closes it, or until the calls that run at the stop signal are done.
    ///
    /// `first` are the bytes that were read from it already.
    pub(crate) async fn serve(
        &self,
        connection: Connection,
        first: BytesMut,
        terms: Terms,
        mut stop: StopSignal,
    ) -> Result<(), ConnectionError> {
        let Terms { preface_timeout, keep_alive, admit } = terms;
        let peer = Arc::clone(connection.peer());
        let handshake = http2().handshake::<_, Framed>(mended(first, connection));
        let mut connection = tokio::select! {
            handshake = tokio::time::timeout(preface_timeout, handshake) => match handshake {
                Ok(connection) => connection.map_err(ConnectionError::broken)?,
                Err(_elapsed) => return Err(ConnectionError::NoPreface { limit: preface_timeout }),
            },
            // An error means that the server is gone: that is a reason to stop as well.
            _ = stop.wait_for(|stopping| *stopping) => return Ok(()),
        };
        let mut pings = Pings::new(connection.ping_pong(), keep_alive);
        let door = Arc::new(Door { admit, refused: Notify::new() });
        let mut is_closing = false;
        loop {
            tokio::select! {
                accepted = connection.accept() => match accepted {
                    None => return Ok(()),
                    Some(Err(error)) => return Err(ConnectionError::broken(error)),
                    Some(Ok((request, respond))) => {
                        let (server, door, peer) = (self.clone(), Arc::clone(&door), Arc::clone(&peer));
                        // It ends with its stream, and the streams with the connection.
                        tokio::spawn(async move { server.serve_call(request, respond, &door, peer).await });
                    }
                },
                () = pings.due() => pings.send(),
                () = door.refused.notified(), if !is_closing => {
                    is_closing = true;
                    connection.graceful_shutdown();
                }
                _ = stop.wait_for(|stopping| *stopping), if !is_closing => {
                    is_closing = true;
                    connection.graceful_shutdown();
                }
            }
        }
    }

    /// Runs one call to its end, or until its caller gives it up.
    async fn serve_call(
        &self,
        request: http::Request<RecvStream>,
        mut respond: SendResponse<Framed>,
        door: &Door,
        peer: Arc<Peer>,
    ) {
        let reply = match (door.admit)() {
            Ok(()) => tokio::select! {
                biased;
                _ = poll_fn(|context| respond.poll_reset(context)) => return,
                reply = self.answer(request, peer) => reply,
            },
            Err(status) => {
                door.refused.notify_one();
                refusal(&status)
            }
        };
        send(reply, respond).await;
    }

    async fn answer(&self, request: http::Request<RecvStream>, peer: Arc<Peer>) -> Reply {
        let compression = &self.terms.compression;
        if let Some(refused) = refused(&request) {
            return refused;
        }
        let encoding = match encoding_of(request.headers(), compression) {
            Ok(encoding) => encoding,
            Err(name) => return not_understood(name, compression),
        };
        let path = request.uri().path();
        let Some(route) = self.dispatch.find(path) else {
            return refusal(&self.dispatch.unknown(path));
        };
        let (head, body) = request.into_parts();
        let context = match context(&head.headers, route.spec, peer) {
            Ok(context) => context,
            Err(status) => return refusal(&status),
        };
        let limit = SizeLimit::of_connection(self.terms.bytes_max, route.is_own).and(route.spec);
        if compression.is_on() {
            context.insert(compression.of_call());
        }
        let compressor = match route.is_own {
            true => Compressor::off(),
            false => Compressor::new(compression.sent_to(accepted(&head.headers)), compression, &context),
        };
        let reader = Reader::new(body, limit, Decompressor::new(encoding, compression, &context));
        let messages = match route.spec.kind.streams_requests() {
            true => Messages::Many(MessageStream::new(stream::unfold(Some(reader), next_request))),
            false => match in_time(only_request(reader), context.deadline()).await {
                Ok(bytes) => Messages::One(bytes),
                Err(status) => return refusal(&status),
            },
        };
        let call = Call::new(route.spec, Side::Server, context.clone(), messages);
        let answer = self.dispatch.dispatch(route, call).await;
        reply(answer, limit, context, compressor)
    }
}

/// Who decides whether a call is answered on this connection.
struct Door {
    admit: Box<dyn Fn() -> Result<(), Status> + Send + Sync>,
    /// Told when a call was refused: the connection closes behind it.
    refused: Notify,
}

/// HTTP/2 as we want it.
fn http2() -> h2::server::Builder {
    let mut builder = h2::server::Builder::new();
    builder
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADER_LIST_BYTES_MAX)
        .max_pending_accept_reset_streams(PENDING_RESETS_MAX)
        .max_concurrent_reset_streams(RESETS_REMEMBERED_MAX);
    builder
}

impl fmt::Debug for GrpcServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GrpcServer").field("terms", &self.terms).finish_non_exhaustive()
    }
}

/// What is no call, or one that nobody here can read.
fn refused(request: &http::Request<RecvStream>) -> Option<Reply> {
    if request.method() != Method::POST {
        let mut reply = no_call(StatusCode::METHOD_NOT_ALLOWED);
        reply.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Some(reply);
    }
    if !is_grpc(request.headers()) {
        let mut reply = no_call(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        return Some(reply);
    }
    None
}

/// What the caller reads beside messages as they are.
fn accepted(headers: &HeaderMap) -> Encodings {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    lists.map(Encodings::listed).fold(Encodings::default(), Encodings::and)
}

/// An answer to messages in an encoding that is not accepted, which says what is.
fn not_understood(name: &[u8], compression: &Compression) -> Reply {
    let list = match compression.accepted() {
        none if none.is_empty() => "identity".to_owned(),
        some => format!("identity,{}", some.list()),
    };
    let name = quote(&String::from_utf8_lossy(name));
    let mut reply = refusal(&Status::unimplemented(format!(
        "messages compressed by {name} are not understood; send them with one of the encodings {list}"
    )));
    if let Ok(list) = HeaderValue::from_str(&list) {
        reply.headers_mut().insert(ACCEPT_ENCODING, list);
    }
    reply
}

/// What the headers of a call say.
fn context(headers: &HeaderMap, method: &MethodSpec, peer: Arc<Peer>) -> Result<Context, Status> {
    let timeout = match headers.get(TIMEOUT) {
        None => method.timeout,
        Some(header) => Some(read_timeout(header)?),
    };
    Ok(Context::received(metadata::read(headers)?, timeout, peer))
}

fn read_timeout(header: &HeaderValue) -> Result<Duration, Status> {
    timeout::decode(header).ok_or_else(|| {
        let found = quote(&String::from_utf8_lossy(header.as_bytes()));
        Status::internal(format!(
            "`grpc-timeout` is {found}; it takes one to eight digits and one of the units n, u, m, S, M, H"
        ))
    })
}

/// The one request of a call that has one.
async fn only_request(mut reader: Reader) -> Result<Bytes, Status> {
    let request = match reader.next().await {
        Read::Message(bytes) => bytes,
        Read::End { is_complete: true, .. } => return Err(Status::internal("the call carries no request")),
        other => return Err(cut(other)),
    };
    match reader.next().await {
        Read::End { is_complete: true, .. } => Ok(request),
        Read::Message(_) => Err(Status::internal("the call carries two requests where one was expected")),
        other => Err(cut(other)),
    }
}

/// A caller that never ends its request must not keep the call for longer than it asked for.
async fn in_time(
    request: impl Future<Output = Result<Bytes, Status>>,
    deadline: Option<Instant>,
) -> Result<Bytes, Status> {
    match deadline {
        None => request.await,
        Some(deadline) => {
            tokio::time::timeout_at(deadline, request).await.unwrap_or_else(|_| Err(out_of_time()))
        }
    }
}

/// The next request of a stream. After an error nothing follows.
async fn next_request(reader: Option<Reader>) -> Option<(Result<Bytes, Status>, Option<Reader>)> {
    let mut reader = reader?;
    match reader.next().await {
        Read::Message(bytes) => Some((Ok(bytes), Some(reader))),
        Read::End { is_complete: true, .. } => None,
        other => Some((Err(cut(other)), None)),
    }
}

/// Why a body ended that was not complete.
fn cut(read: Read) -> Status {
    match read {
        Read::Bad(status) => status,
        Read::Message(_) | Read::End { .. } | Read::Lost(_) => Status::cancelled(
            "the caller gave the call up before its last message, or the connection was lost",
        ),
    }
}

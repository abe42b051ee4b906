use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use h2::RecvStream;
use h2::client::SendRequest;
use http::header::{CONTENT_TYPE, TE, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, HeaderValue, Method, Uri, Version};
use tokio::runtime::Handle;

use super::answer::{Answer, AnswerStream};
use super::frame::Framed;
use super::overheard::{FirstBytes, overheard};
use super::reader::Reader;
use super::requests::{Interest, Requests};
use super::sending::Sending;
use super::{
    ACCEPT_ENCODING, ENCODING, GRPC_CONTENT_TYPE, encoding_of, is_grpc, loss, metadata, status, timeout,
};
use crate::call::{Call, Context, MessageStream, Messages, Metadata, ResponseFuture, SizeLimit};
use crate::compression::{Compressor, Decompressor, Encoding, MessageTerms};
use crate::contract::{MethodSpec, Status};
use crate::limits::{
    CONNECTION_WINDOW_BYTES, FIRST_STREAMS_MAX, HEADER_LIST_BYTES_MAX, RESETS_REMEMBERED_MAX,
    STREAM_WINDOW_BYTES,
};
use crate::task::OwnedTask;
use crate::transport::Connection;
use crate::wire::Caller;
use crate::wire::first_bytes::ForeignError;

const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The caller's end of an HTTP/2 connection. The connection is closed when the value is dropped.
pub(crate) struct GrpcConnection {
    shared: Arc<Shared>,
    first: FirstBytes,
    driver: OwnedTask,
}

struct Shared {
    sender: SendRequest<Framed>,
    /// Whether the connection is over.
    is_over: Arc<AtomicBool>,
    scheme: Scheme,
    /// What runs the streams of requests, whoever polls the calls.
    runtime: Handle,
    terms: MessageTerms,
    /// What the plugin is told of the encodings that this side reads, if there are any.
    accepted: Option<HeaderValue>,
}

impl GrpcConnection {
    /// Opens HTTP/2 on a connection. `secure` says whether TLS is around it: it only decides the scheme in the requests.
    pub(crate) async fn open(
        connection: Connection,
        secure: bool,
        terms: impl Into<MessageTerms>,
    ) -> Result<Self, h2::Error> {
        let terms = terms.into();
        let (connection, first) = overheard(connection);
        let (sender, driver) = http2().handshake(connection).await?;
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let driver = OwnedTask::spawn(async move {
            let _over = SetAtTheEnd(over);
            let ended = driver.await;
            if let Err(error) = ended {
                tracing::debug!(%error, "the connection to the plugin ended");
            }
        });
        let scheme = if secure { Scheme::HTTPS } else { Scheme::HTTP };
        let runtime = Handle::current();
        let accepted = terms.compression.accepted();
        let accepted = HeaderValue::from_str(&accepted.list()).ok().filter(|_| !accepted.is_empty());
        let shared = Shared { sender, is_over, scheme, runtime, terms, accepted };
        Ok(Self { shared: Arc::new(shared), first, driver })
    }
}

/// Says that a connection is over, in whichever way it ends.
struct SetAtTheEnd(Arc<AtomicBool>);

impl Drop for SetAtTheEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// HTTP/2 as we want it.
fn http2() -> h2::client::Builder {
    let mut builder = h2::client::Builder::new();
    builder
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_header_list_size(HEADER_LIST_BYTES_MAX)
        // Until the plugin says how many it takes.
        .initial_max_send_streams(FIRST_STREAMS_MAX)
        // What still comes for a call that was given up is known for what it is, and is no fault of the plugin's that would
        // cost the connection in the end.
        .max_concurrent_reset_streams(RESETS_REMEMBERED_MAX)
        .max_local_error_reset_streams(None)
        .enable_push(false);
    builder
}

impl fmt::Debug for GrpcConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GrpcConnection").field("driver", &self.driver).finish_non_exhaustive()
    }
}

impl Caller for GrpcConnection {
    fn call(&self, call: Call) -> ResponseFuture {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { shared.call(call).await })
    }

    fn is_connected(&self) -> bool {
        !self.shared.is_over.load(Ordering::Relaxed)
    }

    fn lose(&self) {
        // Whoever waits for something of a connection that nobody drives hears that it is over.
        self.driver.stop();
    }

    fn refusal(&self) -> Option<ForeignError> {
        self.first.refusal()
    }
}

impl Shared {
    async fn call(&self, call: Call) -> Result<Messages, Status> {
        let method = call.method();
        let limit = SizeLimit::of_connection(self.terms.bytes_max, call.is_own()).and(method);
        let compressor = self.compressor(&call);
        let sent = compressor.encoding();
        let (context, messages) = call.into_parts();
        let requests = Requests::new(messages, limit, compressor)?;
        let request = self.request(method, &context, requests.encoding(sent))?;
        // A handle: every call goes over the one connection.
        let ready = self.sender.clone().ready().await;
        let mut sender = ready.map_err(|error| loss::not_sent(self.noted(error)))?;
        let sent = sender.send_request(request, false);
        let (response, stream) = sent.map_err(|error| loss::refused(self.noted(error)))?;
        let mut interest = requests.send(Sending::new(stream), &self.runtime);
        let response = tokio::select! {
            biased;
            status = interest.failed() => return Err(status),
            response = response => response.map_err(|error| loss::of_call(self.noted(error), &context))?,
        };
        let answer = self.answer(response, limit, context, interest)?;
        match (answer, method.kind.streams_responses()) {
            (Some(answer), true) => Ok(Messages::Many(MessageStream::new(AnswerStream::new(answer)))),
            (Some(answer), false) => answer.only().await.map(Messages::One),
            // A call that ended well without a message: right for a stream, and nothing else.
            (None, true) => Ok(Messages::Many(MessageStream::new(futures_util::stream::empty()))),
            (None, false) => Err(super::answer::no_response()),
        }
    }

    /// Notes that the connection is over where an error says so: its driver may come to it later, and whoever asks until then
    /// would call in vain.
    fn noted(&self, error: h2::Error) -> h2::Error {
        if error.is_io() || error.is_go_away() {
            self.is_over.store(true, Ordering::Relaxed);
        }
        error
    }

    /// What every plugin has is small, and may be asked of a plugin that reads nothing compressed.
    fn compressor(&self, call: &Call) -> Compressor {
        let compression = &self.terms.compression;
        match call.is_own() {
            true => Compressor::off(),
            false => Compressor::new(compression.sent(), compression, call.context()),
        }
    }

    fn request(
        &self,
        method: &MethodSpec,
        context: &Context,
        encoding: Option<Encoding>,
    ) -> Result<http::Request<()>, Status> {
        let mut request = http::Request::new(());
        *request.method_mut() = Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = self.uri(method)?;
        let headers = request.headers_mut();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC_CONTENT_TYPE));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("grpc-rust-rpcplugin/", env!("CARGO_PKG_VERSION"))),
        );
        if let Some(encoding) = encoding {
            headers.insert(ENCODING, HeaderValue::from_static(encoding.as_str()));
        }
        if let Some(accepted) = &self.accepted {
            headers.insert(ACCEPT_ENCODING, accepted.clone());
        }
        if let Some(left) = context.time_left().and_then(timeout::encode) {
            headers.insert(TIMEOUT, left);
        }
        metadata::write(context.metadata(), headers)?;
        Ok(request)
    }

    /// The authority is the one that go-plugin's hosts send with TLS. Without it nobody looks at it.
    fn uri(&self, method: &MethodSpec) -> Result<Uri, Status> {
        let no_path = |error: http::Error| {
            Status::internal(format!("`{}` is no path; write `/package.Service/Method`", method.path))
                .with_source(error)
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(Authority::from_static("localhost"));
        parts.path_and_query =
            Some(PathAndQuery::try_from(method.path).map_err(|error| no_path(error.into()))?);
        Uri::from_parts(parts).map_err(|error| no_path(error.into()))
    }

    /// Reads the headers of an answer. `None` where they say that the call ended well, without a message.
    fn answer(
        &self,
        response: http::Response<RecvStream>,
        limit: SizeLimit,
        context: Context,
        interest: Interest,
    ) -> Result<Option<Answer>, Status> {
        let (head, body) = response.into_parts();
        if !is_grpc(&head.headers) {
            return Err(status::of_http(head.status, head.headers.get(CONTENT_TYPE)));
        }
        // An answer without a message says how the call ended in its only headers.
        if let Some(outcome) = status::read(&head.headers) {
            context.keep_initial(Metadata::new());
            context.keep_trailing(metadata::read(&head.headers).unwrap_or_default());
            return outcome.map(|()| None);
        }
        if head.status != http::StatusCode::OK {
            return Err(status::of_http(head.status, head.headers.get(CONTENT_TYPE)));
        }
        let compression = &self.terms.compression;
        let encoding = encoding_of(&head.headers, compression).map_err(not_offered)?;
        context.keep_initial(metadata::read(&head.headers)?);
        let reader = Reader::new(body, limit, Decompressor::new(encoding, compression, &context));
        Ok(Some(Answer::new(reader, context, interest)))
    }
}

fn not_offered(encoding: &[u8]) -> Status {
    Status::internal(format!(
        "the answer is compressed by {}, which was not offered; turn it off in the plugin",
        crate::quote::quote(&String::from_utf8_lossy(encoding))
    ))
}

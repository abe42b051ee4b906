use std::fmt;
use std::sync::Arc;

use http::header::{CONTENT_TYPE, TE, USER_AGENT};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::answer::{Answer, AnswerStream};
use super::call_body::{CallBody, Failure, Interest};
use super::frame::SizeLimit;
use super::reader::Reader;
use super::{GRPC_CONTENT_TYPE, is_grpc, loss, metadata, status, timeout};
use crate::call::{Call, Context, Messages, Metadata, ResponseFuture};
use crate::contract::{MethodSpec, Status};
use crate::limits::{CONNECTION_WINDOW_BYTES, HEADER_LIST_BYTES_MAX, STREAM_WINDOW_BYTES};
use crate::task::OwnedTask;
use crate::transport::Connection;
use crate::wire::Caller;

const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The caller's end of an HTTP/2 connection. The connection is closed when the value is dropped.
pub(crate) struct GrpcConnection {
    shared: Arc<Shared>,
    driver: OwnedTask,
}

struct Shared {
    sender: SendRequest<CallBody>,
    scheme: Scheme,
    message_bytes_max: usize,
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
        let scheme = if secure { Scheme::HTTPS } else { Scheme::HTTP };
        Ok(Self { shared: Arc::new(Shared { sender, scheme, message_bytes_max }), driver })
    }
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
        !self.shared.sender.is_closed()
    }
}

impl Shared {
    async fn call(&self, call: Call) -> Result<Messages, Status> {
        let method = call.method();
        let limit = SizeLimit::new(self.message_bytes_max, method);
        let (context, messages) = call.into_parts();
        let (body, interest, mut failure) = CallBody::new(messages, limit)?;
        let request = self.request(method, &context, body)?;
        // A handle: every call goes over the one connection.
        let mut sender = self.sender.clone();
        let response = tokio::select! {
            biased;
            status = failure.happened() => return Err(status),
            response = exchange(&mut sender, request) => response?,
        };
        let answer = self.answer(response, limit, context, interest, failure)?;
        match (answer, method.kind.streams_responses()) {
            (Some(answer), true) => Ok(Messages::Many(Box::pin(AnswerStream::new(answer)))),
            (Some(answer), false) => answer.only().await.map(Messages::One),
            // A call that ended well without a message: right for a stream, and nothing else.
            (None, true) => Ok(Messages::Many(Box::pin(futures_util::stream::empty()))),
            (None, false) => Err(super::answer::no_response()),
        }
    }

    fn request(
        &self,
        method: &MethodSpec,
        context: &Context,
        body: CallBody,
    ) -> Result<http::Request<CallBody>, Status> {
        let mut request = http::Request::new(body);
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
        response: http::Response<Incoming>,
        limit: SizeLimit,
        context: Context,
        interest: Interest,
        failure: Failure,
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
        check_encoding(&head.headers)?;
        context.keep_initial(metadata::read(&head.headers)?);
        Ok(Some(Answer::new(Reader::new(body, limit), context, interest, failure)))
    }
}

async fn exchange(
    sender: &mut SendRequest<CallBody>,
    request: http::Request<CallBody>,
) -> Result<http::Response<Incoming>, Status> {
    sender.ready().await.map_err(loss::not_sent)?;
    sender.send_request(request).await.map_err(loss::status_of)
}

/// Nobody was told that we can read compressed messages.
fn check_encoding(headers: &HeaderMap) -> Result<(), Status> {
    match headers.get(super::ENCODING) {
        Some(encoding) if encoding != "identity" => Err(Status::internal(format!(
            "the answer is compressed by {}, which was not offered; turn it off in the plugin",
            crate::quote::quote(&String::from_utf8_lossy(encoding.as_bytes()))
        ))),
        _ => Ok(()),
    }
}

//! A call as a request and a response of HTTP within this process, for services and clients that know gRPC as that and as
//! nothing else.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::Stream;
use http::header::{CONTENT_TYPE, HeaderValue, TE};
use http::{HeaderMap, HeaderName, Method, Request, Response, Uri, Version};
use http_body::{Body, Frame};

use super::frame::Deframer;
use super::{GRPC_CONTENT_TYPE, metadata, status, timeout};
use crate::call::{Context, MessageStream, Messages, Metadata, ResponseMetadata, SizeLimit};
use crate::compression::Decompressor;
use crate::contract::Status;

/// What a service of somebody else says where it cannot answer at all.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request or of a response: messages as gRPC frames them.
#[derive(Debug)]
pub struct GrpcBody {
    messages: Option<Messages>,
    /// What a response ends with.
    end: Option<ResponseMetadata>,
}

impl Body for GrpcBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let message = match &mut self.messages {
            None => None,
            Some(Messages::Many(stream)) => match Pin::new(stream).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(message) => message,
            },
            Some(Messages::One(_)) => self.messages.take().and_then(|message| match message {
                Messages::One(bytes) => Some(Ok(bytes)),
                Messages::Many(_) => None,
            }),
        };
        let framed = message.map(|message| message.and_then(framed));
        let outcome = match framed {
            Some(Ok(framed)) => return Poll::Ready(Some(Ok(Frame::data(framed)))),
            Some(Err(status)) => Err(status),
            None => Ok(()),
        };
        self.messages = None;
        Poll::Ready(match (self.end.take(), outcome) {
            (Some(metadata), outcome) => Some(Ok(Frame::trailers(trailers(outcome, &metadata)))),
            (None, Err(status)) => Some(Err(status)),
            (None, Ok(())) => None,
        })
    }
}

fn framed(message: Bytes) -> Result<Bytes, Status> {
    let length = unlimited().check(message.len())?;
    let mut framed = BytesMut::with_capacity(message.len().saturating_add(5));
    framed.put_u8(0);
    framed.put_u32(length);
    framed.put(message);
    Ok(framed.freeze())
}

fn trailers(outcome: Result<(), Status>, said: &ResponseMetadata) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    let written = metadata::write(&said.trailing(), &mut trailers);
    let outcome = outcome.and(written);
    status::write(outcome.as_ref().copied(), &mut trailers);
    trailers
}

/// Within the process a message is as long as it is: the wire that brings it, or takes it away, holds it against its limit.
fn unlimited() -> SizeLimit {
    SizeLimit::of_connection(usize::MAX, false)
}

/// The call as a request. Its context is an extension of it.
pub(crate) fn request(
    path: &'static str,
    context: Context,
    messages: Messages,
) -> Result<Request<GrpcBody>, Status> {
    let mut request = Request::new(GrpcBody { messages: Some(messages), end: None });
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = Uri::from_static(path);
    let headers = request.headers_mut();
    headers.insert(TE, HeaderValue::from_static("trailers"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC_CONTENT_TYPE));
    if let Some(header) = context.time_left().and_then(timeout::encode) {
        headers.insert(TIMEOUT, header);
    }
    metadata::write(context.metadata(), headers)?;
    request.extensions_mut().insert(context);
    Ok(request)
}

/// What a response says, as the answer to a call. Its metadata goes to the context.
pub(crate) async fn answer<B>(
    response: Response<B>,
    context: Context,
    streams: bool,
) -> Result<Messages, Status>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (head, body) = response.into_parts();
    if let Some(Err(status)) = status::read(&head.headers) {
        context.keep_trailing(metadata::read(&head.headers)?);
        return Err(status);
    }
    if !head.status.is_success() {
        return Err(status::of_http(head.status, head.headers.get(CONTENT_TYPE)));
    }
    context.keep_initial(metadata::read(&head.headers)?);
    let mut messages = BodyMessages::new(body, Some(context));
    if streams {
        return Ok(Messages::Many(MessageStream::new(messages)));
    }
    messages.single().await.map(Messages::One)
}

/// What a client asks for: the metadata, the time, and the messages.
pub(crate) struct Asked {
    pub(crate) metadata: Metadata,
    pub(crate) timeout: Option<std::time::Duration>,
    pub(crate) messages: Messages,
}

/// Reads a request.
pub(crate) async fn asked<B>(request: Request<B>, streams: bool) -> Result<Asked, Status>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (head, body) = request.into_parts();
    if let Some(encoding) = head.headers.get(ENCODING).filter(|encoding| *encoding != "identity") {
        return Err(Status::unimplemented(format!(
            "the request is compressed ({encoding:?}), which only the wire does here; leave out `send_compressed` of the \
             client, and give the host `PluginClientBuilder::compression` instead"
        )));
    }
    let metadata = metadata::read(&head.headers)?;
    let timeout = head.headers.get(TIMEOUT).and_then(timeout::decode);
    let mut messages = BodyMessages::new(body, None);
    let messages = match streams {
        true => Messages::Many(MessageStream::new(messages)),
        false => Messages::One(messages.single().await?),
    };
    Ok(Asked { metadata, timeout, messages })
}

/// The answer to a call as a response.
pub(crate) fn response(answer: Result<Messages, Status>, said: ResponseMetadata) -> Response<GrpcBody> {
    let (messages, failure) = match answer {
        Ok(messages) => (Some(messages), None),
        Err(status) => (None, Some(status)),
    };
    let mut headers = HeaderMap::new();
    let written = metadata::write(&said.initial(), &mut headers);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC_CONTENT_TYPE));
    let failure = failure.or_else(|| written.err());
    let mut response = match failure {
        // What has no message has no trailers either: everything is said in the headers.
        Some(status) => {
            headers.extend(trailers(Err(status), &said));
            Response::new(GrpcBody { messages: None, end: None })
        }
        None => Response::new(GrpcBody { messages, end: Some(said) }),
    };
    *response.headers_mut() = headers;
    *response.version_mut() = Version::HTTP_2;
    response
}

/// The messages of a body.
struct BodyMessages<B> {
    body: Pin<Box<B>>,
    deframer: Deframer,
    /// Of a response, which ends with a status.
    context: Option<Context>,
    is_over: bool,
}

impl<B> BodyMessages<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    fn new(body: B, context: Option<Context>) -> Self {
        Self {
            body: Box::pin(body),
            deframer: Deframer::new(unlimited(), Decompressor::off()),
            context,
            is_over: false,
        }
    }

    async fn next(&mut self) -> Option<Result<Bytes, Status>> {
        std::future::poll_fn(|context| self.poll_message(context)).await
    }

    /// The only message, once it is known that it is the only one.
    async fn single(&mut self) -> Result<Bytes, Status> {
        let message =
            self.next().await.unwrap_or_else(|| Err(Status::internal("expected one message, found none")))?;
        match self.next().await {
            None => Ok(message),
            Some(Err(status)) => Err(status),
            Some(Ok(_)) => Err(Status::internal("expected one message, found more")),
        }
    }

    fn poll_message(&mut self, task: &mut TaskContext<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        loop {
            if self.is_over {
                return Poll::Ready(None);
            }
            if let Some(message) = self.deframer.next().transpose() {
                self.is_over = message.is_err();
                return Poll::Ready(Some(message));
            }
            let frame = match self.body.as_mut().poll_frame(task) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(frame) => frame,
            };
            let end = match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => {
                        self.deframer.push(piece);
                        continue;
                    }
                    Err(frame) => self.end(frame.into_trailers().ok()),
                },
                Some(Err(error)) => Err(failed(error)),
                None => self.end(None),
            };
            self.is_over = true;
            if let Err(status) = end {
                return Poll::Ready(Some(Err(status)));
            }
        }
    }

    /// How the body ended.
    fn end(&self, trailers: Option<HeaderMap>) -> Result<(), Status> {
        if !self.deframer.is_between_messages() {
            return Err(Status::internal("the body ends within a message"));
        }
        let Some(context) = &self.context else { return Ok(()) };
        let trailers = trailers.unwrap_or_default();
        context.keep_trailing(metadata::read(&trailers)?);
        status::read(&trailers).unwrap_or_else(|| {
            Err(Status::internal("the answer ends without a status; was the service stopped?"))
        })
    }
}

impl<B> Stream for BodyMessages<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Item = Result<Bytes, Status>;

    fn poll_next(self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_message(task)
    }
}

/// What somebody else's service failed with: a status of ours, or words.
pub(crate) fn failed(error: impl Into<BoxError>) -> Status {
    match error.into().downcast::<Status>() {
        Ok(status) => *status,
        Err(error) => Status::new(crate::contract::Code::Unknown, error.to_string()),
    }
}

const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Code;

    #[tokio::test]
    async fn a_compressed_request_is_refused_with_what_to_do_and_another_is_read() {
        let asking = |encoding: Option<&'static str>| {
            let message = Messages::One(Bytes::from_static(b"a"));
            let mut request = request("/test.Kv/Get", Context::new(), message).unwrap();
            if let Some(encoding) = encoding {
                request.headers_mut().insert(ENCODING, HeaderValue::from_static(encoding));
            }
            request
        };
        for encoding in [None, Some("identity")] {
            assert!(asked(asking(encoding), false).await.is_ok());
        }
        for streams in [false, true] {
            let Err(status) = asked(asking(Some("gzip")), streams).await else { panic!("it was taken") };
            assert_eq!(status.code(), Code::Unimplemented);
            assert!(
                status.message().contains("gzip") && status.message().contains("send_compressed"),
                "{status}"
            );
        }
    }
}

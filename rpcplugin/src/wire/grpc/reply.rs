//! The answer to a call, on its way out: headers, messages, and how the call ended.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use http_body::{Frame, SizeHint};

use super::frame::{Framed, SizeLimit};
use super::outgoing::Outgoing;
use super::{GRPC_CONTENT_TYPE, metadata, status};
use crate::call::{Context, Messages, ResponseMetadata};
use crate::contract::Status;

/// An answer of HTTP.
pub(super) type Reply = http::Response<ReplyBody>;

/// What comes behind the headers of an answer.
pub(super) enum ReplyBody {
    /// Nothing: the headers say how the call ended.
    Empty,
    /// A message, and how the call ended.
    One { message: Option<Framed>, trailers: Option<HeaderMap> },
    /// Messages, and how the call ended. Boxed: a response is moved about while it is small.
    Many(Box<Many>),
}

pub(super) struct Many {
    /// `None` once the last one is out.
    outgoing: Option<Outgoing>,
    context: Context,
}

/// The answer of a handler, or why there is none.
pub(super) fn reply(answer: Result<Messages, Status>, limit: SizeLimit, context: Context) -> Reply {
    let answer = match answer {
        Ok(Messages::One(bytes)) => Framed::new(bytes, limit).map(|message| ReplyBody::One {
            message: Some(message),
            trailers: Some(trailers(Ok(()), &context)),
        }),
        Ok(Messages::Many(messages)) => {
            let outgoing = Some(Outgoing::new(messages, limit));
            Ok(ReplyBody::Many(Box::new(Many { outgoing, context: context.clone() })))
        }
        Err(status) => Err(status),
    };
    let initial = context.response_in_use().map(ResponseMetadata::initial).unwrap_or_default();
    match answer {
        Err(status) if initial.is_empty() => refusal_with(trailers(Err(&status), &context)),
        Err(status) => {
            let trailers = Some(trailers(Err(&status), &context));
            with_headers(&initial, ReplyBody::One { message: None, trailers })
        }
        Ok(body) => with_headers(&initial, body),
    }
}

fn with_headers(initial: &crate::call::Metadata, body: ReplyBody) -> Reply {
    let mut headers = HeaderMap::new();
    if let Err(status) = metadata::write(initial, &mut headers) {
        return refusal(&status);
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC_CONTENT_TYPE));
    let mut reply = http::Response::new(body);
    *reply.headers_mut() = headers;
    reply
}

/// An answer that is no answer: the call ended before a handler saw it.
pub(super) fn refusal(status: &Status) -> Reply {
    let mut headers = HeaderMap::new();
    status::write(Err(status), &mut headers);
    refusal_with(headers)
}

fn refusal_with(mut headers: HeaderMap) -> Reply {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC_CONTENT_TYPE));
    let mut reply = http::Response::new(ReplyBody::Empty);
    *reply.headers_mut() = headers;
    reply
}

/// An answer to what is no call of gRPC at all.
pub(super) fn no_call(code: http::StatusCode) -> Reply {
    let mut reply = http::Response::new(ReplyBody::Empty);
    *reply.status_mut() = code;
    reply
}

fn trailers(outcome: Result<(), &Status>, context: &Context) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let trailing = context.response_in_use().map(ResponseMetadata::trailing).unwrap_or_default();
    match metadata::write(&trailing, &mut headers) {
        Ok(()) => status::write(outcome, &mut headers),
        // The handler's own mistake, which its caller must not take for an answer.
        Err(status) => {
            headers.clear();
            status::write(Err(&status), &mut headers);
        }
    }
    headers
}

impl Many {
    fn poll(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Frame<Framed>>> {
        let Some(outgoing) = &mut self.outgoing else { return Poll::Ready(None) };
        let outcome = match ready!(outgoing.poll(context)) {
            None => Ok(()),
            Some(Ok(framed)) => return Poll::Ready(Some(Frame::data(framed))),
            Some(Err(status)) => Err(status),
        };
        // What the stream holds goes with it, before the caller hears of the end.
        self.outgoing = None;
        Poll::Ready(Some(Frame::trailers(trailers(outcome.as_ref().copied(), &self.context))))
    }
}

impl http_body::Body for ReplyBody {
    type Data = Framed;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Framed>, Infallible>>> {
        let frame = match &mut *self {
            Self::Empty => None,
            Self::One { message, trailers } => {
                message.take().map(Frame::data).or_else(|| trailers.take().map(Frame::trailers))
            }
            Self::Many(many) => ready!(many.poll(context)),
        };
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::One { message, trailers } => message.is_none() && trailers.is_none(),
            Self::Many(many) => many.outgoing.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

//! The answer to a call, on its way out: headers, messages, and how the call ended.

use h2::server::SendResponse;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

use super::frame::Framed;
use super::outgoing::Outgoing;
use super::sending::{Sending, Stopped};
use super::{ENCODING, GRPC_CONTENT_TYPE, metadata, status};
use crate::call::{Context, Messages, ResponseMetadata, SizeLimit, out_of_time};
use crate::compression::Compressor;
use crate::contract::Status;

/// An answer of HTTP.
pub(super) type Reply = http::Response<ReplyBody>;

/// What comes behind the headers of an answer.
pub(super) enum ReplyBody {
    /// Nothing: the headers say how the call ended.
    Empty,
    /// At most one message, and how the call ended.
    One { message: Option<Framed>, trailers: HeaderMap },
    /// Messages, and how the call ended.
    Many { outgoing: Outgoing, context: Context },
}

impl ReplyBody {
    /// Whether a message of it may be compressed.
    const fn is_compressed(&self) -> bool {
        match self {
            Self::Empty | Self::One { message: None, .. } => false,
            Self::One { message: Some(message), .. } => message.is_compressed(),
            Self::Many { .. } => true,
        }
    }
}

/// The answer of a handler, or why there is none.
pub(super) fn reply(
    answer: Result<Messages, Status>,
    limit: SizeLimit,
    context: Context,
    compressor: Compressor,
) -> Reply {
    let encoding = compressor.is_on().then(|| HeaderValue::from_static(compressor.encoding().as_str()));
    let answer = match answer {
        Ok(Messages::One(bytes)) => Framed::compressed(bytes, limit, &compressor)
            .map(|message| ReplyBody::One { message: Some(message), trailers: trailers(Ok(()), &context) }),
        Ok(Messages::Many(messages)) => {
            let outgoing = Outgoing::new(messages, limit, compressor);
            Ok(ReplyBody::Many { outgoing, context: context.clone() })
        }
        Err(status) => Err(status),
    };
    let initial = context.response_in_use().map(ResponseMetadata::initial).unwrap_or_default();
    match answer {
        Err(status) if initial.is_empty() => refusal_with(trailers(Err(&status), &context)),
        Err(status) => {
            let trailers = trailers(Err(&status), &context);
            with_headers(&initial, ReplyBody::One { message: None, trailers })
        }
        Ok(body) => {
            let encoding = encoding.filter(|_| body.is_compressed());
            let mut reply = with_headers(&initial, body);
            if let Some(encoding) = encoding {
                reply.headers_mut().insert(ENCODING, encoding);
            }
            reply
        }
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

/// Sends an answer. Ends early where its caller wants it no more.
pub(super) async fn send(reply: Reply, mut respond: SendResponse<Framed>) {
    let (head, body) = reply.into_parts();
    let is_all = matches!(body, ReplyBody::Empty);
    // An error means that the stream is over: nobody reads what is sent.
    let Ok(stream) = respond.send_response(http::Response::from_parts(head, ()), is_all) else { return };
    if is_all {
        return;
    }
    let mut sending = Sending::new(stream);
    match body {
        ReplyBody::Empty => {}
        ReplyBody::One { message, trailers } => {
            if let Some(message) = message {
                sending.send(message, false);
            }
            sending.finish_with(trailers);
        }
        ReplyBody::Many { outgoing, context } => send_many(outgoing, &context, sending).await,
    }
}

async fn send_many(mut outgoing: Outgoing, context: &Context, mut sending: Sending) {
    let all = sending.send_all(&mut outgoing);
    let stopped = match context.deadline() {
        None => all.await,
        // Also where the caller takes nothing: then nobody asks the stream, and it cannot look at the time itself.
        Some(deadline) => {
            let ended = tokio::time::timeout_at(deadline, all).await;
            ended.unwrap_or_else(|_elapsed| Stopped::Ended(Err(out_of_time())))
        }
    };
    // What the stream holds goes with it, before the caller hears of the end.
    drop(outgoing);
    if let Stopped::Ended(outcome) = stopped {
        sending.finish_with(trailers(outcome.as_ref().copied(), context));
    }
}

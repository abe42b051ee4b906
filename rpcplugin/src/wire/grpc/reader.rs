//! The messages of a body, and how it ended.
//!
//! A stream that was cut must not look complete. HTTP/2 knows the difference: a complete request carries the end-of-stream
//! flag, and a complete answer of gRPC carries its status in trailers.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body;
use hyper::body::Incoming;

use super::frame::{Deframer, SizeLimit};
use crate::contract::Status;

/// Reads the messages of one direction of a call.
#[derive(Debug)]
pub(super) struct Reader {
    body: Incoming,
    deframer: Deframer,
    trailers: Option<HeaderMap>,
}

/// What comes next in a body.
#[derive(Debug)]
pub(super) enum Read {
    Message(Bytes),
    /// The end. `is_complete` says whether the other side meant it.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "requests have no trailers that matter"))]
    End {
        trailers: Option<HeaderMap>,
        is_complete: bool,
    },
    /// The connection failed, or the stream was reset.
    #[cfg_attr(
        not(feature = "client"),
        expect(dead_code, reason = "a handler need not know how its caller was lost")
    )]
    Lost(hyper::Error),
    /// The bytes are no messages of gRPC, or too long.
    Bad(Status),
}

impl Reader {
    pub(super) fn new(body: Incoming, limit: SizeLimit) -> Self {
        Self { body, deframer: Deframer::new(limit), trailers: None }
    }

    /// What comes next. After anything but a message, ask no more.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Read> {
        loop {
            match self.deframer.next() {
                Ok(Some(message)) => return Poll::Ready(Read::Message(message)),
                Ok(None) => {}
                Err(status) => return Poll::Ready(Read::Bad(status)),
            }
            if self.trailers.is_some() {
                return Poll::Ready(self.end(true));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                None => return Poll::Ready(self.end(self.body.is_end_stream())),
                Some(Err(error)) => return Poll::Ready(Read::Lost(error)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => self.deframer.push(piece),
                    Err(frame) => self.trailers = frame.into_trailers().ok(),
                },
            }
        }
    }

    /// The same as a future, for requests. Cancel-safe: what was read stays here.
    #[cfg(feature = "server")]
    pub(super) fn next(&mut self) -> impl Future<Output = Read> {
        std::future::poll_fn(|context| self.poll(context))
    }

    /// What stands behind the messages, once it was read.
    #[cfg(feature = "client")]
    pub(super) const fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.as_ref()
    }

    fn end(&mut self, is_complete: bool) -> Read {
        if is_complete && !self.deframer.is_between_messages() {
            return Read::Bad(Status::internal(
                "the stream ended within a message: the sender closed it before it was done",
            ));
        }
        Read::End { trailers: self.trailers.take(), is_complete }
    }
}

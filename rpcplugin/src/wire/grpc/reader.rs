//! The messages of a body, and how it ended.
//!
//! A stream that was cut must not look complete. HTTP/2 knows the difference: a complete request carries the end-of-stream
//! flag, and a complete answer of gRPC carries its status in trailers.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::RecvStream;
use http::HeaderMap;

use super::frame::Deframer;
use crate::call::SizeLimit;
use crate::compression::Decompressor;
use crate::contract::Status;

/// Reads the messages of one direction of a call.
#[derive(Debug)]
pub(super) struct Reader {
    body: RecvStream,
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
    Lost(h2::Error),
    /// The bytes are no messages of gRPC, or too long.
    Bad(Status),
}

impl Reader {
    pub(super) fn new(body: RecvStream, limit: SizeLimit, decompressor: Decompressor) -> Self {
        Self { body, deframer: Deframer::new(limit, decompressor), trailers: None }
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
            match ready!(self.body.poll_data(context)) {
                Some(Ok(piece)) => self.take(piece),
                Some(Err(error)) => return Poll::Ready(Read::Lost(error)),
                None => match ready!(self.body.poll_trailers(context)) {
                    Ok(Some(trailers)) => self.trailers = Some(trailers),
                    Ok(None) => return Poll::Ready(self.end(self.body.is_end_stream())),
                    Err(error) => return Poll::Ready(Read::Lost(error)),
                },
            }
        }
    }

    /// A piece is asked for when there is no more of the one before: so it may be followed by as much.
    fn take(&mut self, piece: Bytes) {
        // It fails only for more than what has come.
        drop(self.body.flow_control().release_capacity(piece.len()));
        self.deframer.push(piece);
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

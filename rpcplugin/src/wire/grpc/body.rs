//! A stream that was cut must not look complete.
//!
//! tonic turns a call that the caller gave up into the end of its requests: half of an upload would be taken for the whole.
//! HTTP/2 knows better: a complete body carries the end-of-stream flag, and a complete answer of gRPC carries its status in
//! trailers.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// A body that ends in an error unless it was complete.
#[derive(Debug)]
pub(super) struct WholeBody {
    body: Incoming,
    end: End,
    /// Of an answer: the request ends with it.
    #[cfg(feature = "client")]
    _interest: Option<super::call_body::Interest>,
}

/// By what a complete body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The end-of-stream flag.
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only a plugin reads requests"))]
    Flag,
    /// Trailers, which have not come yet.
    Trailers,
    /// Nothing more to ask for.
    Reached,
}

/// Why a body ended too early.
#[derive(Debug, thiserror::Error)]
pub(super) enum CutError {
    #[error("{0}")]
    Connection(#[source] hyper::Error),
    #[error("the caller gave the call up before its last message, or the connection was lost")]
    Request,
    #[error("the plugin cut the stream before it said how the call ended")]
    Response,
}

impl WholeBody {
    #[cfg(feature = "server")]
    pub(super) const fn request(body: Incoming) -> Self {
        Self {
            body,
            end: End::Flag,
            #[cfg(feature = "client")]
            _interest: None,
        }
    }

    /// `has_status` says whether the status came with the headers, as it does in an answer without a message.
    #[cfg(feature = "client")]
    pub(super) const fn response(
        body: Incoming,
        has_status: bool,
        interest: super::call_body::Interest,
    ) -> Self {
        let end = if has_status { End::Reached } else { End::Trailers };
        Self { body, end, _interest: Some(interest) }
    }

    fn at_the_end(&mut self) -> Option<Result<Frame<Bytes>, CutError>> {
        match self.end {
            End::Flag if self.body.is_end_stream() => None,
            End::Reached => None,
            End::Flag => Some(Err(CutError::Request)),
            End::Trailers => Some(Err(CutError::Response)),
        }
    }
}

impl Body for WholeBody {
    type Data = Bytes;
    type Error = CutError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutError>>> {
        let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(context)) else {
            let end = self.at_the_end();
            self.end = End::Reached;
            return Poll::Ready(end);
        };
        if let Ok(frame) = &frame
            && frame.is_trailers()
        {
            self.end = End::Reached;
        }
        let end = self.end;
        Poll::Ready(Some(frame.map_err(|error| match end {
            // Without its source, by which tonic would know a cancelled call and call it an end.
            End::Flag => CutError::Request,
            End::Trailers | End::Reached => CutError::Connection(error),
        })))
    }

    fn is_end_stream(&self) -> bool {
        // Only a body that is known to be complete may be left unread.
        self.end != End::Trailers && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

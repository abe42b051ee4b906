//! The requests of a call, on their way out.
//!
//! A call whose caller is gone must end, also where the caller still had requests to send. hyper sends a request on its
//! own, and as long as that goes on the stream is open, whether anybody waits for the answer or not. So the two halves of
//! a call are tied: when the answer is dropped, the request fails, and the stream is reset.
//!
//! The other way round, a stream of requests may end in an error. HTTP/2 knows only that it stopped: the caller must be
//! told why.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Frame, SizeHint};
use tokio::sync::oneshot;

use super::frame::{Framed, SizeLimit};
use super::outgoing::Outgoing;
use crate::call::Messages;
use crate::contract::Status;

/// The requests of a call, while somebody is interested in its answer.
pub(super) struct CallBody {
    requests: Requests,
    /// Becomes ready when the interest is gone; `None` after that.
    interest: Option<oneshot::Receiver<Infallible>>,
}

enum Requests {
    /// `None` once it is sent.
    One(Option<Framed>),
    Many {
        outgoing: Outgoing,
        failed: Option<oneshot::Sender<Status>>,
    },
}

/// Held with the answer. Dropping it ends the request.
#[derive(Debug)]
pub(super) struct Interest {
    _gone: oneshot::Sender<Infallible>,
}

/// The error in which the requests ended, if they do.
#[derive(Debug)]
pub(super) struct Failure {
    failure: Option<oneshot::Receiver<Status>>,
}

impl CallBody {
    /// A body for some messages.
    ///
    /// # Errors
    ///
    /// A single message over the limit.
    pub(super) fn new(messages: Messages, limit: SizeLimit) -> Result<(Self, Interest, Failure), Status> {
        let (gone, interest) = oneshot::channel();
        let (requests, failure) = match messages {
            Messages::One(bytes) => (Requests::One(Some(Framed::new(bytes, limit)?)), None),
            Messages::Many(messages) => {
                let (failed, failure) = oneshot::channel();
                (
                    Requests::Many { outgoing: Outgoing::new(messages, limit), failed: Some(failed) },
                    Some(failure),
                )
            }
        };
        Ok((Self { requests, interest: Some(interest) }, Interest { _gone: gone }, Failure { failure }))
    }
}

impl Requests {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Framed>> {
        let (outgoing, failed) = match self {
            Self::One(framed) => return Poll::Ready(framed.take()),
            Self::Many { failed: None, .. } => return Poll::Pending,
            Self::Many { outgoing, failed } => (outgoing, failed),
        };
        match ready!(outgoing.poll(context)) {
            None => Poll::Ready(None),
            Some(Ok(framed)) => Poll::Ready(Some(framed)),
            Some(Err(status)) => {
                if let Some(failed) = failed.take() {
                    // If nobody listens any more, the call is over anyway.
                    drop(failed.send(status));
                }
                // Ending here would tell the plugin that the stream is complete. The other half drops the call, and with
                // it the interest in it, which resets the stream.
                Poll::Pending
            }
        }
    }
}

impl http_body::Body for CallBody {
    type Data = Framed;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Framed>, h2::Error>>> {
        if let Some(interest) = &mut self.interest
            && Pin::new(interest).poll(context).is_ready()
        {
            self.interest = None;
            // The reason with which the stream is reset.
            return Poll::Ready(Some(Err(h2::Reason::CANCEL.into())));
        }
        self.requests.poll(context).map(|framed| framed.map(|framed| Ok(Frame::data(framed))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.requests, Requests::One(None))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl Failure {
    /// Waits for the error: for ever, if the requests end without one.
    pub(super) fn happened(&mut self) -> impl Future<Output = Status> {
        std::future::poll_fn(|context| self.poll(context))
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let Some(failure) = &mut self.failure else {
            return Poll::Pending;
        };
        let result = ready!(Pin::new(failure).poll(context));
        self.failure = None;
        result.map_or(Poll::Pending, Poll::Ready)
    }
}

//! A caller's stream of requests may end in an error. HTTP/2 knows only that it stopped: the caller must be told why.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::sync::oneshot;
use tonic::codec::Streaming;

use super::status::from_wire;
use crate::contract::Status;
use crate::wire::MessageStream;

/// The requests of a call, without their error.
pub(super) struct Requests {
    messages: MessageStream,
    failed: Option<oneshot::Sender<Status>>,
}

impl Requests {
    pub(super) fn new(messages: MessageStream) -> (Self, Failure) {
        let (failed, failure) = oneshot::channel();
        (Self { messages, failed: Some(failed) }, Failure { failure: Some(failure) })
    }
}

impl Stream for Requests {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.failed.is_none() {
            return Poll::Pending;
        }
        match ready!(self.messages.poll_next_unpin(context)) {
            Some(Ok(bytes)) => Poll::Ready(Some(bytes)),
            Some(Err(status)) => {
                if let Some(failed) = self.failed.take() {
                    // If nobody listens any more, the call is over anyway.
                    drop(failed.send(status));
                }
                // Ending here would tell the plugin that the stream is complete. The other half drops the call, and with
                // it the interest in it, which resets the stream.
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }
}

/// The error in which the requests ended, if they do.
pub(super) struct Failure {
    failure: Option<oneshot::Receiver<Status>>,
}

impl Failure {
    /// Waits for the error: for ever, if the requests end without one.
    pub(super) fn happened(&mut self) -> impl Future<Output = Status> {
        std::future::poll_fn(|context| self.poll(context))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let Some(failure) = &mut self.failure else {
            return Poll::Pending;
        };
        let result = ready!(Pin::new(failure).poll(context));
        self.failure = None;
        result.map_or(Poll::Pending, Poll::Ready)
    }
}

/// The responses of a call, until they end or the requests fail.
pub(super) struct Responses {
    messages: Streaming<Bytes>,
    failure: Failure,
}

impl Responses {
    pub(super) const fn new(messages: Streaming<Bytes>, failure: Failure) -> Self {
        Self { messages, failure }
    }
}

impl Stream for Responses {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(status) = self.failure.poll(context) {
            return Poll::Ready(Some(Err(status)));
        }
        self.messages.poll_next_unpin(context).map_err(from_wire)
    }
}

//! A call that has run out of time ends, on both sides and in the same words.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::time::Instant;

use crate::call::{Deadline, MessageStream, Messages, OverGuard};
use crate::contract::Status;

/// A call that may look at what is not its own.
pub(super) type BoxedCall<'a> = Pin<Box<dyn Future<Output = Result<Messages, Status>> + Send + 'a>>;

/// A call, its stream of responses included, until its time is up. With its end the guard is dropped, if there is one.
pub(super) fn in_time(call: BoxedCall<'_>, at: Option<Instant>, guard: Option<OverGuard>) -> BoxedCall<'_> {
    if at.is_none() && guard.is_none() {
        return call;
    }
    Box::pin(InTime { held: Some(call), until: Until { deadline: Deadline::new(at), _guard: guard } })
}

/// What is kept until a call is over.
#[derive(Debug, Default)]
struct Until {
    deadline: Deadline,
    _guard: Option<OverGuard>,
}

/// A call, or its stream of responses.
struct InTime<T> {
    /// `None` once it has ended. Dropped before it is said that the call is over.
    held: Option<T>,
    until: Until,
}

impl<T> InTime<T> {
    fn end(&mut self) {
        self.held = None;
        self.until = Until::default();
    }
}

impl Future for InTime<BoxedCall<'_>> {
    type Output = Result<Messages, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let polled = match (&mut this.held, this.until.deadline.poll(context)) {
            (_, Poll::Ready(status)) => Poll::Ready(Err(status)),
            (Some(call), Poll::Pending) => call.as_mut().poll(context),
            (None, Poll::Pending) => {
                Poll::Ready(Err(Status::internal("a call was asked again after its end: report this bug")))
            }
        };
        let Poll::Ready(answer) = polled else { return Poll::Pending };
        Poll::Ready(match answer {
            Ok(Messages::Many(messages)) => {
                let until = std::mem::take(&mut this.until);
                this.end();
                Ok(Messages::Many(Box::pin(InTime { held: Some(messages), until })))
            }
            answer => {
                this.end();
                answer
            }
        })
    }
}

impl Stream for InTime<MessageStream> {
    type Item = Result<bytes::Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(messages) = &mut this.held else { return Poll::Ready(None) };
        let polled = match this.until.deadline.poll(context) {
            Poll::Ready(status) => Poll::Ready(Some(Err(status))),
            Poll::Pending => messages.as_mut().poll_next(context),
        };
        if let Poll::Ready(None | Some(Err(_))) = polled {
            this.end();
        }
        polled
    }
}

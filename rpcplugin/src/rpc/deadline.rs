//! A call that has run out of time ends, on both sides and in the same words.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::Instant;

use crate::call::{Batch, Deadline, MessageStream, Messages, OverGuard, Source};
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
                Ok(Messages::Many(MessageStream::of(InTime { held: Some(messages), until })))
            }
            answer => {
                this.end();
                answer
            }
        })
    }
}

impl Source for InTime<MessageStream> {
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        match (&mut self.held, self.until.deadline.poll(context)) {
            (None, _) => batch.end(Ok(())),
            (_, Poll::Ready(status)) => batch.end(Err(status)),
            (Some(messages), Poll::Pending) => ready!(messages.poll_batch(context, batch)),
        }
        if batch.has_ended() {
            self.end();
        }
        Poll::Ready(())
    }
}

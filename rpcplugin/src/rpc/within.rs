//! What runs in a context of its own, whoever polls it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use crate::call::{Ambient, Batch, Context, MessageStream, Messages, ResponseFuture, Source};
use crate::contract::Status;

/// A future or a stream that finds this current context, or none, wherever it is polled, and where it is dropped too.
pub(super) struct Within<T> {
    /// `None` once it has ended.
    held: Option<T>,
    context: Option<Context>,
}

impl<T> Within<T> {
    pub(super) const fn new(held: T, context: Option<Context>) -> Self {
        Self { held: Some(held), context }
    }
}

impl Within<MessageStream> {
    /// The same for messages, where they are a stream.
    pub(super) fn messages(messages: Messages, context: Option<Context>) -> Messages {
        match messages {
            Messages::One(bytes) => Messages::One(bytes),
            Messages::Many(stream) => Messages::Many(MessageStream::of(Self::new(stream, context))),
        }
    }
}

impl Future for Within<ResponseFuture> {
    type Output = Result<Messages, Status>;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let _ambient = Ambient::enter(&mut this.context);
        let Some(call) = &mut this.held else {
            return Poll::Ready(Err(Status::internal(
                "a call was asked again after its end: report this bug",
            )));
        };
        let polled = call.as_mut().poll(task);
        if polled.is_ready() {
            this.held = None;
        }
        polled
    }
}

impl Source for Within<MessageStream> {
    fn poll_batch(&mut self, task: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<()> {
        let _ambient = Ambient::enter(&mut self.context);
        match &mut self.held {
            Some(messages) => ready!(messages.poll_batch(task, batch)),
            None => batch.end(Ok(())),
        }
        if batch.has_ended() {
            self.held = None;
        }
        Poll::Ready(())
    }
}

impl<T> Drop for Within<T> {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            let _ambient = Ambient::enter(&mut self.context);
            drop(held);
        }
    }
}

//! A call that has run out of time ends, on both sides and in the same words.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::time::{Instant, Sleep};

use crate::call::{MessageStream, Messages, ResponseFuture, out_of_time};
use crate::contract::Status;

/// The end of a call's time, if it has one. Without one it costs nothing.
#[derive(Debug, Default)]
pub(super) struct Deadline {
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub(super) fn new(at: Option<Instant>) -> Self {
        Self { sleep: at.map(|at| Box::pin(tokio::time::sleep_until(at))) }
    }

    /// Ready once the time is up, and not before.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        sleep.as_mut().poll(context).map(|()| out_of_time())
    }
}

/// A call, its stream of responses included, until its time is up.
pub(super) fn in_time(call: ResponseFuture, at: Option<Instant>) -> ResponseFuture {
    match at {
        None => call,
        Some(_) => Box::pin(InTime { call, deadline: Deadline::new(at) }),
    }
}

struct InTime {
    call: ResponseFuture,
    deadline: Deadline,
}

impl Future for InTime {
    type Output = Result<Messages, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(status) = self.deadline.poll(context) {
            return Poll::Ready(Err(status));
        }
        self.call.as_mut().poll(context).map(|answer| match answer? {
            Messages::One(bytes) => Ok(Messages::One(bytes)),
            Messages::Many(messages) => {
                let deadline = std::mem::take(&mut self.deadline);
                Ok(Messages::Many(Box::pin(StreamInTime { messages: Some(messages), deadline })))
            }
        })
    }
}

struct StreamInTime {
    /// `None` when the stream has ended: the call is given up with it.
    messages: Option<MessageStream>,
    deadline: Deadline,
}

impl Stream for StreamInTime {
    type Item = Result<bytes::Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.messages.is_none() {
            return Poll::Ready(None);
        }
        if let Poll::Ready(status) = self.deadline.poll(context) {
            self.messages = None;
            return Poll::Ready(Some(Err(status)));
        }
        match &mut self.messages {
            Some(messages) => messages.as_mut().poll_next(context),
            None => Poll::Ready(None),
        }
    }
}

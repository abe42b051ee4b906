//! The answer to a call, as the host reads it.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;

use super::machine::{Conclusion, Outcome, Ticket};
use super::shared::Shared;
use super::{loss, metadata, status};
use crate::call::{Context, MessageStream, Metadata};
use crate::contract::Status;
use crate::limits::BINARY_TAKEN_TOGETHER_BYTES_MAX;
use crate::task::OwnedTask;

/// A call that was sent. Dropping it gives the call up.
pub(super) struct Answer {
    shared: Shared,
    call: Ticket,
    context: Context,
    /// Sends the requests. It ends with the interest in their answer.
    requests: Option<OwnedTask>,
    /// Nothing is left to give up.
    is_over: bool,
}

impl Answer {
    pub(super) fn new(shared: Shared, call: Ticket, context: Context, requests: Option<OwnedTask>) -> Self {
        Self { shared, call, context, requests, is_over: false }
    }

    /// The one response.
    pub(super) async fn one(mut self) -> Result<Bytes, Status> {
        poll_fn(|context| self.poll_one(context)).await
    }

    /// The same, for whoever keeps the call where it stands.
    pub(super) fn poll_one(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<Bytes, Status>> {
        let conclusion = ready!(self.poll_conclusion(context));
        self.is_over = true;
        Poll::Ready(self.conclude(conclusion))
    }

    fn conclude(&self, conclusion: Conclusion) -> Result<Bytes, Status> {
        let Conclusion { initial, message, outcome } = conclusion;
        self.keep_initial(initial)?;
        self.read(outcome)?;
        message.ok_or_else(|| Status::internal("the call ended well, and without a response"))
    }

    fn poll_conclusion(&mut self, context: &mut TaskContext<'_>) -> Poll<Conclusion> {
        self.shared.with(|machine| match machine.conclude(self.call) {
            Some(conclusion) => Poll::Ready(conclusion),
            None => {
                machine.wait_to_read(self.call, context.waker());
                Poll::Pending
            }
        })
    }

    /// The stream of responses, once the plugin has begun to answer.
    pub(super) async fn many(self) -> Result<MessageStream, Status> {
        let mut answer = Responses { answer: self, ready: VecDeque::new(), has_ended: false };
        poll_fn(|context| answer.poll_begin(context)).await?;
        Ok(Box::pin(answer))
    }

    fn keep_initial(&self, initial: Option<Bytes>) -> Result<(), Status> {
        let initial = initial.map(|bytes| metadata::decode(&bytes)).transpose()?;
        self.context.keep_initial(initial.unwrap_or_default());
        Ok(())
    }

    /// How the call ended, and the metadata that came with that.
    fn read(&self, outcome: Outcome) -> Result<(), Status> {
        let (outcome, trailing) = match outcome {
            Outcome::Ok => (Ok(()), Metadata::new()),
            Outcome::Status(bytes) => status::decode(&bytes).map_err(|violation| {
                Status::internal(format!("the plugin ended the call unreadably: {violation}"))
            })?,
            Outcome::Failed(status) => (Err(status), Metadata::new()),
            Outcome::Lost => (Err(loss::under_way(self.shared.loss())), Metadata::new()),
        };
        self.context.keep_trailing(trailing);
        outcome
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.requests = None;
        if !self.is_over {
            self.shared.with(|machine| machine.forget(self.call));
        }
    }
}

/// A stream of responses.
struct Responses {
    answer: Answer,
    /// Taken from the connection, and not yet from here.
    ready: VecDeque<Bytes>,
    has_ended: bool,
}

impl Responses {
    /// Ready with the first sign of an answer. A call that failed at once fails here.
    fn poll_begin(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), Status>> {
        let call = self.answer.call;
        let initial = self.answer.shared.with(|machine| {
            if machine.is_answered(call) {
                return Poll::Ready(machine.take_initial(call));
            }
            machine.wait_to_read(call, context.waker());
            Poll::Pending
        });
        let Poll::Ready(initial) = initial else { return Poll::Pending };
        self.answer.keep_initial(initial)?;
        match self.poll_ready(context) {
            Poll::Ready(Some(Err(status))) => Poll::Ready(Err(status)),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Ready with messages in `ready`, or with the end.
    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<(), Status>>> {
        if !self.ready.is_empty() || self.has_ended {
            return Poll::Ready((!self.ready.is_empty()).then_some(Ok(())));
        }
        let (call, ready) = (self.answer.call, &mut self.ready);
        let outcome = self.answer.shared.with(|machine| {
            let mut bytes = 0;
            while bytes < BINARY_TAKEN_TOGETHER_BYTES_MAX
                && let Some(message) = machine.take(call)
            {
                bytes += message.len() + size_of::<Bytes>();
                ready.push_back(message);
            }
            if !ready.is_empty() {
                return Poll::Ready(None);
            }
            match machine.outcome(call) {
                Some(outcome) => Poll::Ready(Some(outcome)),
                None => {
                    machine.wait_to_read(call, context.waker());
                    Poll::Pending
                }
            }
        });
        match outcome {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) => Poll::Ready(Some(Ok(()))),
            Poll::Ready(Some(outcome)) => {
                self.has_ended = true;
                // Nobody wants further requests.
                self.answer.requests = None;
                Poll::Ready(self.answer.read(outcome).err().map(Err))
            }
        }
    }
}

impl Stream for Responses {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        match this.poll_ready(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Err(status))) => Poll::Ready(Some(Err(status))),
            Poll::Ready(_) => Poll::Ready(this.ready.pop_front().map(Ok)),
        }
    }
}

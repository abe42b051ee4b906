//! The answer to a call, as the host reads it.

use std::future::poll_fn;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;

use super::machine::{Conclusion, Outcome, Ticket};
use super::parcel::add;
use super::shared::Shared;
use super::{loss, metadata, status};
use crate::call::{Batch, Context, MessageStream, Metadata, SizeLimit, Source};
use crate::compression::Decompressor;
use crate::contract::Status;
use crate::task::OwnedTask;

/// A call that was sent. Dropping it gives the call up.
pub(super) struct Answer {
    shared: Shared,
    call: Ticket,
    context: Context,
    decompressor: Decompressor,
    limit: SizeLimit,
    /// Sends the requests. It ends with the interest in their answer.
    requests: Option<OwnedTask>,
    /// Nothing is left to give up.
    is_over: bool,
}

impl Answer {
    pub(super) const fn new(
        shared: Shared,
        call: Ticket,
        context: Context,
        decompressor: Decompressor,
        limit: SizeLimit,
        requests: Option<OwnedTask>,
    ) -> Self {
        Self { shared, call, context, decompressor, limit, requests, is_over: false }
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
        let message =
            message.ok_or_else(|| Status::internal("the call ended well, and without a response"))?;
        message.unpack(&self.decompressor, self.limit)
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
        let (mut responses, mut ready) = (Responses { answer: self }, Batch::to_read());
        poll_fn(|context| responses.poll_begin(context, &mut ready)).await?;
        Ok(MessageStream::begun(ready, responses))
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
}

impl Responses {
    /// Ready with the first sign of an answer. A call that failed at once fails here.
    fn poll_begin(&mut self, context: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<Result<(), Status>> {
        let call = self.answer.call;
        let initial = self.answer.shared.with(|machine| {
            if machine.is_answered(call) {
                return Poll::Ready(machine.take_initial(call));
            }
            machine.wait_to_read(call, context.waker());
            Poll::Pending
        });
        let initial = ready!(initial);
        self.answer.keep_initial(initial)?;
        // Where there was only metadata, nothing is there yet.
        let _is_there = self.poll_batch(context, batch);
        Poll::Ready(batch.take_failure().map_or(Ok(()), Err))
    }
}

impl Source for Responses {
    fn poll_batch(&mut self, context: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<()> {
        let call = self.answer.call;
        let (compressed, outcome) = ready!(self.answer.shared.with(|machine| {
            let compressed = machine.take_together(call, batch);
            if compressed.is_some() || batch.gathered().is_ready() {
                return Poll::Ready((compressed, None));
            }
            match machine.outcome(call) {
                Some(outcome) => Poll::Ready((None, Some(outcome))),
                None => {
                    machine.wait_to_read(call, context.waker());
                    Poll::Pending
                }
            }
        }));
        add(compressed, &self.answer.decompressor, self.answer.limit, batch);
        if let Some(outcome) = outcome {
            // Nobody wants further requests.
            self.answer.requests = None;
            batch.end(self.answer.read(outcome));
        }
        Poll::Ready(())
    }
}

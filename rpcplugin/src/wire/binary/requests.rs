//! The requests of a call, as its handler reads them.

use std::task::{Context, Poll, ready};

use super::machine::{Machine, Outcome, Ticket};
use super::parcel::{Parcel, add};
use super::shared::Shared;
use crate::call::{Batch, SizeLimit, Source};
use crate::compression::Decompressor;
use crate::contract::Status;

/// The stream of requests of a call. After an error nothing follows.
pub(super) struct Requests {
    shared: Shared,
    call: Ticket,
    decompressor: Decompressor,
    limit: SizeLimit,
}

impl Requests {
    pub(super) const fn new(
        shared: Shared,
        call: Ticket,
        decompressor: Decompressor,
        limit: SizeLimit,
    ) -> Self {
        Self { shared, call, decompressor, limit }
    }

    /// A compressed message, or else what is added to the batch.
    fn poll_together(&self, context: &Context<'_>, batch: &mut Batch) -> Poll<Option<Parcel>> {
        self.shared.with(|machine| {
            if let Some(compressed) = machine.take_together(self.call, batch) {
                return Poll::Ready(Some(compressed));
            }
            if !batch.is_empty() || batch.has_ended() {
                return Poll::Ready(None);
            }
            if let Some(outcome) = machine.outcome(self.call) {
                batch.end(Err(cut(outcome)));
            } else if machine.requests_ended(self.call) {
                batch.end(Ok(()));
            } else {
                machine.wait_to_read(self.call, context.waker());
            }
            batch.gathered().map(|()| None)
        })
    }
}

impl Source for Requests {
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        let compressed = ready!(self.poll_together(context, batch));
        add(compressed, &self.decompressor, self.limit, batch);
        Poll::Ready(())
    }
}

impl Drop for Requests {
    /// What still comes is thrown away, and does not count for the connection.
    fn drop(&mut self) {
        self.shared.with(|machine| machine.discard_requests(self.call));
    }
}

/// The one request of a call that has one; nothing while it is not complete.
pub(super) fn only_request(machine: &mut Machine, call: Ticket) -> Result<Option<Parcel>, Status> {
    if let Some(outcome) = machine.outcome(call) {
        return Err(cut(outcome));
    }
    if !machine.requests_ended(call) {
        return Ok(None);
    }
    let request = machine.take_next(call);
    request.map(Some).ok_or_else(|| Status::internal("the call carries no request"))
}

/// Why the requests ended that are not complete.
fn cut(outcome: Outcome) -> Status {
    match outcome {
        Outcome::Failed(status) => status,
        _ => Status::cancelled(
            "the caller gave the call up before its last message, or the connection was lost",
        ),
    }
}

//! The requests of a call, as its handler reads them.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;

use super::machine::{Machine, Outcome, Ticket};
use super::shared::Shared;
use crate::contract::Status;

/// The stream of requests of a call. After an error nothing follows.
pub(super) struct Requests {
    shared: Shared,
    call: Ticket,
    has_ended: bool,
}

impl Requests {
    pub(super) fn new(shared: Shared, call: Ticket) -> Self {
        Self { shared, call, has_ended: false }
    }
}

impl Stream for Requests {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.has_ended {
            return Poll::Ready(None);
        }
        let next = this.shared.with(|machine| {
            if let Some(message) = machine.take(this.call) {
                return Poll::Ready(Some(Ok(message)));
            }
            if let Some(outcome) = machine.outcome(this.call) {
                return Poll::Ready(Some(Err(cut(outcome))));
            }
            if machine.requests_ended(this.call) {
                return Poll::Ready(None);
            }
            machine.wait_to_read(this.call, context.waker());
            Poll::Pending
        });
        this.has_ended = matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }
}

impl Drop for Requests {
    /// What still comes is thrown away, and does not count for the connection.
    fn drop(&mut self) {
        self.shared.with(|machine| machine.discard_requests(self.call));
    }
}

/// The one request of a call that has one; nothing while it is not complete.
pub(super) fn only_request(machine: &mut Machine, call: Ticket) -> Result<Option<Bytes>, Status> {
    if let Some(outcome) = machine.outcome(call) {
        return Err(cut(outcome));
    }
    if !machine.requests_ended(call) {
        return Ok(None);
    }
    let request = machine.take(call);
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

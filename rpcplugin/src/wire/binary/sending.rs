//! The messages of a stream on their way out: small ones go together, as many as are ready.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::task::{Context, Poll, Waker};

use super::machine::Ticket;
use super::shared::Shared;
use crate::call::{Batch, Framing, MessageStream, SizeLimit};
use crate::contract::Status;

/// Messages of a stream that are ready.
pub(super) struct Outgoing {
    messages: MessageStream,
    batch: Batch,
    /// Whether the other side is still to hear that there is a stream.
    is_unheard: bool,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit) -> Self {
        Self { messages, batch: Batch::to_send(Framing::Binary, limit), is_unheard: false }
    }

    /// The responses of a call whose caller has heard nothing yet, and hears that they have begun if none is there.
    #[cfg(feature = "server")]
    pub(super) fn unheard(messages: MessageStream, limit: SizeLimit) -> Self {
        Self { is_unheard: true, ..Self::new(messages, limit) }
    }

    /// Sends all messages, and comes back with the end of the stream. Early, where nobody wants them any more.
    pub(super) async fn send_all(&mut self, shared: &Shared, call: Ticket) -> Result<(), Status> {
        loop {
            poll_fn(|context| self.poll_gather(shared, call, context)).await;
            if poll_fn(|context| self.poll_send(shared, call, context.waker())).await.is_break() {
                return Ok(());
            }
            if let Some(end) = self.batch.take_end() {
                return end;
            }
            // Others have their turn: soon where messages take long to be made, and now and then in any case.
            match self.batch.renew() {
                true => tokio::task::yield_now().await,
                false => tokio::task::coop::consume_budget().await,
            }
        }
    }

    fn poll_gather(&mut self, shared: &Shared, call: Ticket, context: &mut Context<'_>) -> Poll<()> {
        let gathered = self.messages.poll_batch(context, &mut self.batch);
        if std::mem::take(&mut self.is_unheard) && gathered.is_pending() {
            shared.with(|machine| machine.begin_answer(call));
        }
        gathered
    }

    /// Ready when the messages are sent; breaks off where nobody wants them any more.
    fn poll_send(&mut self, shared: &Shared, call: Ticket, waker: &Waker) -> Poll<ControlFlow<()>> {
        shared.with(|machine| {
            if machine.is_ending(call) {
                return Poll::Ready(ControlFlow::Break(()));
            }
            while machine.can_send(call) {
                machine.send_several(call, &mut self.batch);
                match self.batch.next() {
                    Some(message) => machine.send(call, message),
                    None => return Poll::Ready(ControlFlow::Continue(())),
                }
            }
            machine.wait_to_send(call, waker);
            Poll::Pending
        })
    }
}

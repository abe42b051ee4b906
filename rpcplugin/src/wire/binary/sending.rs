//! The messages of a stream on their way out: small ones go together, as many as are ready.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::task::{Context, Poll, Waker};

use super::machine::Ticket;
use super::parcel::Parcel;
use super::shared::Shared;
use crate::call::{Batch, Framing, MessageStream, SizeLimit};
use crate::compression::Compressor;
use crate::contract::Status;

/// Messages of a stream that are ready.
pub(super) struct Outgoing {
    messages: MessageStream,
    batch: Batch,
    /// Whether the other side is still to hear that there is a stream.
    is_unheard: bool,
    /// Where messages are compressed.
    packing: Option<Box<Packing>>,
}

/// What compresses messages of a stream.
struct Packing {
    compressor: Compressor,
    limit: SizeLimit,
    /// What the stream gives.
    given: Batch,
    /// A message that is compressed, and goes behind those of the batch.
    packed: Option<Parcel>,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit, compressor: Compressor) -> Self {
        let packing = compressor
            .is_on()
            .then(|| Box::new(Packing { compressor, limit, given: Batch::to_read(), packed: None }));
        Self { messages, batch: Batch::to_send(Framing::Binary, limit), is_unheard: false, packing }
    }

    /// The responses of a call whose caller has heard nothing yet, and hears that they have begun if none is there.
    #[cfg(feature = "server")]
    pub(super) fn unheard(messages: MessageStream, limit: SizeLimit, compressor: Compressor) -> Self {
        Self { is_unheard: true, ..Self::new(messages, limit, compressor) }
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
        let gathered = match &mut self.packing {
            None => self.messages.poll_batch(context, &mut self.batch),
            Some(packing) => packing.poll_gather(&mut self.messages, &mut self.batch, context),
        };
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
                let packed = || self.packing.as_mut().and_then(|packing| packing.packed.take());
                match self.batch.next().map(Parcel::from).or_else(packed) {
                    Some(message) => machine.send(call, message),
                    None => return Poll::Ready(ControlFlow::Continue(())),
                }
            }
            machine.wait_to_send(call, waker);
            Poll::Pending
        })
    }
}

impl Packing {
    /// Has the messages that are ready, up to one that is compressed, before anybody has the machine to himself.
    fn poll_gather(
        &mut self,
        messages: &mut MessageStream,
        batch: &mut Batch,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        while !batch.is_full() {
            let Some(message) = self.given.next() else {
                if let Some(end) = self.given.take_end() {
                    batch.end(end);
                } else if messages.poll_batch(context, &mut self.given).is_pending() {
                    break;
                }
                continue;
            };
            // What is over the limit is the batch's to refuse.
            let is_short = self.limit.check(message.len()).is_ok();
            match is_short.then(|| self.compressor.compress_numbered(&message)).flatten() {
                None => batch.push(message),
                Some(bytes) => {
                    self.packed = Some(Parcel { bytes, is_compressed: true });
                    return Poll::Ready(());
                }
            }
        }
        batch.gathered()
    }
}

//! The messages of a stream on their way out: small ones go together, as many as are ready.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::time::Instant;

use super::machine::Ticket;
use super::shared::Shared;
use crate::call::{MessageStream, SizeLimit};
use crate::contract::Status;
use crate::limits::{BINARY_SEVERAL_BYTES_MAX, SENT_TOGETHER_TIME_MAX};

/// Messages of a stream that are ready.
pub(super) struct Outgoing {
    messages: MessageStream,
    limit: SizeLimit,
    ready: VecDeque<Bytes>,
    end: Option<Result<(), Status>>,
    /// Whether the messages that are ready took their time.
    is_slow: bool,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit) -> Self {
        Self { messages, limit, ready: VecDeque::new(), end: None, is_slow: false }
    }

    /// Sends all messages, and comes back with the end of the stream. Early, where nobody wants them any more.
    pub(super) async fn send_all(&mut self, shared: &Shared, call: Ticket) -> Result<(), Status> {
        loop {
            poll_fn(|context| self.poll_gather(context)).await;
            if poll_fn(|context| self.poll_send(shared, call, context.waker())).await.is_break() {
                return Ok(());
            }
            if let Some(end) = self.end.take() {
                return end;
            }
            // Others have their turn: soon where messages take long to be made, and now and then in any case.
            match std::mem::take(&mut self.is_slow) {
                true => tokio::task::yield_now().await,
                false => tokio::task::coop::consume_budget().await,
            }
        }
    }

    /// Ready with at least one message, or the end.
    fn poll_gather(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = 0;
        let mut since = None;
        while self.end.is_none() && bytes < BINARY_SEVERAL_BYTES_MAX {
            match self.messages.as_mut().poll_next(context) {
                Poll::Pending => break,
                Poll::Ready(None) => self.end = Some(Ok(())),
                Poll::Ready(Some(Err(status))) => self.end = Some(Err(status)),
                Poll::Ready(Some(Ok(message))) => match self.limit.check(message.len()) {
                    Err(status) => self.end = Some(Err(status)),
                    Ok(_) => {
                        bytes += message.len() + size_of::<u32>();
                        self.ready.push_back(message);
                        if is_asked_for_time(self.ready.len())
                            && since.get_or_insert_with(Instant::now).elapsed() >= SENT_TOGETHER_TIME_MAX
                        {
                            self.is_slow = true;
                            break;
                        }
                    }
                },
            }
        }
        if self.ready.is_empty() && self.end.is_none() { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Ready when the messages are sent; breaks off where nobody wants them any more.
    fn poll_send(&mut self, shared: &Shared, call: Ticket, waker: &Waker) -> Poll<ControlFlow<()>> {
        shared.with(|machine| {
            if machine.is_ending(call) {
                return Poll::Ready(ControlFlow::Break(()));
            }
            while machine.can_send(call) {
                machine.send_several(call, &mut self.ready);
                match self.ready.pop_front() {
                    Some(message) => machine.send(call, message),
                    None => return Poll::Ready(ControlFlow::Continue(())),
                }
            }
            machine.wait_to_send(call, waker);
            Poll::Pending
        })
    }
}

/// Whether the clock is looked at behind this message. It costs as much as a small message, so not behind each.
const fn is_asked_for_time(number: usize) -> bool {
    number.is_power_of_two() || number.is_multiple_of(16)
}

//! The messages of a stream on their way out: small ones go together, as many as are ready.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::time::Instant;

use super::machine::Ticket;
use super::shared::Shared;
use crate::call::{MessageStream, SizeLimit};
use crate::contract::Status;
use crate::limits::{SENT_TOGETHER_BYTES_MAX, SENT_TOGETHER_TIME_MAX};

/// Messages of a stream that are ready.
pub(super) struct Outgoing {
    messages: MessageStream,
    limit: SizeLimit,
    ready: VecDeque<Bytes>,
    end: Option<Result<(), Status>>,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit) -> Self {
        Self { messages, limit, ready: VecDeque::new(), end: None }
    }

    /// Sends all messages, and comes back with the end of the stream. Early, where nobody wants them any more.
    pub(super) async fn send_all(&mut self, shared: &Shared, call: Ticket) -> Result<(), Status> {
        loop {
            poll_fn(|context| self.poll_gather(context)).await;
            poll_fn(|context| self.poll_send(shared, call, context.waker())).await;
            if let Some(end) = self.end.take() {
                return end;
            }
        }
    }

    /// Ready with at least one message, or the end.
    fn poll_gather(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = 0;
        let mut since = None;
        while self.end.is_none() && bytes < SENT_TOGETHER_BYTES_MAX {
            match self.messages.as_mut().poll_next(context) {
                Poll::Pending => break,
                Poll::Ready(None) => self.end = Some(Ok(())),
                Poll::Ready(Some(Err(status))) => self.end = Some(Err(status)),
                Poll::Ready(Some(Ok(message))) => match self.limit.check(message.len()) {
                    Err(status) => self.end = Some(Err(status)),
                    Ok(_) => {
                        bytes += message.len();
                        self.ready.push_back(message);
                        // The clock is asked at every sixteenth message: it costs as much as one.
                        if self.ready.len() % 16 == 1
                            && since.get_or_insert_with(Instant::now).elapsed() >= SENT_TOGETHER_TIME_MAX
                        {
                            break;
                        }
                    }
                },
            }
        }
        if self.ready.is_empty() && self.end.is_none() { Poll::Pending } else { Poll::Ready(()) }
    }

    fn poll_send(&mut self, shared: &Shared, call: Ticket, waker: &Waker) -> Poll<()> {
        shared.with(|machine| {
            while machine.can_send(call) {
                match self.ready.pop_front() {
                    Some(message) => machine.send(call, message),
                    None => return Poll::Ready(()),
                }
            }
            machine.wait_to_send(call, waker);
            Poll::Pending
        })
    }
}

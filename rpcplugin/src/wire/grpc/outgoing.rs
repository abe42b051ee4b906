//! The messages of a stream, on their way out.
//!
//! A frame of HTTP/2, and the system call that may go with it, cost more than a small message. So what is ready at once
//! goes out together. Nothing waits: as soon as the stream has no message ready, or takes its time over one, what it gave is
//! sent.

use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Buf, BufMut, BytesMut};
use futures_util::StreamExt;

use super::frame::Framed;
use crate::call::{MessageStream, SizeLimit};
use crate::contract::Status;
use crate::limits::{SENT_TOGETHER_BYTES_MAX, SENT_TOGETHER_TIME_MAX};

/// A stream of messages as it goes out: some messages at a time.
pub(super) struct Outgoing {
    /// `None` once the stream has ended: what it holds goes with it, before anybody hears of the end.
    messages: Option<MessageStream>,
    limit: SizeLimit,
    /// What came too late to go with what was before it.
    held: Option<Result<Framed, Status>>,
    /// Room for small messages. What was sent from it is free again.
    buffer: BytesMut,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit) -> Self {
        Self { messages: Some(messages), limit, held: None, buffer: BytesMut::new() }
    }

    /// The next messages, or the error that ends the stream. After anything but messages, ask no more.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Framed, Status>>> {
        let first = match ready!(self.poll_one(context)) {
            Some(Ok(first)) => first,
            end => return Poll::Ready(end),
        };
        let mut length = first.remaining();
        // Alone until there is a second one: a message that goes alone is not copied.
        let mut alone = Some(first);
        let (begun, mut count) = (Instant::now(), 1_u32);
        while let Poll::Ready(Some(next)) = self.poll_one(context) {
            let next = match next {
                Ok(next) if length + next.remaining() <= SENT_TOGETHER_BYTES_MAX => next,
                late => {
                    self.held = Some(late);
                    break;
                }
            };
            length += next.remaining();
            if let Some(first) = alone.take() {
                self.buffer.put(first);
            }
            self.buffer.put(next);
            count += 1;
            // The clock costs as much as a small message: it is not asked for each of many.
            if (count < 4 || count.is_multiple_of(8)) && begun.elapsed() >= SENT_TOGETHER_TIME_MAX {
                break;
            }
        }
        Poll::Ready(Some(Ok(alone.unwrap_or_else(|| Framed::together(self.buffer.split().freeze())))))
    }

    fn poll_one(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Framed, Status>>> {
        if let Some(held) = self.held.take() {
            return Poll::Ready(Some(held));
        }
        let Some(messages) = &mut self.messages else { return Poll::Ready(None) };
        let next = ready!(messages.poll_next_unpin(context));
        let next = next.map(|message| message.and_then(|bytes| Framed::new(bytes, self.limit)));
        if !matches!(next, Some(Ok(_))) {
            self.messages = None;
        }
        Poll::Ready(next)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;
    use crate::contract::Code;

    type Items = Vec<Poll<Result<Bytes, Status>>>;

    /// What goes out together, in bytes, at each time that the stream is asked, and how it ended.
    fn sent(items: Items) -> (Vec<Vec<u8>>, Option<Status>) {
        let mut items = items.into_iter();
        let messages = stream::poll_fn(move |_| match items.next() {
            None => Poll::Ready(None),
            Some(Poll::Pending) => Poll::Pending,
            Some(Poll::Ready(item)) => Poll::Ready(Some(item)),
        });
        let mut outgoing = Outgoing::new(Box::pin(messages), SizeLimit::of_connection(100_000, false));
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut sent = Vec::new();
        loop {
            match outgoing.poll(&mut context) {
                Poll::Pending => {}
                Poll::Ready(None) => return (sent, None),
                Poll::Ready(Some(Err(status))) => return (sent, Some(status)),
                Poll::Ready(Some(Ok(mut framed))) => {
                    sent.push(framed.copy_to_bytes(framed.remaining()).to_vec());
                }
            }
        }
    }

    fn message(length: usize) -> Poll<Result<Bytes, Status>> {
        Poll::Ready(Ok(vec![7; length].into()))
    }

    #[test]
    fn what_is_ready_goes_out_together_and_nothing_waits_for_more() {
        let (sent, status) = sent(vec![message(1), message(0), Poll::Pending, message(2)]);
        assert_eq!(sent, [&[0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0][..], &[0, 0, 0, 0, 2, 7, 7]]);
        assert!(status.is_none());
    }

    #[test]
    fn what_goes_together_has_a_bound_and_a_large_message_goes_alone() {
        let (sent, _) = sent(vec![message(10), message(50_000), message(10_000), message(6_374), message(1)]);
        let lengths: Vec<usize> = sent.iter().map(Vec::len).collect();
        assert_eq!(lengths, [15, 50_005, SENT_TOGETHER_BYTES_MAX, 6]);
    }

    #[test]
    fn an_error_comes_behind_the_messages_before_it_and_ends_the_stream() {
        let failed = Poll::Ready(Err(Status::not_found("gone")));
        let (sent, status) = sent(vec![message(1), failed, message(2)]);
        assert_eq!(sent.len(), 1);
        assert_eq!(status.unwrap().code(), Code::NotFound);
    }

    #[test]
    fn a_message_over_the_limit_comes_behind_those_before_it_and_ends_the_stream() {
        let (sent, status) = sent(vec![message(1), message(100_001), message(2)]);
        assert_eq!(sent.len(), 1);
        assert_eq!(status.unwrap().code(), Code::ResourceExhausted);
    }
}

//! The messages of a stream, on their way out.
//!
//! A frame of HTTP/2, and the system call that may go with it, cost more than a small message. So what is ready at once
//! goes out together. Nothing waits: as soon as the stream has no message ready, or takes its time over one, what it gave is
//! sent.

use std::task::{Context, Poll, ready};

use super::frame::Framed;
use crate::call::{Batch, Framing, MessageStream, Piece, SizeLimit};
use crate::contract::Status;

/// A stream of messages as it goes out: some messages at a time.
pub(super) struct Outgoing {
    /// `None` once the stream has ended: what it holds goes with it, before anybody hears of the end.
    messages: Option<MessageStream>,
    limit: SizeLimit,
    batch: Batch,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit) -> Self {
        Self { messages: Some(messages), limit, batch: Batch::to_send(Framing::Grpc, limit) }
    }

    /// The next messages, or the error that ends the stream. After anything but messages, ask no more.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Framed, Status>>> {
        loop {
            match self.batch.piece() {
                Some(Piece::One(message)) => return Poll::Ready(Some(Framed::new(message, self.limit))),
                Some(Piece::Several(messages)) => return Poll::Ready(Some(Ok(Framed::together(messages)))),
                None => {}
            }
            if let Some(end) = self.batch.take_end() {
                return Poll::Ready(end.err().map(Err));
            }
            let Some(messages) = &mut self.messages else { return Poll::Ready(None) };
            self.batch.renew();
            ready!(messages.poll_batch(context, &mut self.batch));
            if self.batch.has_ended() {
                self.messages = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::{Buf, Bytes};
    use futures_util::stream;

    use super::*;
    use crate::contract::Code;
    use crate::limits::SENT_TOGETHER_BYTES_MAX;

    type Items = Vec<Poll<Result<Bytes, Status>>>;

    /// What goes out together, in bytes, at each time that the stream is asked, and how it ended.
    fn sent(items: Items) -> (Vec<Vec<u8>>, Option<Status>) {
        let mut items = items.into_iter();
        let messages = stream::poll_fn(move |_| match items.next() {
            None => Poll::Ready(None),
            Some(Poll::Pending) => Poll::Pending,
            Some(Poll::Ready(item)) => Poll::Ready(Some(item)),
        });
        let mut outgoing =
            Outgoing::new(MessageStream::new(messages), SizeLimit::of_connection(100_000, false));
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

//! The messages of a stream, on their way out.
//!
//! A frame of HTTP/2, and the system call that may go with it, cost more than a small message. So what is ready at once
//! goes out together. Nothing waits: as soon as the stream has no message ready, or takes its time over one, what it gave is
//! sent.

use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, BytesMut};
use tokio::time::Instant;

use super::frame::Framed;
use crate::call::{Batch, Framing, MessageStream, Piece, SizeLimit};
use crate::compression::Compressor;
use crate::contract::Status;
use crate::limits::{SENT_TOGETHER_BYTES_MAX, SENT_TOGETHER_TIME_MAX};

/// A stream of messages as it goes out: some messages at a time.
pub(super) struct Outgoing {
    /// `None` once the stream has ended: what it holds goes with it, before anybody hears of the end.
    messages: Option<MessageStream>,
    limit: SizeLimit,
    batch: Batch,
    compressor: Compressor,
}

impl Outgoing {
    pub(super) fn new(messages: MessageStream, limit: SizeLimit, compressor: Compressor) -> Self {
        let batch = match compressor.is_on() {
            // Each message is looked at before it is framed.
            true => Batch::to_read(),
            false => Batch::to_send(Framing::Grpc, limit),
        };
        Self { messages: Some(messages), limit, batch, compressor }
    }

    /// The next messages, or the error that ends the stream. After anything but messages, ask no more.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Framed, Status>>> {
        if self.compressor.is_on() {
            return self.poll_compressed(context);
        }
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

    /// The same, where messages are compressed: one after another is asked for, and small ones go together as well.
    fn poll_compressed(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Framed, Status>>> {
        let (mut together, mut bytes, mut begun) = (BytesMut::new(), 0, None);
        let is_slow =
            |begun: Option<Instant>| begun.is_some_and(|begun| begun.elapsed() >= SENT_TOGETHER_TIME_MAX);
        while bytes < SENT_TOGETHER_BYTES_MAX && !is_slow(begun) {
            if let Some(message) = self.batch.next() {
                // As long as it was: what gets short by compression has taken its time all the same. An empty one counts too.
                bytes += message.len() + Framing::Grpc.prefix_bytes();
                begun.get_or_insert_with(Instant::now);
                match Framed::compressed(message, self.limit, &self.compressor) {
                    Ok(framed) if together.is_empty() && framed.remaining() >= SENT_TOGETHER_BYTES_MAX => {
                        return Poll::Ready(Some(Ok(framed)));
                    }
                    Ok(framed) => together.put(framed),
                    Err(status) => {
                        self.messages = None;
                        self.batch = Batch::to_read();
                        self.batch.end(Err(status));
                    }
                }
                continue;
            }
            let Some(messages) = &mut self.messages else { break };
            if messages.poll_batch(context, &mut self.batch).is_pending() {
                break;
            }
            if self.batch.has_ended() {
                self.messages = None;
            }
        }
        if !together.is_empty() {
            return Poll::Ready(Some(Ok(Framed::together(together.freeze()))));
        }
        if let Some(end) = self.batch.take_end() {
            return Poll::Ready(end.err().map(Err));
        }
        if self.messages.is_none() { Poll::Ready(None) } else { Poll::Pending }
    }
}

#[cfg(test)]
mod tests {
    use bytes::{Buf, Bytes};
    use futures_util::stream;

    use super::*;
    use crate::contract::Code;

    type Items = Vec<Poll<Result<Bytes, Status>>>;

    /// What goes out together, in bytes, at each time that the stream is asked, and how it ended.
    fn sent(items: Items) -> (Vec<Vec<u8>>, Option<Status>) {
        sent_by(items, Compressor::off())
    }

    fn sent_by(items: Items, compressor: Compressor) -> (Vec<Vec<u8>>, Option<Status>) {
        let mut items = items.into_iter();
        let messages = stream::poll_fn(move |_| match items.next() {
            None => Poll::Ready(None),
            Some(Poll::Pending) => Poll::Pending,
            Some(Poll::Ready(item)) => Poll::Ready(Some(item)),
        });
        let mut outgoing =
            Outgoing::new(MessageStream::new(messages), SizeLimit::of_connection(100_000, false), compressor);
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

    /// What an endless stream sends first, where messages are compressed.
    #[cfg(feature = "gzip")]
    fn first_of_endless(mut make: impl FnMut() + Send + 'static) -> Framed {
        use crate::compression::{Compression, Encoding};

        let settings = Compression::new().send(Encoding::Gzip);
        let compressor = Compressor::new(Encoding::Gzip, &settings, &crate::call::Context::new());
        let mut made = 0;
        let messages = stream::poll_fn(move |_| {
            made += 1;
            assert!(made < 100_000, "so many messages, and none of them has gone");
            make();
            Poll::Ready(Some(Ok(Bytes::new())))
        });
        let mut outgoing =
            Outgoing::new(MessageStream::new(messages), SizeLimit::of_connection(1000, false), compressor);
        match outgoing.poll(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(Some(Ok(framed))) => framed,
            _ => panic!("a stream that is always ready sends something"),
        }
    }

    #[cfg(feature = "gzip")]
    #[tokio::test(start_paused = true)]
    async fn messages_without_bytes_count_where_they_may_be_compressed() {
        let sent = first_of_endless(|| {}).remaining();
        assert_eq!(sent, SENT_TOGETHER_BYTES_MAX.next_multiple_of(5));
    }

    #[cfg(feature = "gzip")]
    #[test]
    fn what_takes_its_time_waits_for_no_more_where_it_may_be_compressed() {
        let sent = first_of_endless(|| std::thread::sleep(SENT_TOGETHER_TIME_MAX)).remaining();
        assert!(sent <= 2 * 5, "{sent} bytes: the second has taken all the time that there is");
    }

    #[cfg(feature = "gzip")]
    #[tokio::test(start_paused = true)]
    async fn each_compressed_message_has_its_own_prefix_and_those_that_are_ready_go_together() {
        use crate::compression::{Compression, Decompressor, Encoding};
        use crate::wire::grpc::frame::Deframer;

        let settings = Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip);
        let context = crate::call::Context::new();
        let compressor = Compressor::new(Encoding::Gzip, &settings, &context);
        let failed = Poll::Ready(Err(Status::not_found("gone")));
        let items = vec![message(2000), message(3), Poll::Pending, message(3000), message(100_001), failed];
        let (sent, status) = sent_by(items, compressor);
        assert_eq!(status.unwrap().code(), Code::ResourceExhausted, "one over the limit ends the stream");
        let flags: Vec<u8> = sent.iter().map(|piece| piece[0]).collect();
        assert_eq!((flags, sent.len()), (vec![1, 1], 2), "nothing waits for the third");
        let limit = SizeLimit::of_connection(100_000, false);
        let mut deframer = Deframer::new(limit, Decompressor::new(Encoding::Gzip, &settings, &context));
        let mut lengths = Vec::new();
        for piece in sent {
            assert!(piece.len() < 200);
            deframer.push(piece.into());
            while let Some(message) = deframer.next().unwrap() {
                lengths.push(message.len());
            }
        }
        assert_eq!(lengths, [2000, 3, 3000]);
    }
}

//! Messages that go together, from where they are made to where they are sent or read.

use std::collections::VecDeque;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

pub(crate) use self::several::next_of;
use self::several::{append, copy, next_with, together};
use super::{Framing, SizeLimit};
use crate::contract::Status;
use crate::limits::{SENT_TOGETHER_ROOM_BYTES_MIN, SENT_TOGETHER_TIME_MAX};

mod several;
#[cfg(all(test, feature = "_connected"))]
mod tests;

/// Messages of a stream in their order, and its end behind them.
///
/// Small ones stand behind each other in one piece of memory, as they travel: a stream of them costs a step for each, and
/// memory, a lock and a frame for many.
pub(crate) struct Batch {
    /// Small messages that are next, each with its length before it.
    first: Bytes,
    /// Behind those.
    queue: VecDeque<Piece>,
    /// Small messages behind everything else, each with what stands before it.
    tail: BytesMut,
    end: End,
    /// `None` where the messages are read: they stay as they come, and one is enough.
    sent: Option<Sent>,
}

/// Bytes of messages.
pub(crate) enum Piece {
    One(Bytes),
    /// Messages with what stands before each.
    Several(Bytes),
}

enum End {
    Open,
    Reached(Result<(), Status>),
    /// Somebody has heard of it.
    Taken,
}

/// What is asked of messages that are sent.
struct Sent {
    framing: Framing,
    limit: SizeLimit,
    bytes: usize,
    number: usize,
    /// When the first of them was made.
    since: Option<Instant>,
    is_slow: bool,
}

impl Batch {
    /// For who reads messages: what gives them gives one, or what has come together already.
    pub(crate) fn to_read() -> Self {
        Self {
            first: Bytes::new(),
            queue: VecDeque::new(),
            tail: BytesMut::new(),
            end: End::Open,
            sent: None,
        }
    }

    /// For a wire: what gives messages gives all that it has, up to a bound in bytes and in time. A message over the limit
    /// ends the stream.
    pub(crate) fn to_send(framing: Framing, limit: SizeLimit) -> Self {
        let sent = Sent { framing, limit, bytes: 0, number: 0, since: None, is_slow: false };
        Self { sent: Some(sent), ..Self::to_read() }
    }

    /// Adds a message.
    pub(crate) fn push(&mut self, message: Bytes) {
        let Some(sent) = self.sent.as_mut().filter(|_| matches!(self.end, End::Open)) else {
            // Nothing follows an end.
            if !self.has_ended() {
                self.queue.push_back(Piece::One(message));
            }
            return;
        };
        match sent.limit.check(message.len()) {
            Err(status) => self.end(Err(status)),
            Ok(length) => {
                let framing = sent.framing;
                sent.count(message.len());
                self.put(framing, length, message);
            }
        }
    }

    /// Adds a message that `encode` writes behind what is there, and hands on its length. If it fails, or panics, nothing of
    /// the message is left; an error ends the stream.
    #[inline]
    pub(crate) fn write(&mut self, encode: impl FnOnce(&mut BytesMut) -> Result<(), Status>) -> usize {
        if self.has_ended() {
            return 0;
        }
        if self.tail.is_empty()
            && let Some(Sent { framing, .. }) = self.sent
        {
            self.begin_together(framing, 0);
        }
        let Some(sent) = &mut self.sent else { return self.write_apart(encode) };
        let (framing, start) = (sent.framing, self.tail.len());
        match append(&mut self.tail, framing, sent.limit, encode) {
            Err(status) => {
                self.end(Err(status));
                0
            }
            Ok(length) => {
                sent.count(length);
                if length > framing.small_bytes_max() || self.tail.len() > framing.together_bytes_max() {
                    self.divide(framing, start, length);
                }
                length
            }
        }
    }

    /// Who reads keeps a message for as long as it likes: it is in memory of its own.
    fn write_apart(&mut self, encode: impl FnOnce(&mut BytesMut) -> Result<(), Status>) -> usize {
        let mut message = BytesMut::new();
        match encode(&mut message) {
            Err(status) => {
                self.end(Err(status));
                0
            }
            Ok(()) => {
                let length = message.len();
                self.push(message.freeze());
                length
            }
        }
    }

    /// Adds messages as the binary wire has them.
    pub(crate) fn put_piece(&mut self, piece: Piece) {
        match piece {
            Piece::One(message) => self.push(message),
            Piece::Several(messages) if self.sent.is_none() && !self.has_ended() => {
                self.queue.push_back(Piece::Several(messages));
            }
            Piece::Several(mut messages) => {
                while !messages.is_empty() {
                    self.push(next_of(&mut messages));
                }
            }
        }
    }

    /// Adds what is left of another one that is read.
    pub(super) fn append(&mut self, other: &mut Self) {
        if self.sent.is_none() && self.is_empty() {
            std::mem::swap(&mut self.first, &mut other.first);
            std::mem::swap(&mut self.queue, &mut other.queue);
        }
        while let Some(message) = other.next() {
            self.push(message);
        }
        match other.take_end() {
            Some(end) => self.end(end),
            None if other.has_ended() => self.end(Ok(())),
            None => {}
        }
    }

    /// The stream has ended, behind the messages that are here.
    pub(crate) fn end(&mut self, end: Result<(), Status>) {
        if !self.has_ended() {
            self.end = End::Reached(end);
        }
    }

    /// Replaces the error in which the stream ended, if it did.
    pub(crate) fn map_error(&mut self, change: impl FnOnce(Status) -> Status) {
        match std::mem::replace(&mut self.end, End::Taken) {
            End::Reached(Err(status)) => self.end = End::Reached(Err(change(status))),
            end => self.end = end,
        }
    }

    /// The error in which the stream ended, where nothing is before it.
    #[cfg(feature = "client")]
    pub(crate) fn take_failure(&mut self) -> Option<Status> {
        match &self.end {
            End::Reached(Err(_)) if self.is_empty() => self.take_end().and_then(Result::err),
            _ => None,
        }
    }

    /// Takes back the error in which the stream ended, if it is one of these: another end follows.
    pub(crate) fn reopen(&mut self, is_taken: impl FnOnce(&Status) -> bool) -> Option<Status> {
        match std::mem::replace(&mut self.end, End::Taken) {
            End::Reached(Err(status)) if is_taken(&status) => {
                self.end = End::Open;
                Some(status)
            }
            end => {
                self.end = end;
                None
            }
        }
    }

    pub(crate) const fn has_ended(&self) -> bool {
        !matches!(self.end, End::Open)
    }

    /// Whether a wire sends the messages.
    pub(crate) const fn is_sent(&self) -> bool {
        self.sent.is_some()
    }

    /// Whether there is no message.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.queue.is_empty() && self.tail.is_empty()
    }

    /// Whether nothing more shall be added.
    pub(crate) fn is_full(&self) -> bool {
        self.has_ended() || self.sent.as_ref().map_or_else(|| !self.is_empty(), Sent::is_full)
    }

    /// Ready if there is a message, or the end: for what has given all that it had.
    pub(crate) fn gathered(&self) -> Poll<()> {
        if self.is_empty() && !self.has_ended() { Poll::Pending } else { Poll::Ready(()) }
    }

    /// The end of the stream, once it is reached. It is for who has taken the messages.
    pub(crate) fn take_end(&mut self) -> Option<Result<(), Status>> {
        if !self.has_ended() {
            return None;
        }
        match std::mem::replace(&mut self.end, End::Taken) {
            End::Reached(end) => Some(end),
            _ => None,
        }
    }

    /// The bounds are those of the next messages. Whether the ones before took their time.
    pub(crate) fn renew(&mut self) -> bool {
        let Some(sent) = &mut self.sent else { return false };
        (sent.bytes, sent.number, sent.since) = (0, 0, None);
        std::mem::take(&mut sent.is_slow)
    }

    /// The next message of those that are read, or sent on the binary wire.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        if self.first.is_empty()
            && let Some(alone) = self.advance()
        {
            return Some(alone);
        }
        (!self.first.is_empty()).then(|| next_of(&mut self.first))
    }

    /// The next message, given to `take` as the first bytes of some, so many of them: it is looked at where it lies.
    #[inline]
    pub(crate) fn next_with<R>(&mut self, take: impl FnOnce(&Bytes, usize) -> R) -> Option<R> {
        if self.first.is_empty()
            && let Some(alone) = self.advance()
        {
            return Some(take(&alone, alone.len()));
        }
        if self.first.is_empty() {
            return None;
        }
        Some(next_with(&mut self.first, take))
    }

    /// The next small messages together, at least two, that take no more than so many bytes with their lengths.
    pub(crate) fn several(&mut self, room: usize) -> Option<Bytes> {
        if self.first.is_empty() {
            if let Some(Piece::One(_)) = self.queue.front() {
                return None;
            }
            self.advance();
        }
        together(&self.first, room).map(|end| self.first.split_to(end))
    }

    /// The next messages as they are sent. Not behind [`next`](Self::next) or [`several`](Self::several).
    pub(crate) fn piece(&mut self) -> Option<Piece> {
        self.queue.pop_front().or_else(|| {
            let tail = self.tail.split().freeze();
            (!tail.is_empty()).then_some(Piece::Several(tail))
        })
    }

    /// Has messages in `first`, or hands on the one that is next, unless there is none.
    fn advance(&mut self) -> Option<Bytes> {
        match self.piece()? {
            Piece::One(message) => Some(message),
            Piece::Several(messages) => {
                self.first = messages;
                None
            }
        }
    }

    /// Puts a message behind the others: among small ones, if it is one.
    fn put(&mut self, framing: Framing, length: u32, message: Bytes) {
        if message.len() > framing.small_bytes_max() {
            self.close();
        } else if self.begin_together(framing, framing.prefix_bytes() + message.len()) {
            return copy(&mut self.tail, framing, length, &message);
        }
        self.queue.push_back(Piece::One(message));
    }

    /// Whether a small message that takes so many bytes goes behind others. One that is alone is not copied until then.
    fn begin_together(&mut self, framing: Framing, needed: usize) -> bool {
        if self.tail.is_empty()
            && let Some(Piece::One(alone)) = self.queue.back()
            && alone.len() <= framing.small_bytes_max()
            && framing.prefix_bytes() + alone.len() + needed <= framing.together_bytes_max()
        {
            let length = u32::try_from(alone.len()).unwrap_or(u32::MAX);
            copy(&mut self.tail, framing, length, alone);
            self.queue.pop_back();
        }
        if self.tail.len() + needed > framing.together_bytes_max() {
            self.close();
        }
        !self.tail.is_empty()
    }

    /// What was written behind others goes without them if it is too long for that.
    fn divide(&mut self, framing: Framing, start: usize, length: usize) {
        if length > framing.small_bytes_max() {
            let message = self.tail.split_off(start + framing.prefix_bytes());
            self.tail.truncate(start);
            self.close();
            self.queue.push_back(Piece::One(message.freeze()));
        } else if start > 0 {
            let behind = self.tail.split_off(start);
            self.close();
            self.tail = behind;
        }
    }

    /// Nothing goes with the small messages that are last now.
    fn close(&mut self) {
        if !self.tail.is_empty() {
            self.queue.push_back(Piece::Several(self.tail.split().freeze()));
        }
    }
}

impl Sent {
    #[inline]
    fn count(&mut self, length: usize) {
        self.bytes += length + self.framing.prefix_bytes();
        self.number += 1;
        // The clock costs as much as a small message, so it is not asked behind each.
        if (self.number.is_power_of_two() || self.number.is_multiple_of(16))
            && self.since.get_or_insert_with(Instant::now).elapsed() >= SENT_TOGETHER_TIME_MAX
        {
            self.is_slow = true;
        }
    }

    const fn is_full(&self) -> bool {
        self.is_slow || self.bytes + SENT_TOGETHER_ROOM_BYTES_MIN > self.framing.together_bytes_max()
    }
}

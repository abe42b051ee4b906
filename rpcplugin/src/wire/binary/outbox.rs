//! Bytes that wait to be written: small frames in one piece, large parts of messages as they are.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

use super::frame::{Flags, Header, Kind, Opening};
use crate::limits::{BINARY_COPIED_BYTES_MAX, BINARY_OUTBOX_BYTES};

/// What waits to be written.
#[derive(Debug)]
pub(super) struct Outbox {
    /// In front of the tail. Pieces that are not copied, and what stood in the tail before them.
    queue: VecDeque<Bytes>,
    /// How much of the tail is written; nothing of it while there is a queue.
    written: usize,
    tail: Vec<u8>,
    /// The bytes in the queue.
    queued: usize,
    /// The bytes from which on messages wait for their turn.
    room: usize,
}

impl Default for Outbox {
    fn default() -> Self {
        let (queue, tail) = (VecDeque::new(), Vec::new());
        Self { queue, written: 0, tail, queued: 0, room: BINARY_OUTBOX_BYTES }
    }
}

impl Outbox {
    /// The bytes that wait, as a number.
    pub(super) fn len(&self) -> usize {
        self.queued + self.tail.len() - self.written
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether messages may be added; what there is to say about them may always.
    pub(super) fn has_room(&self) -> bool {
        self.len() < self.room
    }

    /// A test has few bytes.
    #[cfg(any(test, feature = "_fuzz"))]
    pub(super) fn set_room(&mut self, room: usize) {
        self.room = room;
    }

    /// Adds a frame.
    pub(super) fn frame(&mut self, kind: Kind, flags: u8, call: u32, payload: &[u8]) {
        self.header(kind, flags, call, payload.len());
        self.tail.extend_from_slice(payload);
    }

    /// Adds a part of a message.
    pub(super) fn part(&mut self, flags: Flags, call: u32, part: Bytes) {
        self.header(Kind::Message, flags.0, call, part.len());
        self.payload(part);
    }

    /// Adds several messages, each with its length before it.
    pub(super) fn several(&mut self, call: u32, messages: &[u8]) {
        self.frame(Kind::Message, Flags::PART | Flags::SEVERAL, call, messages);
    }

    /// Adds a call with the first part of its first message.
    pub(super) fn call(&mut self, flags: Flags, call: u32, opening: &Opening, part: Bytes) {
        let length = opening.length() + part.len();
        self.header(Kind::Call, flags.0 | opening.flags(), call, length);
        opening.write(&mut self.tail);
        self.payload(part);
    }

    fn header(&mut self, kind: Kind, flags: u8, call: u32, length: usize) {
        // Whoever writes a frame has held its length against the other side's limit.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.tail.extend_from_slice(&Header { length, kind, flags: Flags(flags), call }.bytes());
    }

    fn payload(&mut self, bytes: Bytes) {
        if bytes.len() <= BINARY_COPIED_BYTES_MAX {
            self.tail.extend_from_slice(&bytes);
            return;
        }
        let mut before = Bytes::from(std::mem::take(&mut self.tail));
        before.advance(std::mem::take(&mut self.written));
        self.queued += before.len() + bytes.len();
        self.queue.extend([before, bytes]);
    }

    /// What comes first, for one system call. Hands on how many slices are filled.
    pub(super) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let tail = self.tail.get(self.written..).unwrap_or_default();
        let all = self.queue.iter().map(Bytes::as_ref).chain([tail]).filter(|bytes| !bytes.is_empty());
        let mut filled = 0;
        for (slice, bytes) in slices.iter_mut().zip(all) {
            *slice = IoSlice::new(bytes);
            filled += 1;
        }
        filled
    }

    /// The bytes that come first, where one piece at a time is written.
    pub(super) fn first(&self) -> &[u8] {
        self.queue.front().map_or_else(|| self.tail.get(self.written..).unwrap_or_default(), Bytes::as_ref)
    }

    /// Whether there is one piece only.
    pub(super) fn is_one_piece(&self) -> bool {
        self.queue.is_empty()
    }

    /// Forgets what was written.
    pub(super) fn advance(&mut self, mut written: usize) {
        while let Some(front) = self.queue.front_mut() {
            let taken = front.len().min(written);
            front.advance(taken);
            self.queued -= taken;
            written -= taken;
            if !front.is_empty() {
                return;
            }
            self.queue.pop_front();
        }
        self.written += written;
        if self.written >= self.tail.len() {
            self.tail.clear();
            self.written = 0;
            // What one burst took is not kept for ever.
            self.tail.shrink_to(BINARY_COPIED_BYTES_MAX * 16);
        } else if self.written > BINARY_COPIED_BYTES_MAX.max(self.tail.len() / 2) {
            // Nor what is written of a tail that never ends. No more is moved than was written.
            self.tail.drain(..std::mem::take(&mut self.written));
        }
    }

    /// Nothing more is written.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(outbox: &mut Outbox, step: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while !outbox.is_empty() {
            let mut slices = [IoSlice::new(&[]); 3];
            let filled = outbox.slices(&mut slices);
            let bytes: Vec<u8> = slices[..filled].iter().flat_map(|slice| slice.to_vec()).collect();
            assert!(bytes.starts_with(outbox.first()));
            let written = step.min(bytes.len());
            all.extend_from_slice(&bytes[..written]);
            outbox.advance(written);
        }
        all
    }

    fn filled() -> Outbox {
        let mut outbox = Outbox::default();
        let large = Bytes::from(vec![7; BINARY_COPIED_BYTES_MAX + 1]);
        outbox.frame(Kind::Ping, 0, 0, &[1; 8]);
        outbox.part(Flags::of_part(false, false), 1, large.clone());
        outbox.part(Flags::of_part(true, true), 1, Bytes::from_static(b"end"));
        let opening = Opening { method: 3, timeout: Some(9), metadata: None };
        outbox.call(Flags::of_part(true, true), 2, &opening, large);
        outbox.frame(Kind::Window, 0, 2, &[1, 0, 0, 0]);
        outbox
    }

    #[test]
    fn bytes_leave_in_their_order_however_few_are_taken() {
        let all = drain(&mut filled(), usize::MAX);
        assert_eq!(all.len(), filled().len());
        assert_eq!(all.len(), 5 * 10 + 8 + 2 * (BINARY_COPIED_BYTES_MAX + 1) + 3 + 12 + 4);
        for step in [1, 7, 10, 4096, 5000] {
            assert!(drain(&mut filled(), step) == all, "{step}");
        }
    }

    #[test]
    fn what_was_written_makes_room_between_additions() {
        let mut outbox = filled();
        let all = drain(&mut filled(), usize::MAX);
        outbox.advance(4);
        outbox.part(Flags::of_part(true, false), 3, Bytes::from(vec![9; BINARY_COPIED_BYTES_MAX + 1]));
        let left = drain(&mut outbox, 11);
        assert!(left.starts_with(&all[4..]));
        assert_eq!(left.len(), all.len() - 4 + 10 + BINARY_COPIED_BYTES_MAX + 1);
    }

    #[test]
    fn a_tail_that_is_never_all_written_does_not_grow() {
        let mut outbox = Outbox::default();
        let mut expected = Vec::new();
        for number in 0..100_000_u32 {
            outbox.frame(Kind::Window, 0, number, &number.to_le_bytes());
            expected.extend_from_slice(&number.to_le_bytes());
            if number >= 1000 {
                assert_eq!(outbox.first()[10..14], expected[..4]);
                outbox.advance(14);
                expected.drain(..4);
            }
        }
        assert_eq!(outbox.len(), 1000 * 14);
        assert!(outbox.tail.capacity() < 100_000, "{}", outbox.tail.capacity());
    }
}

//! Bytes that were read, and room for more: little for a connection with small calls, much for one with large messages.

use bytes::BytesMut;

use super::frame::HEADER_BYTES;
use crate::limits::{
    BINARY_FRAME_BYTES_MAX, BINARY_READ_BYTES_MAX, BINARY_READ_BYTES_MIN, BINARY_ROOM_BYTES_MIN,
    BINARY_SMALL_READS,
};

/// What was read and is no whole frame yet, and the room behind it.
#[derive(Debug)]
pub(super) struct Inbox {
    bytes: BytesMut,
    /// The room that is made for reads, in bytes.
    room: usize,
    /// Reads one after another that took little of it, as a number.
    small_reads: u8,
}

impl Inbox {
    /// With what was read already.
    pub(super) const fn new(bytes: BytesMut) -> Self {
        Self { bytes, room: BINARY_READ_BYTES_MIN, small_reads: 0 }
    }

    /// What was read. Frames are cut off its front.
    pub(super) const fn bytes(&mut self) -> &mut BytesMut {
        &mut self.bytes
    }

    /// Makes room for the next read: for what is missing of the frame that has begun, and for what usually comes.
    pub(super) fn make_room(&mut self) -> &mut BytesMut {
        let length = self.bytes.first_chunk().map_or(0, |length: &[u8; 4]| u32::from_le_bytes(*length));
        let length = usize::try_from(length.min(BINARY_FRAME_BYTES_MAX)).unwrap_or_default() + HEADER_BYTES;
        let missing = length.saturating_sub(self.bytes.len());
        let spare = self.bytes.capacity() - self.bytes.len();
        if missing > spare {
            // Another frame like this one shall find room at once.
            self.grow(length);
        }
        if spare < missing.max(BINARY_ROOM_BYTES_MIN) {
            self.bytes.reserve(missing.max(self.room));
        }
        &mut self.bytes
    }

    /// So many bytes were read.
    pub(super) fn learn(&mut self, read: usize) {
        if self.bytes.len() == self.bytes.capacity() {
            self.grow(0);
        }
        if read > self.room / 8 {
            self.small_reads = 0;
            return;
        }
        self.small_reads = self.small_reads.saturating_add(1);
        if self.small_reads >= BINARY_SMALL_READS && self.room > BINARY_READ_BYTES_MIN {
            (self.room, self.small_reads) = (BINARY_READ_BYTES_MIN, 0);
            // The memory that large messages took is given back with the next room that is made.
            self.bytes = BytesMut::from(self.bytes.as_ref());
        }
    }

    fn grow(&mut self, at_least: usize) {
        let doubled = self.room.max(at_least).saturating_mul(2);
        self.room = doubled.min(BINARY_READ_BYTES_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads so many bytes, as often.
    fn read(inbox: &mut Inbox, length: usize, times: usize) {
        for _ in 0..times {
            let room = inbox.make_room();
            let length = length.min(room.capacity() - room.len());
            room.extend_from_slice(&vec![0; length]);
            inbox.learn(length);
            let all = inbox.bytes.len();
            drop(inbox.bytes.split_to(all));
        }
    }

    #[test]
    fn room_grows_with_what_comes_and_shrinks_again() {
        let mut inbox = Inbox::new(BytesMut::new());
        read(&mut inbox, 42, 10);
        assert!(inbox.bytes.capacity() <= 2 * BINARY_READ_BYTES_MIN, "{}", inbox.bytes.capacity());
        read(&mut inbox, usize::MAX, 20);
        assert_eq!(inbox.room, BINARY_READ_BYTES_MAX);
        read(&mut inbox, 42, 1000);
        assert_eq!(inbox.room, BINARY_READ_BYTES_MIN);
        assert!(inbox.bytes.capacity() <= 2 * BINARY_READ_BYTES_MIN, "{}", inbox.bytes.capacity());
    }

    #[test]
    fn a_frame_that_has_begun_finds_room_for_its_rest() {
        let mut inbox = Inbox::new(BytesMut::new());
        let header = 100_000_u32.to_le_bytes();
        inbox.make_room().extend_from_slice(&header);
        let room = inbox.make_room();
        assert!(room.capacity() - room.len() >= 100_000 + HEADER_BYTES - header.len());
        assert!(inbox.room >= 200_000);
        // What a header claims beyond the limit makes no room.
        let mut inbox = Inbox::new(BytesMut::from(&u32::MAX.to_le_bytes()[..]));
        assert!(inbox.make_room().capacity() <= BINARY_READ_BYTES_MAX);
    }
}

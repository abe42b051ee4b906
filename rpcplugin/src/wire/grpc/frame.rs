//! A message on gRPC's wire: one byte that says whether it is compressed, four that say how long it is, and its bytes.
//!
//! Pure: bytes in, messages out. What is read grows with the bytes that have come, never with the length that they claim.

use std::io::IoSlice;

use bytes::{Buf, Bytes};

use crate::call::SizeLimit;
use crate::compression::{Compressor, Decompressor};
use crate::contract::Status;

/// Flag and length.
const PREFIX_BYTES: usize = 5;

/// The flag of a message that is compressed.
const COMPRESSED: u8 = 1;

/// A message with its prefix, on its way out, or several. The message is not copied for it.
#[derive(Clone, Debug)]
pub(super) struct Framed {
    prefix: [u8; PREFIX_BYTES],
    /// How many bytes of the prefix are gone.
    gone: usize,
    message: Bytes,
}

impl Framed {
    /// Refuses a message over the limit before a byte of it is sent.
    pub(super) fn new(message: Bytes, limit: SizeLimit) -> Result<Self, Status> {
        let length = limit.check(message.len())?;
        let [a, b, c, d] = length.to_be_bytes();
        Ok(Self { prefix: [0, a, b, c, d], gone: 0, message })
    }

    /// The same, compressed where the message is worth it.
    pub(super) fn compressed(
        message: Bytes,
        limit: SizeLimit,
        compressor: &Compressor,
    ) -> Result<Self, Status> {
        limit.check(message.len())?;
        let Some(compressed) = compressor.compress(&message) else { return Self::new(message, limit) };
        let mut framed = Self::new(compressed, limit)?;
        framed.prefix[0] = COMPRESSED;
        Ok(framed)
    }

    /// Whether it is one message, and compressed.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(super) const fn is_compressed(&self) -> bool {
        self.prefix[0] == COMPRESSED
    }

    /// Some messages that stand behind each other, each with its prefix.
    pub(super) const fn together(messages: Bytes) -> Self {
        Self { prefix: [0; PREFIX_BYTES], gone: PREFIX_BYTES, message: messages }
    }

    fn prefix_left(&self) -> &[u8] {
        self.prefix.get(self.gone..).unwrap_or_default()
    }
}

impl Buf for Framed {
    fn remaining(&self) -> usize {
        self.prefix_left().len() + self.message.len()
    }

    fn chunk(&self) -> &[u8] {
        match self.prefix_left() {
            [] => &self.message,
            prefix => prefix,
        }
    }

    fn advance(&mut self, count: usize) {
        let of_prefix = count.min(self.prefix_left().len());
        self.gone += of_prefix;
        self.message.advance(count - of_prefix);
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        let parts = [self.prefix_left(), &self.message].into_iter().filter(|part| !part.is_empty());
        for (slice, part) in slices.iter_mut().zip(parts) {
            *slice = IoSlice::new(part);
            filled += 1;
        }
        filled
    }
}

/// Cuts messages out of the bytes of a body, in whatever pieces they come.
#[derive(Debug)]
pub(super) struct Deframer {
    limit: SizeLimit,
    decompressor: Decompressor,
    /// What came and is not looked at yet.
    chunk: Bytes,
    prefix: [u8; PREFIX_BYTES],
    /// How many bytes of the prefix are there.
    prefix_filled: usize,
    /// How long the message is, once its prefix is there.
    length: Option<usize>,
    /// The beginning of a message that came in pieces.
    partial: Vec<u8>,
}

impl Deframer {
    pub(super) fn new(limit: SizeLimit, decompressor: Decompressor) -> Self {
        Self {
            limit,
            decompressor,
            chunk: Bytes::new(),
            prefix: [0; PREFIX_BYTES],
            prefix_filled: 0,
            length: None,
            partial: Vec::new(),
        }
    }

    /// Takes the next piece. What came before must have been taken out.
    pub(super) fn push(&mut self, piece: Bytes) {
        self.chunk = piece;
    }

    /// The next message; `None` when more bytes are needed.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        let length = match self.length {
            Some(length) => length,
            None => match self.read_prefix()? {
                Some(length) => *self.length.insert(length),
                None => return Ok(None),
            },
        };
        if self.partial.is_empty() && self.chunk.len() >= length {
            self.start_over();
            let message = self.chunk.split_to(length);
            return self.plain(message).map(Some);
        }
        let missing = length - self.partial.len();
        let piece = self.chunk.split_to(missing.min(self.chunk.len()));
        make_room(&mut self.partial, piece.len(), length);
        self.partial.extend_from_slice(&piece);
        if self.partial.len() < length {
            return Ok(None);
        }
        self.start_over();
        let message = std::mem::take(&mut self.partial);
        self.plain(message.into()).map(Some)
    }

    /// A message as it was before it was sent. Its prefix is still here.
    fn plain(&self, message: Bytes) -> Result<Bytes, Status> {
        if self.prefix[0] == COMPRESSED {
            return self.decompressor.decompress(message, self.limit);
        }
        self.decompressor.note_plain();
        Ok(message)
    }

    /// Whether the bytes end where a message does.
    pub(super) fn is_between_messages(&self) -> bool {
        self.length.is_none() && self.prefix_filled == 0 && self.chunk.is_empty()
    }

    fn start_over(&mut self) {
        self.length = None;
        self.prefix_filled = 0;
    }

    fn read_prefix(&mut self) -> Result<Option<usize>, Status> {
        let room = self.prefix.get_mut(self.prefix_filled..).unwrap_or_default();
        let count = room.len().min(self.chunk.len());
        let piece = self.chunk.split_to(count);
        for (place, byte) in room.iter_mut().zip(piece) {
            *place = byte;
        }
        self.prefix_filled += count;
        if self.prefix_filled < PREFIX_BYTES {
            return Ok(None);
        }
        let [flag, a, b, c, d] = self.prefix;
        check_flag(flag, self.decompressor.is_on())?;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        self.limit.check(length)?;
        Ok(Some(length))
    }
}

/// Room for one more piece of a message. It doubles, so that few pieces are copied again, and ends at the length of the
/// message: a buffer of twice the length costs the allocator a mapping for each message that is not quite small.
fn make_room(partial: &mut Vec<u8>, piece: usize, length: usize) {
    let filled = partial.len() + piece;
    if filled > partial.capacity() {
        partial.reserve_exact(filled.saturating_mul(2).min(length) - partial.len());
    }
}

fn check_flag(flag: u8, may_be_compressed: bool) -> Result<(), Status> {
    match flag {
        0 => Ok(()),
        COMPRESSED if may_be_compressed => Ok(()),
        COMPRESSED => Err(Status::internal(
            "a message says that it is compressed, and its call names no compression; the sender must name it, or send \
             plain messages",
        )),
        flag => Err(Status::internal(format!(
            "a message begins with the byte {flag}, where 0 or 1 says whether it is compressed; is the peer gRPC?"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit() -> SizeLimit {
        SizeLimit::of_connection(1000, false)
    }

    fn written(messages: &[Vec<u8>]) -> Vec<u8> {
        let framed = messages.iter().map(|message| Framed::new(message.clone().into(), limit()).unwrap());
        framed.flat_map(|mut framed| framed.copy_to_bytes(framed.remaining())).collect()
    }

    /// Everything that comes out of some pieces.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(Vec<Vec<u8>>, bool), Status> {
        let mut deframer = Deframer::new(limit(), Decompressor::off());
        let mut messages = Vec::new();
        for piece in pieces {
            deframer.push(Bytes::copy_from_slice(piece));
            while let Some(message) = deframer.next()? {
                messages.push(message.to_vec());
            }
        }
        Ok((messages, deframer.is_between_messages()))
    }

    #[test]
    fn the_bytes_of_a_message() {
        assert_eq!(written(&[vec![7, 8]]), [0, 0, 0, 0, 2, 7, 8]);
        assert_eq!(written(&[vec![]]), [0, 0, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn messages_come_out_as_they_went_in_whatever_the_pieces(
            messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6),
            size in 1..64_usize,
        ) {
            let bytes = written(&messages);
            prop_assert_eq!(read(bytes.chunks(size)).unwrap(), (messages, true));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, size in 1..16_usize) {
            drop(read(bytes.chunks(size)));
        }

        #[test]
        fn a_framed_message_is_its_bytes_however_it_is_taken(message: Vec<u8>, step in 1..9_usize) {
            let mut framed = Framed::new(message.clone().into(), limit()).unwrap();
            let mut taken = Vec::new();
            while framed.has_remaining() {
                let mut slices = [IoSlice::new(&[]); 2];
                let count = framed.chunks_vectored(&mut slices);
                let all: usize = slices[..count].iter().map(|slice| slice.len()).sum();
                prop_assert_eq!(all, framed.remaining());
                let count = step.min(framed.chunk().len());
                taken.extend_from_slice(&framed.chunk()[..count]);
                framed.advance(count);
            }
            prop_assert_eq!(&taken[PREFIX_BYTES..], &message[..]);
        }
    }

    #[test]
    fn a_message_that_is_cut_is_noticed() {
        let bytes = written(&[vec![1, 2, 3]]);
        for end in 1..bytes.len() {
            assert_eq!(read([&bytes[..end]]).unwrap(), (vec![], false), "cut at {end}");
        }
    }

    #[test]
    fn a_claim_reserves_nothing() {
        let large = SizeLimit::of_connection(usize::MAX, false);
        let mut deframer = Deframer::new(large, Decompressor::off());
        deframer.push(Bytes::from_static(&[0, 255, 255, 255, 255, 9]));
        assert_eq!(deframer.next().unwrap(), None);
        assert!(deframer.partial.capacity() <= 64, "{}", deframer.partial.capacity());
        // What is reserved follows what has come.
        for _ in 0..100 {
            deframer.push(Bytes::from_static(&[0; 1000]));
            assert_eq!(deframer.next().unwrap(), None);
            assert!(deframer.partial.capacity() <= 2 * deframer.partial.len().max(1024));
        }
    }

    #[test]
    fn a_message_in_pieces_takes_no_more_room_than_its_length() {
        let mut deframer = Deframer::new(limit(), Decompressor::off());
        deframer.push(Bytes::from_static(&[0, 0, 0, 2, 188]));
        assert_eq!(deframer.next().unwrap(), None);
        for _ in 0..7 {
            deframer.push(Bytes::from_static(&[0; 99]));
            assert_eq!(deframer.next().unwrap(), None);
        }
        assert_eq!(deframer.partial.capacity(), 700);
    }

    #[test]
    fn what_no_message_begins_with_is_refused() {
        for (bytes, words) in [
            (&[0, 0, 0, 3, 233][..], "a message of 1001 bytes is over the limit of 1000;"),
            (&[0, 255, 255, 255, 255], "a message of 4294967295 bytes"),
            (&[1, 0, 0, 0, 0], "names no compression"),
            (&[80, 82, 73, 32, 42], "begins with the byte 80"),
        ] {
            let status = read([bytes]).unwrap_err();
            assert!(status.message().contains(words), "{status}");
        }
    }
}

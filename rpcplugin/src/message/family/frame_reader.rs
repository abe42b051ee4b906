use std::fmt;
use std::marker::PhantomData;

use bytes::BytesMut;

use super::frame::decode_whole;
use super::{Family, FrameExtent, frame_extent};
use crate::message::{DecodeError, DecodeErrorKind};

/// Cuts a stream of bytes into the messages of a family. It reads nothing itself: whoever has bytes pushes them.
///
/// Its memory grows with the bytes that came, never on the word of a length, and a length over the limit is refused before
/// what it promises is waited for.
pub struct FrameReader<F> {
    /// What came and is not yet cut out.
    received: BytesMut,
    max_payload_size: usize,
    /// Why the place in the stream is lost.
    lost: Option<DecodeError>,
    family: PhantomData<fn() -> F>,
}

impl<F: Family> FrameReader<F> {
    /// For a stream from its beginning. A payload of more than `max_payload_size` bytes is refused.
    #[must_use]
    pub fn new(max_payload_size: usize) -> Self {
        Self { received: BytesMut::new(), max_payload_size, lost: None, family: PhantomData }
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The bytes that were pushed and are in no message yet.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.received.len()
    }

    /// The next message, or nothing if its bytes have not all come. Its frame is cut out of what came, without a copy.
    ///
    /// # Errors
    ///
    /// - If the type is not of the family, the payload is too long, or the checksum is another one: where the next frame
    ///   begins is not known, so the error is returned again and again.
    /// - If the payload is not of its message: the frame is skipped, the next one can be read.
    /// - If it is `NOT_FOUND` and the family has no value for it: the next frame can be read.
    pub fn next_frame(&mut self) -> Result<Option<F>, DecodeError> {
        if let Some(error) = &self.lost {
            return Err(error.clone());
        }
        let decoded = match frame_extent::<F>(&self.received, self.max_payload_size) {
            Ok(FrameExtent::Incomplete { .. }) => return Ok(None),
            Ok(FrameExtent::Complete { length, message_type }) => {
                decode_whole(&self.received.split_to(length).freeze(), message_type)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &decoded
            && loses_the_place(error.kind())
        {
            self.lost = Some(error.clone());
            self.received = BytesMut::new();
        }
        decoded.map(Some)
    }
}

#[cfg(feature = "family")]
impl<F: Family> FrameReader<F> {
    /// Room for the next bytes of the stream, behind those that are there. What is read is appended to it.
    pub(crate) fn room(&mut self) -> &mut BytesMut {
        use crate::limits::{FAMILY_KEPT_BYTES_MAX, FAMILY_READ_BYTES, FAMILY_READ_BYTES_MIN};

        if self.received.is_empty() && self.received.capacity() > FAMILY_KEPT_BYTES_MAX {
            self.received = BytesMut::new();
        }
        if self.received.capacity().saturating_sub(self.received.len()) < FAMILY_READ_BYTES_MIN {
            self.received.reserve(FAMILY_READ_BYTES);
        }
        &mut self.received
    }

    /// The bytes that the frame has at least whose beginning came. One of them has not come, unless
    /// [`next_frame`](Self::next_frame) has something to say.
    pub(crate) fn needed(&self) -> usize {
        match frame_extent::<F>(&self.received, self.max_payload_size) {
            Ok(FrameExtent::Incomplete { needed }) => needed,
            Ok(FrameExtent::Complete { .. }) | Err(_) => self.received.len(),
        }
    }
}

/// A wrong checksum is among them: the length may be what was damaged.
fn loses_the_place(kind: &DecodeErrorKind) -> bool {
    matches!(
        kind,
        DecodeErrorKind::UnknownMessage { .. }
            | DecodeErrorKind::FrameTooLong { .. }
            | DecodeErrorKind::Checksum { .. }
    )
}

impl<F> fmt::Debug for FrameReader<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may be secret: their number is all that a log may see.
        formatter
            .debug_struct("FrameReader")
            .field("buffered", &self.received.len())
            .field("max_payload_size", &self.max_payload_size)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

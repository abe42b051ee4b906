use std::fmt;
use std::marker::PhantomData;

#[cfg(feature = "family")]
use bytes::Bytes;
use bytes::BytesMut;

use super::frame::decode_whole;
use super::{Family, FrameExtent, frame_extent};
use crate::limits::{FAMILY_KEPT_BYTES_MAX, FAMILY_READ_BYTES};
use crate::message::{DecodeError, DecodeErrorKind};

/// Cuts a stream of bytes into the messages of a family. It reads nothing itself: whoever has bytes pushes them.
///
/// Use it where the bytes come from something that `FamilyConnection` does not read: a serial
/// port, a file, a runtime other than tokio.
///
/// # Memory
///
/// It grows with the bytes that came, never on the word of a length, to at most twice what is buffered. A length over the
/// limit is refused before what it promises is waited for. The room of a long frame is given back when its message was
/// taken. Pushing is linear in the bytes that are pushed, whatever the caller keeps of the messages: what is buffered is
/// moved to a new room only when it has doubled.
///
/// Whoever pushes without taking the messages buffers without a bound: take them until there is none, then push again.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, FrameReader, Message};
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// #[binary(family)]
/// enum Telemetry {
///     #[binary(id = 1)]
///     Sensor { value: f32 },
/// }
///
/// let frame = Telemetry::Sensor { value: 1.5 }.encode()?;
/// let mut frames = FrameReader::<Telemetry>::new(1024);
/// frames.push(&frame[..3]);
/// assert_eq!(frames.next_frame()?, None);
/// frames.push(&frame[3..]);
/// assert_eq!(frames.next_frame()?, Some(Telemetry::Sensor { value: 1.5 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FrameReader<F> {
    /// What came and is not yet cut out.
    received: BytesMut,
    /// Whether the buffer behind it is one that must not be kept. Its capacity does not tell: what was cut out of the front
    /// is not in it.
    is_large: bool,
    max_payload_size: usize,
    /// Why the place in the stream is lost.
    lost: Option<DecodeError>,
    family: PhantomData<fn() -> F>,
}

impl<F: Family> FrameReader<F> {
    /// For a stream that stands at the beginning of a frame. A payload of more than `max_payload_size` bytes is refused.
    #[must_use]
    pub fn new(max_payload_size: usize) -> Self {
        Self { received: BytesMut::new(), is_large: false, max_payload_size, lost: None, family: PhantomData }
    }

    /// Takes the next bytes of the stream. Once the place in it is lost they are thrown away: nothing will read them.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.lost.is_some() {
            return;
        }
        self.make_room(bytes.len(), bytes.len());
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
                let frame = self.received.split_to(length).freeze();
                self.give_back();
                decode_whole(&frame, message_type)
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

    /// Makes room for more bytes if there is less than `least`.
    ///
    /// A buffer that others share, because they keep what was cut out of it, cannot grow: all that is in it is moved. Room
    /// for as much again makes that rare enough, however little is pushed at a time.
    fn make_room(&mut self, least: usize, wanted: usize) {
        if self.received.capacity().saturating_sub(self.received.len()) < least {
            self.received.reserve(wanted.max(self.received.len()));
        }
        self.is_large |= self.received.capacity() > FAMILY_KEPT_BYTES_MAX;
    }

    /// Gives a large buffer back as soon as what is left of it is little. It became large by far more bytes than are moved
    /// here, so this is linear as well.
    fn give_back(&mut self) {
        if self.is_large && self.received.len() <= FAMILY_READ_BYTES {
            self.received = BytesMut::from(&self.received[..]);
            self.is_large = false;
        }
    }
}

#[cfg(test)]
impl<F> FrameReader<F> {
    /// The bytes that it has room for without another buffer.
    pub(crate) fn capacity(&self) -> usize {
        self.received.capacity()
    }
}

#[cfg(feature = "family")]
impl<F: Family> FrameReader<F> {
    /// Room for the next bytes of the stream, behind those that are there. What is read is appended to it.
    pub(crate) fn room(&mut self) -> &mut BytesMut {
        self.make_room(crate::limits::FAMILY_READ_BYTES_MIN, FAMILY_READ_BYTES);
        &mut self.received
    }

    /// What came and is in no message yet.
    pub(crate) fn into_buffered(self) -> Bytes {
        self.received.freeze()
    }

    /// Why nothing more can be read, if so.
    pub(crate) const fn lost(&self) -> Option<&DecodeError> {
        self.lost.as_ref()
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

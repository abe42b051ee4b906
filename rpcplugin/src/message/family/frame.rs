//! A whole frame: written to memory that was measured for it, read from bytes that are exactly it.

use bytes::Bytes;

use super::checksum::{put_frame_checksum, verify_frame_checksum};
use super::extent::frame_error;
use super::{Family, FrameExtent, Payload, frame_extent};
use crate::message::packed::{Big, Prefix};
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// The bytes of the length before a payload that is not always as long.
pub(super) const LENGTH_BYTES: usize = size_of::<u32>();

/// The bytes of a message's frame.
pub fn frame_len<F: Family>(message: &F) -> usize {
    match Parts::of(message) {
        Parts::NotFound => F::HEADER_BYTES,
        Parts::Fixed(payload) => F::HEADER_BYTES.saturating_add(payload).saturating_add(F::CHECKSUM_BYTES),
        Parts::Variable(payload) => F::HEADER_BYTES
            .saturating_add(LENGTH_BYTES)
            .saturating_add(payload)
            .saturating_add(F::CHECKSUM_BYTES),
    }
}

/// Writes a message's frame.
///
/// # Errors
///
/// If the message does not fit its layout.
pub fn write_frame<F: Family>(message: &F, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    fill(message, writer.place(frame_len(message))?)
}

/// Appends a message's frame to a buffer, which can be cleared and used again; returns how many bytes it took.
/// After an error the buffer is as it was.
///
/// # Errors
///
/// If the message does not fit its layout, or there is no memory for it.
#[cfg(any(test, feature = "family"))]
pub(crate) fn append_frame<F: Family>(message: &F, buffer: &mut Vec<u8>) -> Result<usize, EncodeError> {
    let (start, length) = (buffer.len(), frame_len(message));
    if buffer.try_reserve(length).is_err() {
        return Err(
            EncodeError::new(crate::message::EncodeErrorKind::Memory { length }).of_type(F::FAMILY_NAME)
        );
    }
    buffer.resize(start.saturating_add(length), 0);
    let written = fill(message, buffer.get_mut(start..).unwrap_or_default());
    if written.is_err() {
        buffer.truncate(start);
    }
    written.map(|()| length)
}

/// The message that a frame is. The bytes are exactly one frame. What the message shares with them is not copied.
///
/// `NOT_FOUND` is the family's own value for it.
///
/// # Errors
///
/// If the bytes are not one frame of the family, if the payload is longer than `max_payload_size`, if the checksum is another
/// one, if the payload is not of its message, or if it is `NOT_FOUND` and the family has no value for it.
#[cfg(any(test, feature = "family"))]
pub(crate) fn decode_frame_within<F: Family>(
    bytes: &Bytes,
    max_payload_size: usize,
) -> Result<F, DecodeError> {
    let message_type = whole_frame::<F>(bytes, max_payload_size)?;
    decode_whole(bytes, message_type)
}

/// The type of the message whose frame these bytes are, no more and no less.
fn whole_frame<F: Family>(bytes: &[u8], max_payload_size: usize) -> Result<u64, DecodeError> {
    match frame_extent::<F>(bytes, max_payload_size)? {
        FrameExtent::Incomplete { needed } => {
            let kind = DecodeErrorKind::Truncated { expected: needed, found: bytes.len() };
            Err(DecodeError::at(0, kind).of_type(F::FAMILY_NAME))
        }
        FrameExtent::Complete { length, message_type } => match bytes.len().saturating_sub(length) {
            0 => Ok(message_type),
            found => Err(frame_error::<F>(message_type, length, DecodeErrorKind::TrailingBytes { found })),
        },
    }
}

/// The message of the frame that a reader holds: everything that is left.
///
/// # Errors
///
/// If the bytes are not one frame of the family.
pub fn read_frame<F: Family>(reader: &mut Reader<'_>) -> Result<F, DecodeError> {
    let frame = reader.rest();
    let message_type = whole_frame::<F>(frame, usize::MAX)?;
    read_whole(frame, message_type, reader)
}

/// The message of a frame whose extent is known.
pub(super) fn decode_whole<F: Family>(frame: &Bytes, message_type: u64) -> Result<F, DecodeError> {
    read_whole(frame, message_type, &mut Reader::sharing(frame, F::MEMORY_FACTOR))
}

fn read_whole<F: Family>(frame: &[u8], message_type: u64, reader: &mut Reader<'_>) -> Result<F, DecodeError> {
    if message_type == not_found_type::<F>() {
        return F::not_found()
            .ok_or_else(|| DecodeError::at(0, DecodeErrorKind::NotFound).of_type(F::FAMILY_NAME));
    }
    verify_frame_checksum::<F>(frame)
        .map_err(|(offset, kind)| frame_error::<F>(message_type, offset, kind))?;
    let prefix = match F::payload(message_type) {
        Some(Payload::Variable) => F::HEADER_BYTES.saturating_add(LENGTH_BYTES),
        _ => F::HEADER_BYTES,
    };
    let payload = frame.len().saturating_sub(prefix).saturating_sub(F::CHECKSUM_BYTES);
    let mut read = || {
        reader.take(prefix)?;
        let message = reader.within(payload, |payload| read_all(message_type, payload))?;
        reader.take(F::CHECKSUM_BYTES)?;
        Ok(message)
    };
    read().map_err(|error: DecodeError| error.of_type(F::FAMILY_NAME))
}

fn read_all<F: Family>(message_type: u64, payload: &mut Reader<'_>) -> Result<F, DecodeError> {
    let message = F::read_payload(message_type, payload)?;
    match payload.remaining() {
        0 => Ok(message),
        found => Err(payload.error(DecodeErrorKind::TrailingBytes { found })),
    }
}

/// The frame that answers a message whose type is not known: a header with all bits set.
#[cfg(feature = "family")]
pub(crate) fn append_not_found<F: Family>(buffer: &mut Vec<u8>) {
    buffer.resize(buffer.len().saturating_add(F::HEADER_BYTES), 0xff);
}

/// The number of `NOT_FOUND`: all bits of the header are set.
pub(crate) const fn not_found_type<F: Family>() -> u64 {
    match F::HEADER_BYTES {
        1 => 0xff,
        2 => 0xffff,
        4 => 0xffff_ffff,
        _ => u64::MAX,
    }
}

/// What follows the header, with the bytes of the payload.
enum Parts {
    NotFound,
    Fixed(usize),
    Variable(usize),
}

impl Parts {
    fn of<F: Family>(message: &F) -> Self {
        let message_type = message.message_type();
        if message_type == not_found_type::<F>() {
            return Self::NotFound;
        }
        match F::payload(message_type) {
            Some(Payload::Variable) => Self::Variable(message.payload_len()),
            // What the number promises, not what the value measures: if they differ, writing fails.
            Some(Payload::Fixed(payload)) => Self::Fixed(payload),
            // A value is of its family, so there is something behind its number.
            None => Self::Fixed(0),
        }
    }
}

/// Writes a frame to memory that has exactly its bytes.
fn fill<F: Family>(message: &F, frame: &mut [u8]) -> Result<(), EncodeError> {
    let parts = Parts::of(message);
    let checksum = if matches!(parts, Parts::NotFound) { 0 } else { F::CHECKSUM_BYTES };
    let (covered, checksum) = frame.split_at_mut(frame.len().saturating_sub(checksum));
    write_covered(message, &parts, Writer::new(covered, F::MEMORY_FACTOR))
        .map_err(|error| error.of_type(F::FAMILY_NAME))?;
    put_frame_checksum::<F>(covered, checksum);
    Ok(())
}

/// Writes what the checksum covers.
fn write_covered<F: Family>(message: &F, parts: &Parts, mut writer: Writer<'_>) -> Result<(), EncodeError> {
    put_header::<F>(message.message_type(), writer.place(F::HEADER_BYTES)?);
    match *parts {
        Parts::NotFound => {}
        Parts::Fixed(_) => message.write_payload(&mut writer)?,
        Parts::Variable(payload) => {
            <u32 as Prefix>::put::<Big>(payload, &mut writer)?;
            message.write_payload(&mut writer)?;
        }
    }
    writer.finish()
}

/// Writes a number in the family's byte order. `place` has the bytes of a header.
fn put_header<F: Family>(message_type: u64, place: &mut [u8]) {
    for (place, byte) in place.iter_mut().zip(message_type.to_le_bytes()) {
        *place = byte;
    }
    if F::HEADER_BIG_ENDIAN {
        place.reverse();
    }
}

/// Reads what [`put_header`] wrote.
pub(super) fn take_header<F: Family>(header: &[u8]) -> u64 {
    let shift_in = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
    if F::HEADER_BIG_ENDIAN { header.iter().fold(0, shift_in) } else { header.iter().rev().fold(0, shift_in) }
}

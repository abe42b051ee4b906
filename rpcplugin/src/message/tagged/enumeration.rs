//! Enums without data: a number, written like an `int32`.

use super::varint::{low_half, varint_len};
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError, EncodeErrorKind};

/// The bytes of an enum's number. A negative one takes ten, as in all of protobuf.
#[inline]
#[must_use]
pub fn enum_len<T: TryInto<i32>>(id: T) -> usize {
    // One that does not fit is refused when it is written.
    varint_len(i64::from(id.try_into().unwrap_or(i32::MAX)).cast_unsigned())
}

/// Writes an enum's number.
///
/// # Errors
///
/// If it is wider than protobuf has it: of a declared variant that was checked, of one with `other` only the value knows.
#[inline]
pub fn write_enum<T: TryInto<i32> + Into<i128> + Copy>(
    id: T,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let Ok(number) = id.try_into() else {
        return Err(EncodeError::new(EncodeErrorKind::EnumId { found: id.into() }));
    };
    writer.put_varint(i64::from(number).cast_unsigned())
}

/// Reads an enum's number. What does not fit 32 bits is cut to its low half, as of an `int32`.
///
/// # Errors
///
/// If the next bytes are no number.
#[inline]
pub fn read_enum(reader: &mut Reader<'_>) -> Result<i32, DecodeError> {
    reader.take_varint().map(|number| i32::from_le_bytes(low_half(number)))
}

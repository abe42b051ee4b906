//! Enums without data: a number, written like an `int32`.

use super::varint::{low_half, varint_len};
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

/// The bytes of an enum's number. A negative one takes ten, as in all of protobuf.
#[inline]
#[must_use]
pub fn enum_len(number: i32) -> usize {
    varint_len(i64::from(number).cast_unsigned())
}

/// Writes an enum's number.
///
/// # Errors
///
/// If there is no room for it.
#[inline]
pub fn write_enum(number: i32, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
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

/// The number of a variant as protobuf has it. That it fits was checked where the enum was declared.
#[inline]
pub fn enum_number<T: TryInto<i32>>(id: T) -> i32 {
    id.try_into().unwrap_or(i32::MAX)
}

//! A tuple struct of one field: its field, and the outermost message where nothing else is.

use super::{Format, Packed};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

/// The bytes of a newtype that holds this value.
#[inline]
pub fn newtype_len<'a, T: Packed<'a>, F: Format>(value: &T, depth: Depth) -> usize {
    if opens_a_message::<T>(depth) {
        return depth.measure(|depth| value.packed_len::<F>(depth));
    }
    value.packed_len::<F>(depth)
}

/// Writes a newtype that holds this value.
///
/// # Errors
///
/// As the value.
#[inline]
pub fn write_newtype<'a, T: Packed<'a>, F: Format>(
    value: &T,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    if opens_a_message::<T>(writer.depth()) {
        return writer.message(|writer| value.write::<F>(writer));
    }
    value.write::<F>(writer)
}

/// Reads the value of a newtype.
///
/// # Errors
///
/// As the value.
#[inline]
pub fn read_newtype<'a, T: Packed<'a>, F: Format>(reader: &mut Reader<'a>) -> Result<T, DecodeError> {
    if opens_a_message::<T>(reader.depth()) {
        return reader.message(T::read::<F>);
    }
    T::read::<F>(reader)
}

/// Whether the newtype itself is the outermost message: of a message in it that would be said otherwise, but each item of a
/// list would take itself for the outermost one.
#[inline]
fn opens_a_message<'a, T: Packed<'a>>(depth: Depth) -> bool {
    !T::IS_MESSAGE && depth.is_top()
}

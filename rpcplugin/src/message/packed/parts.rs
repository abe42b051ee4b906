//! What stands between the fields of a packed message: constant bytes, padding, the number of a variant.

use super::Format;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// The number of constant bytes.
#[must_use]
pub const fn constant_len(constant: &[u8]) -> usize {
    constant.len()
}

/// Writes constant bytes.
///
/// # Errors
///
/// None, if there is room.
#[inline]
pub fn write_constant(constant: &[u8], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    writer.put(constant)
}

/// Reads constant bytes.
///
/// # Errors
///
/// If other bytes are there.
#[inline]
pub fn read_constant(
    constant: &'static [u8],
    name: &'static str,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let offset = reader.offset();
    match reader.rest().get(..constant.len()) {
        Some(found) if found == constant => reader.take(constant.len()).map(drop),
        found => Err(other_constant(constant, found.unwrap_or_else(|| reader.rest()), name, offset)),
    }
}

/// Writes zeros.
///
/// # Errors
///
/// None, if there is room.
#[inline]
pub fn write_padding(length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    writer.place(length)?.fill(0);
    Ok(())
}

/// Skips padding, whatever it holds.
///
/// # Errors
///
/// If the bytes end before it.
#[inline]
pub fn read_padding(length: usize, name: &'static str, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match reader.take(length) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.in_field(name)),
    }
}

/// Puts constant bytes to the front of `place`; returns what is behind them.
#[inline]
#[must_use]
pub fn put_constant<'p>(constant: &[u8], place: &'p mut [u8]) -> &'p mut [u8] {
    let (own, rest) = place.split_at_mut(constant.len().min(place.len()));
    for (byte, value) in own.iter_mut().zip(constant) {
        *byte = *value;
    }
    rest
}

/// Puts zeros to the front of `place`; returns what is behind them.
#[inline]
#[must_use]
pub fn put_padding(length: usize, place: &mut [u8]) -> &mut [u8] {
    let (own, rest) = place.split_at_mut(length.min(place.len()));
    own.fill(0);
    rest
}

/// Checks the constant at the front of `bytes`, the rest of `whole`; returns what is behind it.
///
/// # Errors
///
/// If other bytes are there.
#[inline]
pub fn check_constant<'a>(
    constant: &'static [u8],
    name: &'static str,
    whole: &[u8],
    bytes: &'a [u8],
) -> Result<&'a [u8], DecodeError> {
    let (own, rest) = bytes.split_at(constant.len().min(bytes.len()));
    if own == constant {
        return Ok(rest);
    }
    Err(other_constant(constant, own, name, whole.len().saturating_sub(bytes.len())))
}

/// What is behind padding.
#[inline]
#[must_use]
pub fn skip_padding(length: usize, bytes: &[u8]) -> &[u8] {
    bytes.get(length..).unwrap_or_default()
}

#[cold]
fn other_constant(constant: &'static [u8], found: &[u8], name: &'static str, offset: usize) -> DecodeError {
    let found = found.get(..constant.len()).unwrap_or(found).to_vec();
    let error = DecodeError::at(offset, DecodeErrorKind::Magic { expected: constant, found });
    if name.is_empty() { error } else { error.in_field(name) }
}

/// Writes what belongs to a variant.
///
/// # Errors
///
/// Those of the fields, with the variant's name.
#[inline]
pub fn write_variant(
    name: &'static str,
    writer: &mut Writer<'_>,
    fields: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    fields(writer).map_err(|error| error.in_field(name))
}

/// Reads what belongs to a variant.
///
/// # Errors
///
/// Those of the fields, with the variant's name.
#[inline]
pub fn read_variant<'a, T>(
    name: &'static str,
    reader: &mut Reader<'a>,
    fields: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    fields(reader).map_err(|error| error.in_field(name))
}

/// For a number, read at `offset`, that is none of the enum's.
#[cold]
pub fn unknown_variant(name: &'static str, found: impl Into<i128>, offset: usize) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::Variant { name, found: found.into() })
}

/// The fewest bytes of an extensible message within another one: its length.
#[inline]
#[must_use]
pub fn extensible_min<F: Format>() -> usize {
    super::format::length_bytes::<F>()
}

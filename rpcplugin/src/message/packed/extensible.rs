//! A packed message that may grow: within another message it has its length before it, so that a reader of another
//! version knows where it ends.

use super::Format;
use super::format::{length_bytes, put_length, take_length};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

/// The bytes of an extensible message.
#[inline]
pub fn extensible_len<F: Format>(depth: Depth, fields: impl FnOnce(Depth) -> usize) -> usize {
    let prefix = if depth.is_top() { 0 } else { length_bytes::<F>() };
    depth.measure(fields).saturating_add(prefix)
}

/// Writes an extensible message.
///
/// # Errors
///
/// If a field does not fit, or the message is longer than its length can say.
#[inline]
pub fn write_extensible<F: Format>(
    writer: &mut Writer<'_>,
    length: impl FnOnce(Depth) -> usize,
    fields: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let depth = writer.depth();
    if depth.is_top() {
        return writer.message(fields);
    }
    let length = depth.measure(length);
    put_length::<F>(length, writer)?;
    let end = writer.end_of(length);
    writer.message(fields)?;
    writer.expect_end(end)
}

/// Reads an extensible message, and skips what is behind the fields that are known here.
///
/// # Errors
///
/// If a field cannot be read, or the message lies too deep.
#[inline]
pub fn read_extensible<'a, F: Format, T>(
    reader: &mut Reader<'a>,
    fields: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let all = |reader: &mut Reader<'a>| {
        let message = reader.message_that_ends(true, fields)?;
        reader.skip_rest();
        Ok(message)
    };
    if reader.is_outermost() {
        return all(reader);
    }
    let length = take_length::<F>(reader)?;
    reader.within(length, all)
}

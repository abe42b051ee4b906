//! Text and bytes that always take the same number of bytes, filled up with zeros: `char name[16]` of C.

use std::borrow::Cow;

use bytes::Bytes;

use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError, EncodeErrorKind};

/// What a field with `#[binary(length = N)]` may hold.
#[diagnostic::on_unimplemented(
    message = "`length` pads text and bytes: `{Self}` is neither",
    label = "cannot be filled up with zeros",
    note = "write `length` above a `String`, `&str`, `Cow<str>`, `Vec<u8>`, `&[u8]`, `Cow<[u8]>` or `bytes::Bytes`",
    note = "for a list of a fixed number of items write `[T; N]`"
)]
pub trait Padded<'a>: Sized {
    /// What the description of a message says of the type.
    const TYPE: TypeSchema;

    /// Writes the value, and zeros up to `length` bytes.
    ///
    /// # Errors
    ///
    /// If it is longer, or is a text with a NUL in it, where it would end when it is read.
    fn write_padded(&self, length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads a value from the next `length` bytes: text up to the first zero, bytes with the zeros behind them.
    ///
    /// # Errors
    ///
    /// If there are fewer bytes, or the text is not UTF-8.
    fn read_padded(length: usize, reader: &mut Reader<'a>) -> Result<Self, DecodeError>;

    /// Writes this value as the field of a message.
    ///
    /// # Errors
    ///
    /// As [`write_padded`](Self::write_padded), with the field's name.
    #[inline]
    fn write_padded_field(
        &self,
        name: &'static str,
        length: usize,
        writer: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        self.write_padded(length, writer).map_err(|error| error.in_field(name))
    }

    /// Reads a value that is the field of a message.
    ///
    /// # Errors
    ///
    /// As [`read_padded`](Self::read_padded), with the field's name.
    #[inline]
    fn read_padded_field(
        name: &'static str,
        length: usize,
        reader: &mut Reader<'a>,
    ) -> Result<Self, DecodeError> {
        Self::read_padded(length, reader).map_err(|error| error.in_field(name))
    }
}

macro_rules! padded {
    ($([$($generics:tt)*] $type:ty, $schema:expr, $write:expr, $read:expr, $own:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Padded<'a> for $type {
            const TYPE: TypeSchema = $schema;

            #[inline]
            fn write_padded(&self, length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                $write(self, length, writer)
            }

            #[inline]
            fn read_padded(length: usize, reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
                $read(length, reader).map($own)
            }
        }
    )* };
}

padded! {
    ['a] String, TypeSchema::Text, write_text, read_text, str::to_owned;
    ['a: 'x, 'x] &'x str, TypeSchema::Text, write_text, read_text, |text| text;
    ['a: 'x, 'x] Cow<'x, str>, TypeSchema::Text, write_text, read_text, Cow::Borrowed;
    ['a] Vec<u8>, TypeSchema::Bytes, write_bytes, read_bytes, <[u8]>::to_vec;
    ['a: 'x, 'x] &'x [u8], TypeSchema::Bytes, write_bytes, read_bytes, |bytes| bytes;
    ['a: 'x, 'x] Cow<'x, [u8]>, TypeSchema::Bytes, write_bytes, read_bytes, Cow::Borrowed;
    ['a] Bytes, TypeSchema::Bytes, write_bytes, read_shared, |bytes| bytes;
}

fn write_text(text: &str, length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    if text.as_bytes().contains(&0) {
        return Err(nul_in_text());
    }
    write_bytes(text.as_bytes(), length, writer)
}

fn write_bytes(bytes: &[u8], length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    let Some(padding) = length.checked_sub(bytes.len()) else {
        return Err(EncodeError::new(EncodeErrorKind::TooLong { limit: length, found: bytes.len() }));
    };
    writer.put(bytes)?;
    // The memory may have been used before.
    writer.place(padding)?.fill(0);
    Ok(())
}

fn read_text<'a>(length: usize, reader: &mut Reader<'a>) -> Result<&'a str, DecodeError> {
    let Some(padded) = reader.rest().get(..length) else {
        return Err(reader.truncated(length));
    };
    let end = padded.iter().position(|byte| *byte == 0).unwrap_or(length);
    let text = reader.take_text(end)?;
    // Behind the zero a sender in C may have left anything.
    reader.take(length.saturating_sub(end))?;
    Ok(text)
}

#[inline]
fn read_bytes<'a>(length: usize, reader: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    reader.take(length)
}

#[inline]
fn read_shared(length: usize, reader: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
    reader.take_shared(length)
}

#[cold]
fn nul_in_text() -> EncodeError {
    let reason = "expected a text without NUL, found one: a text of a fixed length ends at the first when it is read; \
                  send it as bytes, or without `length`";
    EncodeError::new(EncodeErrorKind::Custom { reason: reason.to_owned() })
}

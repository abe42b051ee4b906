//! The packed layout: the fields in order, without padding, in one byte order.
//!
//! [`Packed`] is the one question, asked of every type that may be a field: `number` answers for what has a fixed
//! size, `container` for what carries a length or a flag, the derive for messages.

mod number;

mod container;

use bytes::Bytes;

use super::depth::Depth;
use super::reader::{Reader, list_for};
use super::writer::Writer;
use super::{BinaryMessage, DecodeError, DecodeErrorKind, EncodeError};

/// A value of a packed message: a field, an item of a list, or a message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a packed message",
    label = "no packed layout for this type",
    note = "a packed message holds `u8` to `u128`, `i8` to `i128`, `f32`, `f64`, `bool`, `String`, `Vec<u8>`, `bytes::Bytes`, and `[T; N]`, `Option<T>`, `Vec<T>`, `Box<T>` of these",
    note = "the size of `usize` and `isize` differs between machines: write `u64` or `i64`",
    note = "another message can be in it if it is packed too: `#[derive(BinaryMessage)]` with no id on any field"
)]
pub trait Packed: Sized {
    /// The fewest bytes that a value takes. It bounds how many values the bytes of a message can hold.
    const BYTES_MIN: usize;

    /// The bytes that this value takes.
    fn packed_len(&self, depth: Depth) -> usize;

    /// Writes this value. A message ignores the order it is asked for: it has its own.
    ///
    /// # Errors
    ///
    /// If the value does not fit.
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError>;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If the next bytes are no such value.
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Writes this value as the field of a message.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write), with the field's name.
    #[inline]
    fn write_field<O: ByteOrder>(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
        self.write::<O>(writer).map_err(|error| error.in_field(name))
    }

    /// Reads a value that is the field of a message.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), with the field's name.
    #[inline]
    fn read_field<O: ByteOrder>(name: &'static str, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read::<O>(reader).map_err(|error| error.in_field(name))
    }

    /// The bytes that a run of values takes.
    fn items_len(items: &[Self], depth: Depth) -> usize {
        items.iter().fold(0, |sum, item| sum.saturating_add(item.packed_len(depth)))
    }

    /// Writes a run of values.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write), with the item's number.
    fn write_items<O: ByteOrder>(items: &[Self], writer: &mut Writer) -> Result<(), EncodeError> {
        let write =
            |(index, item): (usize, &Self)| item.write::<O>(writer).map_err(|error| error.in_item(index));
        items.iter().enumerate().try_for_each(write)
    }

    /// Reads a run of values. That the bytes can hold so many has been checked.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), with the item's number.
    fn read_items<O: ByteOrder>(count: usize, reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        let mut items = list_for(count);
        for index in 0..count {
            items.push(Self::read::<O>(reader).map_err(|error| error.in_item(index))?);
        }
        Ok(items)
    }

    /// Reads as many values as the type says.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), with the item's number.
    fn read_array<O: ByteOrder, const N: usize>(reader: &mut Reader<'_>) -> Result<[Self; N], DecodeError> {
        let needed = Self::BYTES_MIN.saturating_mul(N);
        if needed > reader.remaining() {
            return Err(reader.truncated(needed));
        }
        let items = Self::read_items::<O>(N, reader)?;
        // The list has N items, so this cannot fail.
        <[Self; N]>::try_from(items).map_err(|_| reader.truncated(needed))
    }
}

/// The order of a number's bytes, as a type, so that the choice is made at compile time.
pub trait ByteOrder {
    /// Turns the bytes of a number, least significant first, into this order, and back.
    fn arrange<const N: usize>(bytes: [u8; N]) -> [u8; N];
}

/// Least significant byte first: `<` of `struct.pack`.
#[derive(Debug)]
pub struct Little;

impl ByteOrder for Little {
    #[inline]
    fn arrange<const N: usize>(bytes: [u8; N]) -> [u8; N] {
        bytes
    }
}

/// Most significant byte first: `>` of `struct.pack`, the network's order.
#[derive(Debug)]
pub struct Big;

impl ByteOrder for Big {
    #[inline]
    fn arrange<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
        bytes.reverse();
        bytes
    }
}

/// See [`Message::encoded_len`](super::Message::encoded_len).
#[must_use]
pub fn packed_len<T: Packed>(message: &T) -> usize {
    message.packed_len(Depth::TOP)
}

/// See [`Message::encode`](super::Message::encode).
///
/// # Errors
///
/// If the message does not fit its layout.
pub fn encode_packed<T: Packed + BinaryMessage>(message: &T) -> Result<Bytes, EncodeError> {
    let write = || {
        let mut writer = Writer::with_length(packed_len(message))?;
        message.write::<Little>(&mut writer)?;
        Ok(writer.finish())
    };
    write().map_err(|error: EncodeError| error.of_type(T::NAME))
}

/// See [`Message::decode`](super::Message::decode).
///
/// # Errors
///
/// If the bytes are not exactly one such message.
pub fn decode_packed<T: Packed + BinaryMessage>(bytes: &Bytes) -> Result<T, DecodeError> {
    let read = || {
        let mut reader = Reader::new(bytes);
        let message = T::read::<Little>(&mut reader)?;
        match reader.remaining() {
            0 => Ok(message),
            found => Err(reader.error(DecodeErrorKind::TrailingBytes { found })),
        }
    };
    read().map_err(|error| error.of_type(T::NAME))
}

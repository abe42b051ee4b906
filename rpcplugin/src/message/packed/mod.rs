//! The packed layout: the fields in order, without padding, in one byte order.
//!
//! [`Packed`] is the one question, asked of every type that may be a field: `number`, `scalar`, `time`, `unit` and
//! `borrowed` answer for what has a fixed size, `container` and `map` for what carries a length or a flag, `tuple` for
//! both, the derive for messages. [`Fixed`] is asked of those that always take the same number of bytes. `format` says in
//! types how numbers and lengths lie.
//!
//! Two attributes of a field ask questions of their own: `length` asks [`Padded`], `max_len` asks [`Length`].

mod format;
pub use format::{Big, ByteOrder, Format, Little, Prefix};
pub(super) use format::{Outermost, length_bytes, put_length, take_length};

mod fixed;
pub use fixed::{
    Fixed, read_fixed, read_fixed_array, read_fixed_items, write_fixed, write_fixed_array, write_fixed_items,
};
pub(super) use fixed::{check_fixed_run, get_whole};

mod newtype;
pub use newtype::{newtype_len, read_newtype, write_newtype};

mod parts;
pub use parts::{
    check_constant, constant_len, extensible_min, put_constant, put_padding, read_constant, read_padding,
    read_variant, skip_padding, unknown_variant, write_constant, write_padding, write_variant,
};

mod extensible;
pub use extensible::{extensible_len, read_extensible, write_extensible};

mod number;

mod scalar;

#[cfg(feature = "half")]
mod float16;

mod time;

mod unit;

mod borrowed;

mod container;

mod tuple;

mod map;

mod padded;
pub use padded::Padded;

mod length;
pub use length::{Length, check_decoded_length, check_encoded_length};

use super::depth::Depth;
use super::reader::Reader;
use super::schema::TypeSchema;
use super::writer::Writer;
use super::{DecodeError, EncodeError};

/// A value of a packed message: a field, an item of a list, or a message. `'a` is how long the bytes live that a value
/// may borrow from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a packed message",
    label = "no packed layout for this type",
    note = "a packed message holds `u8` to `u128`, `i8` to `i128`, `f32`, `f64`, `bool`, `char`, `String`, `&str`, `Vec<u8>`, `&[u8]`, `bytes::Bytes`, `Duration`, `SystemTime`, and `[T; N]`, tuples, `Option<T>`, `Vec<T>`, `Box<T>`, maps and sets of these; `Views` of fixed messages whose byte order is their own",
    note = "the size of `usize` and `isize` differs between machines: write `u64` or `i64`",
    note = "another message can be in it if it is packed too: `#[derive(BinaryMessage)]` with no id on any field",
    note = "any other type can be in it with `#[binary(with = module)]`"
)]
pub trait Packed<'a>: Sized {
    /// The bytes that every value takes, if that is the same for all of them.
    const SIZE: Option<usize>;

    /// Whether the type is a message, which counts what lies in it, and may be the outermost one.
    const IS_MESSAGE: bool = false;

    /// What the description of a message says of the type.
    const TYPE: TypeSchema;

    /// The same, for a type that holds this one.
    const TYPE_REF: &'static TypeSchema = &<Self as Packed<'a>>::TYPE;

    /// The fewest bytes that a value takes. It bounds how many values the bytes of a message can hold.
    fn bytes_min<F: Format>() -> usize;

    /// The bytes that this value takes.
    fn packed_len<F: Format>(&self, depth: Depth) -> usize;

    /// Writes this value. A message ignores the format it is asked for: it has its own.
    ///
    /// # Errors
    ///
    /// If the value does not fit.
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If the next bytes are no such value.
    fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError>;

    /// Reads a message, and then what `end` says of the bytes behind it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), and those of `end`.
    #[inline(always)]
    fn read_to_end<F: Format>(
        reader: &mut Reader<'a>,
        end: impl FnOnce(&mut Reader<'a>) -> Result<(), DecodeError>,
    ) -> Result<Self, DecodeError> {
        let message = Self::read::<F>(reader)?;
        end(reader)?;
        Ok(message)
    }

    /// Takes a value off the front of bytes where it was read before; nothing if it is none.
    fn take_again<F: Format>(bytes: &mut &'a [u8]) -> Option<Self> {
        let mut reader = Reader::of_items(bytes);
        let value = Self::read::<F>(&mut reader).ok()?;
        *bytes = reader.rest();
        Some(value)
    }

    /// Writes this value as the field of a message.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write), with the field's name.
    #[inline]
    fn write_field<F: Format>(&self, name: &'static str, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.write::<F>(writer).map_err(|error| error.in_field(name))
    }

    /// Reads a value that is the field of a message.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), with the field's name.
    #[inline]
    fn read_field<F: Format>(name: &'static str, reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        Self::read::<F>(reader).map_err(|error| error.in_field(name))
    }

    /// The bytes that a run of values takes.
    fn items_len<F: Format>(items: &[Self], depth: Depth) -> usize {
        if let Some(size) = Self::SIZE {
            return size.saturating_mul(items.len());
        }
        items.iter().fold(0, |sum, item| sum.saturating_add(item.packed_len::<F>(depth)))
    }

    /// Writes a run of values.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write), with the item's number.
    fn write_items<F: Format>(items: &[Self], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        writer.spend::<Self>(items.len())?;
        let write =
            |(index, item): (usize, &Self)| item.write::<F>(writer).map_err(|error| error.in_item(index));
        items.iter().enumerate().try_for_each(write)
    }

    /// Reads a run of values. That the bytes can hold so many has been checked.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), with the item's number.
    fn read_items<F: Format>(count: usize, reader: &mut Reader<'a>) -> Result<Vec<Self>, DecodeError> {
        let mut items = reader.list_for(count);
        for index in 0..count {
            reader.spend(size_of::<Self>())?;
            items.push(Self::read::<F>(reader).map_err(|error| error.in_item(index))?);
        }
        Ok(items)
    }

    /// Writes as many values as the type says.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write), with the item's number.
    #[inline]
    fn write_array<F: Format, const N: usize>(
        items: &[Self; N],
        writer: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        Self::write_items::<F>(items, writer)
    }

    /// Reads as many values as the type says.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), with the item's number.
    fn read_array<F: Format, const N: usize>(reader: &mut Reader<'a>) -> Result<[Self; N], DecodeError> {
        let needed = Self::bytes_min::<F>().saturating_mul(N);
        if needed > reader.remaining() {
            return Err(reader.truncated(needed));
        }
        let items = Self::read_items::<F>(N, reader)?;
        // The list has N items, so this cannot fail.
        <[Self; N]>::try_from(items).map_err(|_| reader.truncated(needed))
    }
}

/// The size of a message whose fields have these sizes, if each has one.
#[must_use]
pub const fn total_size<const N: usize>(sizes: [Option<usize>; N]) -> Option<usize> {
    let mut sum: usize = 0;
    let mut rest: &[Option<usize>] = &sizes;
    while let [first, others @ ..] = rest {
        match *first {
            Some(size) => sum = sum.saturating_add(size),
            None => return None,
        }
        rest = others;
    }
    Some(sum)
}

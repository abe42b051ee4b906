//! Values with a length or a flag before them, and those that only hold others.

use std::borrow::Cow;

use bytes::Bytes;

use super::format::{length_bytes, put_length, put_with_length, split_with_length, take_length};
use super::{Format, Packed};
use crate::message::depth::Depth;
use crate::message::memory;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

/// Text and bytes: a length, then as they are.
macro_rules! packed_bytes {
    ($([$($generics:tt)*] $type:ty, $schema:expr, $bytes:expr, $take:expr, $again:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Packed<'a> for $type {
            const SIZE: Option<usize> = None;
            const TYPE: TypeSchema = $schema;

            #[inline]
            fn bytes_min<F: Format>() -> usize {
                length_bytes::<F>()
            }

            #[inline]
            fn packed_len<F: Format>(&self, _depth: Depth) -> usize {
                length_bytes::<F>().saturating_add(self.len())
            }

            #[inline]
            fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                put_with_length::<F>($bytes(self), writer)
            }

            // Most fields are texts, and a call for each would take the reader out of its registers.
            #[inline(always)]
            fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
                let length = take_length::<F>(reader)?;
                $take(reader, length)
            }

            // Without a reader, which knows much that nobody asks for a second time.
            fn take_again<F: Format>(bytes: &mut &'a [u8]) -> Option<Self> {
                split_with_length::<F>(bytes).and_then($again)
            }
        }
    )* };
}

packed_bytes! {
    ['a] String, TypeSchema::Text, str::as_bytes, take_text, text_again;
    ['a] Box<str>, TypeSchema::Text, str::as_bytes, take_text, text_again;
    ['a: 'x, 'x] &'x str, TypeSchema::Text, str::as_bytes, Reader::take_text, text_again;
    ['a: 'x, 'x] Cow<'x, str>, TypeSchema::Text, str::as_bytes, take_text, text_again;
    ['a] Bytes, TypeSchema::Bytes, AsRef::as_ref, Reader::take_shared, |bytes| Some(Self::copy_from_slice(bytes));
    ['a: 'x, 'x] &'x [u8], TypeSchema::Bytes, AsRef::as_ref, Reader::take, Some;
    ['a: 'x, 'x] Cow<'x, [u8]>, TypeSchema::Bytes, AsRef::as_ref,
        |reader: &mut Reader<'a>, length| reader.take(length).map(Cow::Borrowed), |bytes| Some(Cow::Borrowed(bytes));
}

#[inline(always)]
fn take_text<'a: 'x, 'x, T: From<&'x str>>(reader: &mut Reader<'a>, length: usize) -> Result<T, DecodeError> {
    reader.take_text(length).map(T::from)
}

#[inline]
fn text_again<'a: 'x, 'x, T: From<&'x str>>(bytes: &'a [u8]) -> Option<T> {
    memory::text(bytes).ok().map(T::from)
}

#[diagnostic::do_not_recommend]
impl<'a, T: Packed<'a>> Packed<'a> for Vec<T> {
    const SIZE: Option<usize> = None;
    const TYPE: TypeSchema = TypeSchema::list(T::TYPE_REF);

    // Not a word about the items: a message may hold a list of itself.
    #[inline]
    fn bytes_min<F: Format>() -> usize {
        length_bytes::<F>()
    }

    #[inline]
    fn packed_len<F: Format>(&self, depth: Depth) -> usize {
        length_bytes::<F>().saturating_add(T::items_len::<F>(self, depth))
    }

    #[inline]
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        put_length::<F>(self.len(), writer)?;
        if T::bytes_min::<F>() == 0 {
            writer.allow_items_without_bytes(self.len())?;
        }
        T::write_items::<F>(self, writer)
    }

    // For the same reason as texts.
    #[inline(always)]
    fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let count = take_length::<F>(reader)?;
        reader.allow_items(count, T::bytes_min::<F>(), offset)?;
        T::read_items::<F>(count, reader)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: Packed<'a>, const N: usize> Packed<'a> for [T; N] {
    const SIZE: Option<usize> = match T::SIZE {
        Some(size) => Some(size.saturating_mul(N)),
        None => None,
    };
    const TYPE: TypeSchema = TypeSchema::Array(T::TYPE_REF, N);

    #[inline]
    fn bytes_min<F: Format>() -> usize {
        T::bytes_min::<F>().saturating_mul(N)
    }

    #[inline]
    fn packed_len<F: Format>(&self, depth: Depth) -> usize {
        T::items_len::<F>(self, depth)
    }

    #[inline]
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        T::write_array::<F, N>(self, writer)
    }

    #[inline]
    fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        T::read_array::<F, N>(reader)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: Packed<'a>> Packed<'a> for Option<T> {
    const SIZE: Option<usize> = None;
    const TYPE: TypeSchema = TypeSchema::Optional(T::TYPE_REF);

    // Not a word about the value: a message may hold itself in an `Option<Box<..>>`.
    #[inline]
    fn bytes_min<F: Format>() -> usize {
        1
    }

    #[inline]
    fn packed_len<F: Format>(&self, depth: Depth) -> usize {
        self.as_ref().map_or(1, |value| value.packed_len::<F>(depth).saturating_add(1))
    }

    #[inline]
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        writer.put_byte(u8::from(self.is_some()))?;
        self.as_ref().map_or(Ok(()), |value| value.write::<F>(writer))
    }

    #[inline]
    fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        reader.take_flag()?.then(|| T::read::<F>(reader)).transpose()
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: Packed<'a>> Packed<'a> for Box<T> {
    const SIZE: Option<usize> = T::SIZE;
    const IS_MESSAGE: bool = T::IS_MESSAGE;
    const TYPE: TypeSchema = T::TYPE;

    #[inline]
    fn bytes_min<F: Format>() -> usize {
        T::bytes_min::<F>()
    }

    #[inline]
    fn packed_len<F: Format>(&self, depth: Depth) -> usize {
        T::packed_len::<F>(self, depth)
    }

    #[inline]
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        writer.spend::<T>(1)?;
        T::write::<F>(self, writer)
    }

    #[inline]
    fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        reader.spend(size_of::<T>())?;
        T::read::<F>(reader).map(Self::new)
    }
}

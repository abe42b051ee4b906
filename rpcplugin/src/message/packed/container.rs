//! Values with a length or a flag before them, and those that only hold others.

use bytes::Bytes;

use super::{ByteOrder, Packed};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError, EncodeErrorKind};

#[diagnostic::do_not_recommend]
impl Packed for String {
    const BYTES_MIN: usize = LENGTH_BYTES;

    #[inline]
    fn packed_len(&self, _depth: Depth) -> usize {
        LENGTH_BYTES.saturating_add(self.len())
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        write_length::<O>(self.len(), writer)?;
        writer.put(self.as_bytes());
        Ok(())
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let length = read_length::<O>(reader)?;
        reader.take_text(length)
    }
}

#[diagnostic::do_not_recommend]
impl Packed for Bytes {
    const BYTES_MIN: usize = LENGTH_BYTES;

    #[inline]
    fn packed_len(&self, _depth: Depth) -> usize {
        LENGTH_BYTES.saturating_add(self.len())
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        write_length::<O>(self.len(), writer)?;
        writer.put(self);
        Ok(())
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let length = read_length::<O>(reader)?;
        reader.take_shared(length)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Packed> Packed for Vec<T> {
    // Not a word about the items: a message may hold a list of itself.
    const BYTES_MIN: usize = LENGTH_BYTES;

    #[inline]
    fn packed_len(&self, depth: Depth) -> usize {
        LENGTH_BYTES.saturating_add(T::items_len(self, depth))
    }

    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        write_length::<O>(self.len(), writer)?;
        if T::BYTES_MIN == 0 {
            writer.allow_items_without_bytes(self.len())?;
        }
        T::write_items::<O>(self, writer)
    }

    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let count = read_length::<O>(reader)?;
        reader.allow_items(count, T::BYTES_MIN, offset)?;
        T::read_items::<O>(count, reader)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Packed, const N: usize> Packed for [T; N] {
    const BYTES_MIN: usize = T::BYTES_MIN.saturating_mul(N);

    #[inline]
    fn packed_len(&self, depth: Depth) -> usize {
        T::items_len(self, depth)
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        T::write_items::<O>(self, writer)
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read_array::<O, N>(reader)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Packed> Packed for Option<T> {
    // Not a word about the value: a message may hold itself in an `Option<Box<..>>`.
    const BYTES_MIN: usize = 1;

    #[inline]
    fn packed_len(&self, depth: Depth) -> usize {
        self.as_ref().map_or(1, |value| value.packed_len(depth).saturating_add(1))
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put_byte(u8::from(self.is_some()));
        self.as_ref().map_or(Ok(()), |value| value.write::<O>(writer))
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.take_flag()?.then(|| T::read::<O>(reader)).transpose()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Packed> Packed for Box<T> {
    const BYTES_MIN: usize = T::BYTES_MIN;

    #[inline]
    fn packed_len(&self, depth: Depth) -> usize {
        T::packed_len(self, depth)
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        T::write::<O>(self, writer)
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read::<O>(reader).map(Self::new)
    }
}

#[inline]
fn write_length<O: ByteOrder>(length: usize, writer: &mut Writer) -> Result<(), EncodeError> {
    let Ok(length) = u32::try_from(length) else {
        return Err(EncodeError::new(EncodeErrorKind::TooLong { limit: LENGTH_MAX, found: length }));
    };
    length.write::<O>(writer)
}

#[inline]
fn read_length<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<usize, DecodeError> {
    // Where `usize` is smaller, no memory holds such a length: the check against the bytes refuses it.
    u32::read::<O>(reader).map(|length| usize::try_from(length).unwrap_or(usize::MAX))
}

/// A length is a `u32`.
const LENGTH_BYTES: usize = 4;

/// The longest that a `u32` says.
const LENGTH_MAX: usize = 0xffff_ffff;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::packed::{Big, Little};

    #[test]
    fn a_length_is_written_in_the_order_of_the_message_and_refused_above_32_bits() {
        let mut writer = Writer::with_length(8).unwrap();
        write_length::<Little>(1, &mut writer).unwrap();
        write_length::<Big>(LENGTH_MAX - 1, &mut writer).unwrap();
        let error = write_length::<Big>(LENGTH_MAX + 1, &mut writer).unwrap_err();
        assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 0xffff_ffff, found: 0x1_0000_0000 });
        assert_eq!(writer.finish()[..], [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe]);
    }
}

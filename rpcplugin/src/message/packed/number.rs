//! Values of a fixed size: numbers and `bool`.

use super::{ByteOrder, Packed};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

macro_rules! packed_numbers {
    ($($number:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Packed for $number {
            const BYTES_MIN: usize = size_of::<Self>();

            #[inline]
            fn packed_len(&self, _depth: Depth) -> usize {
                Self::BYTES_MIN
            }

            #[inline]
            fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put(&O::arrange(self.to_le_bytes()));
                Ok(())
            }

            #[inline]
            fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_le_bytes(O::arrange(reader.take_array()?)))
            }

            #[inline]
            fn items_len(items: &[Self], _depth: Depth) -> usize {
                Self::BYTES_MIN.saturating_mul(items.len())
            }

            #[inline]
            fn write_items<O: ByteOrder>(items: &[Self], writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put_numbers(items.iter().map(|item| O::arrange(item.to_le_bytes())));
                Ok(())
            }

            #[inline]
            fn read_items<O: ByteOrder>(count: usize, reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
                // One look at the length for all items; the memory is no more than the bytes that are there.
                let bytes = reader.take(Self::BYTES_MIN.saturating_mul(count))?;
                let (items, _) = bytes.as_chunks::<{ size_of::<Self>() }>();
                Ok(items.iter().map(|item| Self::from_le_bytes(O::arrange(*item))).collect())
            }

            #[inline]
            fn read_array<O: ByteOrder, const N: usize>(reader: &mut Reader<'_>) -> Result<[Self; N], DecodeError> {
                let bytes = reader.take(Self::BYTES_MIN.saturating_mul(N))?;
                let (chunks, _) = bytes.as_chunks::<{ size_of::<Self>() }>();
                let mut items = [Self::default(); N];
                for (item, chunk) in items.iter_mut().zip(chunks) {
                    *item = Self::from_le_bytes(O::arrange(*chunk));
                }
                Ok(items)
            }
        }
    )* };
}

packed_numbers! { u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

/// A run of `u8` is copied as it is: `Vec<u8>` and `[u8; N]` are how a message holds plain bytes.
#[diagnostic::do_not_recommend]
impl Packed for u8 {
    const BYTES_MIN: usize = 1;

    #[inline]
    fn packed_len(&self, _depth: Depth) -> usize {
        1
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put_byte(*self);
        Ok(())
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [byte] = reader.take_array()?;
        Ok(byte)
    }

    #[inline]
    fn items_len(items: &[Self], _depth: Depth) -> usize {
        items.len()
    }

    #[inline]
    fn write_items<O: ByteOrder>(items: &[Self], writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put(items);
        Ok(())
    }

    #[inline]
    fn read_items<O: ByteOrder>(count: usize, reader: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        Ok(reader.take(count)?.to_vec())
    }

    #[inline]
    fn read_array<O: ByteOrder, const N: usize>(reader: &mut Reader<'_>) -> Result<[Self; N], DecodeError> {
        reader.take_array()
    }
}

#[diagnostic::do_not_recommend]
impl Packed for bool {
    const BYTES_MIN: usize = 1;

    #[inline]
    fn packed_len(&self, _depth: Depth) -> usize {
        1
    }

    #[inline]
    fn write<O: ByteOrder>(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put_byte(u8::from(*self));
        Ok(())
    }

    #[inline]
    fn read<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.take_flag()
    }
}

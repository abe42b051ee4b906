//! Values of a fixed size: numbers and `bool`.

use super::{
    ByteOrder, Fixed, Format, Packed, read_fixed, read_fixed_array, read_fixed_items, write_fixed,
    write_fixed_array, write_fixed_items,
};
use crate::message::depth::Depth;
use crate::message::memory::Raw;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// [`Packed`] for a type that is [`Fixed`]: all of it follows from there.
macro_rules! packed_by_fixed {
    ($type:ty, $schema:expr) => {
        #[diagnostic::do_not_recommend]
        impl<'a> Packed<'a> for $type {
            const SIZE: Option<usize> = Some(<Self as Fixed<'a>>::BYTES);
            const TYPE: TypeSchema = $schema;

            #[inline]
            fn bytes_min<F: Format>() -> usize {
                <Self as Fixed<'a>>::BYTES
            }

            #[inline]
            fn packed_len<F: Format>(&self, _depth: Depth) -> usize {
                <Self as Fixed<'a>>::BYTES
            }

            #[inline]
            fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                write_fixed::<Self, F>(self, writer)
            }

            #[inline]
            fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
                read_fixed::<Self, F>(reader)
            }

            #[inline]
            fn write_items<F: Format>(items: &[Self], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                write_fixed_items::<Self, F>(items, writer)
            }

            #[inline]
            fn write_array<F: Format, const N: usize>(
                items: &[Self; N],
                writer: &mut Writer<'_>,
            ) -> Result<(), EncodeError> {
                write_fixed_array::<Self, F, N>(items, writer)
            }

            #[inline]
            fn read_items<F: Format>(
                count: usize,
                reader: &mut Reader<'a>,
            ) -> Result<Vec<Self>, DecodeError> {
                read_fixed_items::<Self, F>(count, reader)
            }

            #[inline]
            fn read_array<F: Format, const N: usize>(
                reader: &mut Reader<'a>,
            ) -> Result<[Self; N], DecodeError> {
                read_fixed_array::<Self, F, N>(reader)
            }
        }
    };
}
pub(super) use packed_by_fixed;

macro_rules! packed_numbers {
    ($($number:ty, $schema:expr;)*) => { $(
        packed_by_fixed! { $number, $schema }

        #[diagnostic::do_not_recommend]
        impl<'a> Fixed<'a> for $number {
            const BYTES: usize = size_of::<Self>();
            const LITTLE: Raw<Self> = Raw::<Self>::LITTLE;
            const BIG: Raw<Self> = Raw::<Self>::BIG;

            #[inline]
            fn put<F: Format>(&self, place: &mut [u8]) {
                if let Some(place) = place.first_chunk_mut() {
                    *place = F::Order::arrange(self.to_le_bytes());
                }
            }

            #[inline]
            fn check<F: Format>(_bytes: &'a [u8]) -> Result<(), DecodeError> {
                Ok(())
            }

            #[inline]
            fn get<F: Format>(bytes: &'a [u8]) -> Self {
                let bytes = bytes.first_chunk().copied().unwrap_or_default();
                Self::from_le_bytes(F::Order::arrange(bytes))
            }
        }
    )* };
}

packed_numbers! {
    u8, integer(8, false);
    u16, integer(16, false);
    u32, integer(32, false);
    u64, integer(64, false);
    u128, integer(128, false);
    i8, integer(8, true);
    i16, integer(16, true);
    i32, integer(32, true);
    i64, integer(64, true);
    i128, integer(128, true);
    f32, TypeSchema::Float { bits: 32 };
    f64, TypeSchema::Float { bits: 64 };
}

pub(super) const fn integer(bits: u32, signed: bool) -> TypeSchema {
    TypeSchema::Integer { bits, signed, nonzero: false }
}

packed_by_fixed! { bool, TypeSchema::Bool }

#[diagnostic::do_not_recommend]
impl<'a> Fixed<'a> for bool {
    const BYTES: usize = 1;

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        u8::from(*self).put::<F>(place);
    }

    #[inline]
    fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
        match u8::get::<F>(bytes) {
            0 | 1 => Ok(()),
            found => Err(DecodeError::at(0, DecodeErrorKind::Flag { found })),
        }
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        u8::get::<F>(bytes) != 0
    }
}

//! Bytes of a known number that stay where they are, in the message.

use super::{Fixed, Format, Packed, read_fixed, read_fixed_array, write_fixed, write_fixed_array};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

/// A run of these is read item by item: a pointer can take more memory than its bytes do, and that is accounted for.
#[diagnostic::do_not_recommend]
impl<'a: 'x, 'x, const N: usize> Packed<'a> for &'x [u8; N] {
    const SIZE: Option<usize> = Some(N);
    const TYPE: TypeSchema = TypeSchema::Array(<u8 as Packed<'a>>::TYPE_REF, N);

    #[inline]
    fn bytes_min<F: Format>() -> usize {
        N
    }

    #[inline]
    fn packed_len<F: Format>(&self, _depth: Depth) -> usize {
        N
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
    fn write_array<F: Format, const M: usize>(
        items: &[Self; M],
        writer: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        write_fixed_array::<Self, F, M>(items, writer)
    }

    #[inline]
    fn read_array<F: Format, const M: usize>(reader: &mut Reader<'a>) -> Result<[Self; M], DecodeError> {
        read_fixed_array::<Self, F, M>(reader)
    }
}

#[diagnostic::do_not_recommend]
impl<'a: 'x, 'x, const N: usize> Fixed<'a> for &'x [u8; N] {
    const BYTES: usize = N;

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        if let Some(place) = place.first_chunk_mut() {
            *place = **self;
        }
    }

    #[inline]
    fn check<F: Format>(_bytes: &'a [u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        bytes.first_chunk().unwrap_or(&[0; N])
    }
}

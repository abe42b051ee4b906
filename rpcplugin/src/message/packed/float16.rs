//! `half::f16`, as the two bytes of its bits.

use half::f16;

use super::number::packed_by_fixed;
use super::{
    Fixed, Format, Packed, read_fixed, read_fixed_array, read_fixed_items, write_fixed, write_fixed_array,
    write_fixed_items,
};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

packed_by_fixed! { f16, TypeSchema::Float { bits: 16 } }

#[diagnostic::do_not_recommend]
impl<'a> Fixed<'a> for f16 {
    const BYTES: usize = size_of::<u16>();

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        self.to_bits().put::<F>(place);
    }

    #[inline]
    fn check<F: Format>(_bytes: &'a [u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        Self::from_bits(u16::get::<F>(bytes))
    }
}

//! Values without bytes.

use std::marker::PhantomData;

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

packed_by_fixed! { (), TypeSchema::Tuple(&[]) }

#[diagnostic::do_not_recommend]
impl<'a> Fixed<'a> for () {
    const BYTES: usize = 0;

    #[inline]
    fn put<F: Format>(&self, _place: &mut [u8]) {}

    #[inline]
    fn check<F: Format>(_bytes: &'a [u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    #[inline]
    fn get<F: Format>(_bytes: &'a [u8]) -> Self {}
}

#[diagnostic::do_not_recommend]
impl<'a, T: ?Sized> Packed<'a> for PhantomData<T> {
    const SIZE: Option<usize> = Some(0);
    const TYPE: TypeSchema = <() as Packed<'a>>::TYPE;

    #[inline]
    fn bytes_min<F: Format>() -> usize {
        0
    }

    #[inline]
    fn packed_len<F: Format>(&self, _depth: Depth) -> usize {
        0
    }

    #[inline]
    fn write<F: Format>(&self, _writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        Ok(())
    }

    #[inline]
    fn read<F: Format>(_reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: ?Sized> Fixed<'a> for PhantomData<T> {
    const BYTES: usize = 0;

    #[inline]
    fn put<F: Format>(&self, _place: &mut [u8]) {}

    #[inline]
    fn check<F: Format>(_bytes: &'a [u8]) -> Result<(), DecodeError> {
        Ok(())
    }

    #[inline]
    fn get<F: Format>(_bytes: &'a [u8]) -> Self {
        Self
    }
}

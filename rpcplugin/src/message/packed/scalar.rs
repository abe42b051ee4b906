//! Numbers that not every pattern of bits is: `char` and `NonZero`.

use std::num::NonZero;

use super::number::packed_by_fixed;
use super::{
    Fixed, Format, Packed, read_fixed, read_fixed_array, read_fixed_items, write_fixed, write_fixed_array,
    write_fixed_items,
};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

packed_by_fixed! { char, TypeSchema::Char }

#[diagnostic::do_not_recommend]
impl<'a> Fixed<'a> for char {
    const BYTES: usize = size_of::<u32>();

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        u32::from(*self).put::<F>(place);
    }

    #[inline]
    fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
        let found = u32::get::<F>(bytes);
        if Self::from_u32(found).is_some() { Ok(()) } else { Err(no_character(found)) }
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        Self::from_u32(u32::get::<F>(bytes)).unwrap_or(Self::REPLACEMENT_CHARACTER)
    }
}

macro_rules! packed_nonzero {
    ($($number:ty, $signed:expr;)*) => { $(
        packed_by_fixed! { NonZero<$number>, nonzero(<$number>::BITS, $signed) }

        #[diagnostic::do_not_recommend]
        impl<'a> Fixed<'a> for NonZero<$number> {
            const BYTES: usize = size_of::<$number>();

            #[inline]
            fn put<F: Format>(&self, place: &mut [u8]) {
                <$number as Fixed<'a>>::put::<F>(&self.get(), place);
            }

            #[inline]
            fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
                if <$number as Fixed<'a>>::get::<F>(bytes) == 0 { Err(zero()) } else { Ok(()) }
            }

            #[inline]
            fn get<F: Format>(bytes: &'a [u8]) -> Self {
                Self::new(<$number as Fixed<'a>>::get::<F>(bytes)).unwrap_or(Self::MIN)
            }
        }
    )* };
}

packed_nonzero! {
    u8, false;
    u16, false;
    u32, false;
    u64, false;
    u128, false;
    i8, true;
    i16, true;
    i32, true;
    i64, true;
    i128, true;
}

const fn nonzero(bits: u32, signed: bool) -> TypeSchema {
    TypeSchema::Integer { bits, signed, nonzero: true }
}

#[cold]
fn no_character(found: u32) -> DecodeError {
    let kind = DecodeErrorKind::Value { expected: "a Unicode scalar value", found: found.into() };
    DecodeError::at(0, kind)
}

#[cold]
fn zero() -> DecodeError {
    DecodeError::at(0, DecodeErrorKind::Value { expected: "a number that is not zero", found: 0 })
}

//! Numbers and `bool`, in every way that protobuf has of writing them.

use super::varint::{low_half, varint_len};
use super::{FIXED_WIDTH, PLAIN, Tagged, WireType, ZIGZAG};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

macro_rules! tagged_varints {
    ($($encoding:ident $number:ty, $schema:expr, $to:expr, $from:expr;)*) => { $(
        impl<'a> Tagged<'a, $encoding> for $number {
            const WIRE: WireType = WireType::Varint;
            const TYPE: TypeSchema = $schema;

            #[inline]
            fn absent() -> Self {
                Self::default()
            }

            #[inline]
            fn body_len(&self, _depth: Depth) -> usize {
                varint_len($to(*self))
            }

            #[inline]
            fn is_absent(&self, _body_len: usize) -> bool {
                *self == Self::default()
            }

            #[inline]
            fn write_body(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                writer.put_varint($to(*self))
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
                *self = reader.take_varint().map($from)?;
                Ok(())
            }
        }
    )* };
}

// A negative `i32` is written as the 64-bit number that it is, in ten bytes, so that it can become an `i64`.
// What does not fit 32 bits is cut to its low half: so protobuf reads a field whose other side became wider.
tagged_varints! {
    PLAIN u32, integer(32, false), u64::from, |value| u32::from_le_bytes(low_half(value));
    PLAIN u64, integer(64, false), u64::from, u64::from;
    PLAIN i32, integer(32, true), |value| i64::from(value).cast_unsigned(), |value| i32::from_le_bytes(low_half(value));
    PLAIN i64, integer(64, true), i64::cast_unsigned, u64::cast_signed;
    PLAIN bool, TypeSchema::Bool, u64::from, |value| value != 0;
    ZIGZAG i32, integer(32, true), zigzag_32, |value| unzigzag_32(u32::from_le_bytes(low_half(value)));
    ZIGZAG i64, integer(64, true), zigzag_64, unzigzag_64;
}

/// Zero, -1, 1, -2, 2: numbers of few digits in few bytes, whatever their sign.
fn zigzag_32(value: i32) -> u64 {
    u64::from(((value << 1) ^ (value >> 31)).cast_unsigned())
}

fn unzigzag_32(value: u32) -> i32 {
    (value >> 1).cast_signed() ^ (value & 1).cast_signed().wrapping_neg()
}

fn zigzag_64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn unzigzag_64(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ (value & 1).cast_signed().wrapping_neg()
}

macro_rules! tagged_fixed {
    ($($encoding:ident $number:ty, $schema:expr, $wire:ident, $is_zero:expr;)*) => { $(
        impl<'a> Tagged<'a, $encoding> for $number {
            const WIRE: WireType = WireType::$wire;
            const TYPE: TypeSchema = $schema;

            #[inline]
            fn absent() -> Self {
                Self::default()
            }

            #[inline]
            fn body_len(&self, _depth: Depth) -> usize {
                size_of::<Self>()
            }

            #[inline]
            fn is_absent(&self, _body_len: usize) -> bool {
                $is_zero(*self)
            }

            #[inline]
            fn write_body(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                writer.put_array(self.to_le_bytes())
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
                *self = reader.take_array().map(Self::from_le_bytes)?;
                Ok(())
            }
        }
    )* };
}

// Floats by their bits: negative zero equals zero, and is not the default.
tagged_fixed! {
    PLAIN f32, TypeSchema::Float { bits: 32 }, Fixed32, |value: f32| value.to_bits() == 0;
    PLAIN f64, TypeSchema::Float { bits: 64 }, Fixed64, |value: f64| value.to_bits() == 0;
    FIXED_WIDTH u32, integer(32, false), Fixed32, |value| value == 0;
    FIXED_WIDTH i32, integer(32, true), Fixed32, |value| value == 0;
    FIXED_WIDTH u64, integer(64, false), Fixed64, |value| value == 0;
    FIXED_WIDTH i64, integer(64, true), Fixed64, |value| value == 0;
}

const fn integer(bits: u32, signed: bool) -> TypeSchema {
    TypeSchema::Integer { bits, signed, nonzero: false }
}

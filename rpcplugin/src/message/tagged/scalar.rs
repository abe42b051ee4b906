//! Numbers and `bool`.

use super::wire::varint_len;
use super::{Tagged, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

macro_rules! tagged_varints {
    ($($number:ty, $to:expr, $from:expr;)*) => { $(
        impl Tagged for $number {
            const WIRE: WireType = WireType::Varint;

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
            fn write_body(&self, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put_varint($to(*self));
                Ok(())
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
                *self = reader.take_varint().map($from)?;
                Ok(())
            }
        }
    )* };
}

// A negative `i32` is written as the 64-bit number that it is, in ten bytes, so that it can become an `i64`.
// What does not fit 32 bits is cut to its low half: so protobuf reads a field whose other side became wider.
tagged_varints! {
    u32, u64::from, |value| u32::from_le_bytes(low_half(value));
    u64, u64::from, u64::from;
    i32, |value| i64::from(value).cast_unsigned(), |value| i32::from_le_bytes(low_half(value));
    i64, i64::cast_unsigned, u64::cast_signed;
    bool, u64::from, |value| value != 0;
}

macro_rules! tagged_floats {
    ($($number:ty, $wire:ident;)*) => { $(
        impl Tagged for $number {
            const WIRE: WireType = WireType::$wire;

            #[inline]
            fn absent() -> Self {
                0.0
            }

            #[inline]
            fn body_len(&self, _depth: Depth) -> usize {
                size_of::<Self>()
            }

            #[inline]
            fn is_absent(&self, _body_len: usize) -> bool {
                // By its bits: negative zero equals zero, and is not the default.
                self.to_bits() == 0
            }

            #[inline]
            fn write_body(&self, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put(&self.to_le_bytes());
                Ok(())
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
                *self = reader.take_array().map(Self::from_le_bytes)?;
                Ok(())
            }
        }
    )* };
}

tagged_floats! {
    f32, Fixed32;
    f64, Fixed64;
}

fn low_half(value: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = value.to_le_bytes();
    [a, b, c, d]
}

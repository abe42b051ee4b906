//! Families for the tests.

#![cfg_attr(not(feature = "family"), allow(dead_code, reason = "connections use more of it than frames do"))]

use bytes::Bytes;

use crate::message::family::{append_frame, decode_frame_within};
use crate::message::{DecodeError, EncodeError, Family};

/// An enum that is a family: the type and the order of the header, the checksum function, and of each message its number
/// and its fields, each with the order of its bytes.
macro_rules! sample_family {
    (
        $(#[$attribute:meta])*
        $family:ident, header: $header:ident $order:literal, checksum: $checksum:ident $(, not_found: $not_found:ident)?;
        $($number:literal => $variant:ident { $($field:ident: $type:ty as $field_order:literal),* $(,)? })*
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, $crate::BinaryMessage)]
        #[binary(family, header = $header, endian = $order, checksum = $checksum)]
        pub(crate) enum $family {
            $(
                #[binary(id = $number)]
                $variant { $(#[binary(endian = $field_order)] $field: $type),* },
            )*
            $(#[binary(not_found)] $not_found,)?
        }
    };
}
pub(crate) use sample_family;

sample_family! {
    /// Fixed and variable messages, an empty one among them.
    Telemetry, header: u16 "big", checksum: no_checksum;
    1 => Sensor { values: [f32; 4] as "big" }
    2 => Status { code: u32 as "big", text: String as "big" }
    3 => Blob { data: Bytes as "big" }
    4 => Ping {}
}

sample_family! {
    /// With a checksum behind each frame.
    Guarded, header: u16 "big", checksum: slow_crc32;
    1 => Value { value: u32 as "big" }
    2 => Note { text: String as "big" }
}

sample_family! {
    /// With a value for `NOT_FOUND`.
    Polite, header: u8 "big", checksum: slow_crc32, not_found: Unknown;
    2 => Value { value: u8 as "big" }
}

impl Telemetry {
    pub(crate) fn sensor() -> Self {
        Self::Sensor { values: [1.5, -2.25, 0.0, 3.0] }
    }

    pub(crate) fn status(text: &str) -> Self {
        Self::Status { code: 200, text: text.to_owned() }
    }
}

/// A family without a checksum.
pub(crate) fn no_checksum(_frame: &[u8]) -> [u8; 0] {
    []
}

/// CRC-32, one bit after the other: nothing in it is shared with the crate that computes it for users.
pub(crate) fn slow_crc32(frame: &[u8]) -> [u8; 4] {
    let mut remainder = u32::MAX;
    for byte in frame {
        remainder ^= u32::from(*byte);
        for _ in 0..8 {
            let reduced = if remainder & 1 == 1 { 0xedb8_8320 } else { 0 };
            remainder = (remainder >> 1) ^ reduced;
        }
    }
    (!remainder).to_be_bytes()
}

pub(crate) fn encode_frame<F: Family>(message: &F) -> Result<Bytes, EncodeError> {
    let mut frame = Vec::new();
    append_frame(message, &mut frame)?;
    Ok(Bytes::from(frame))
}

pub(crate) fn decode_frame<F: Family>(bytes: &Bytes) -> Result<F, DecodeError> {
    decode_frame_within(bytes, usize::MAX)
}

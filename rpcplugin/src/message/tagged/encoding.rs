//! How a number is written: protobuf has several types for one Rust type.
//!
//! A number and no type, because it is a parameter of a trait that other crates must not be able to fill in anew.

use crate::message::schema::NumberEncoding;

/// A varint, or a float's bytes: what a number is without an attribute.
pub const PLAIN: u8 = 0;

/// `sint32` and `sint64`.
pub const ZIGZAG: u8 = 1;

/// `fixed32`, `sfixed32`, `fixed64` and `sfixed64`.
pub const FIXED_WIDTH: u8 = 2;

/// What the description of a message says of it.
#[must_use]
pub const fn number_encoding(encoding: u8) -> NumberEncoding {
    match encoding {
        ZIGZAG => NumberEncoding::ZigZag,
        FIXED_WIDTH => NumberEncoding::FixedWidth,
        _ => NumberEncoding::Plain,
    }
}

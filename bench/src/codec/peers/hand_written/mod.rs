//! Code as somebody writes it for exactly these messages, who knows the language well and stays in safe Rust.
//!
//! The bytes are those of our packed layout: little-endian numbers, `u32` lengths and counts, one byte for an option.
//! Every length is checked against the bytes that are there, every text for UTF-8, and nothing may be left over.

mod owned;
mod view;
mod write;

use crate::case::Codec;
use crate::shapes::{self, Shape};

pub(crate) fn codec() -> Codec {
    Codec::peer("hand-written")
        .owned(Shape::Fixed, shapes::fixed, write::fixed, owned::fixed)
        .owned(Shape::Status, shapes::status, write::status, owned::status)
        .owned(Shape::Market, shapes::market, write::market, owned::market)
        .owned(Shape::Batch, shapes::batch, write::batch, owned::batch)
        .borrowed(Shape::Status, shapes::status, write::status, view::status)
        .borrowed(Shape::Market, shapes::market, write::market, view::market)
}

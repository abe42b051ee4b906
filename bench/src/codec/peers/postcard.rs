//! postcard 1, over serde: integers and lengths are varints, floats are fixed.

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::case::{Codec, named_functions};
use crate::shapes::{self, Batch, Fixed, Market, MarketRef, Shape, Status, StatusRef};
use crate::touch::Touch;

pub(crate) fn codec() -> Codec {
    Codec::peer("postcard")
        .owned(Shape::Fixed, shapes::fixed, encode_fixed, decode_fixed)
        .owned(Shape::Status, shapes::status, encode_status, decode_status)
        .owned(Shape::Market, shapes::market, encode_market, decode_market)
        .owned(Shape::Batch, shapes::batch, encode_batch, decode_batch)
        .borrowed(Shape::Status, shapes::status, encode_status, read_status)
        .borrowed(Shape::Market, shapes::market, encode_market, read_market)
}

named_functions! {
    encode_fixed, decode_fixed: Fixed;
    encode_status, decode_status: Status;
    encode_market, decode_market: Market;
    encode_batch, decode_batch: Batch;
}

#[inline]
fn encode<T: Serialize>(value: &T, buffer: &mut [u8]) -> usize {
    postcard::to_slice(value, buffer).unwrap().len()
}

#[inline]
fn decode<T: DeserializeOwned>(bytes: &Bytes) -> T {
    whole(bytes)
}

#[inline(never)]
fn read_status(bytes: &Bytes) -> u64 {
    whole::<StatusRef<'_>>(bytes).touch()
}

#[inline(never)]
fn read_market(bytes: &Bytes) -> u64 {
    whole::<MarketRef<'_>>(bytes).touch()
}

#[inline]
fn whole<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> T {
    let (value, rest) = postcard::take_from_bytes(bytes).unwrap();
    assert!(rest.is_empty());
    value
}

//! bincode 2, with numbers of fixed size in little-endian order: its varints are slower.

use bincode::config::{Configuration, Fixint, LittleEndian};
use bincode::{BorrowDecode, Decode, Encode};
use bytes::Bytes;

use crate::case::{Codec, named_functions};
use crate::shapes::{self, Batch, Fixed, Market, MarketRef, Shape, Status, StatusRef};
use crate::touch::Touch;

pub(crate) fn codec() -> Codec {
    Codec::peer("bincode")
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
fn encode<T: Encode>(value: &T, buffer: &mut [u8]) -> usize {
    bincode::encode_into_slice(value, buffer, CONFIGURATION).unwrap()
}

#[inline]
fn decode<T: Decode<()>>(bytes: &Bytes) -> T {
    let (value, read) = bincode::decode_from_slice(bytes, CONFIGURATION).unwrap();
    assert_eq!(read, bytes.len());
    value
}

#[inline(never)]
fn read_status(bytes: &Bytes) -> u64 {
    borrow::<StatusRef<'_>>(bytes).touch()
}

#[inline(never)]
fn read_market(bytes: &Bytes) -> u64 {
    borrow::<MarketRef<'_>>(bytes).touch()
}

fn borrow<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> T {
    let (value, read) = bincode::borrow_decode_from_slice(bytes, CONFIGURATION).unwrap();
    assert_eq!(read, bytes.len());
    value
}

const CONFIGURATION: Configuration<LittleEndian, Fixint> =
    bincode::config::standard().with_fixed_int_encoding();

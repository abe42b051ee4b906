//! rkyv 0.8, through its light interface, which knows no shared pointers, for there are none.
//!
//! What is read is validated: reading without is `unsafe`.

use bytes::Bytes;
use rkyv::api::low::{LowDeserializer, LowSerializer, LowValidator};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Failure;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::ser::writer::Buffer;
use rkyv::util::with_arena;
use rkyv::{Archive, Deserialize, Portable, Serialize};

use crate::case::{Codec, named_functions};
use crate::shapes::{self, ArchivedMarket, ArchivedStatus, Batch, Fixed, Market, Shape, Status};
use crate::touch::Touch;

pub(crate) fn codec() -> Codec {
    Codec::peer("rkyv")
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
fn encode<T>(value: &T, buffer: &mut [u8]) -> usize
where
    T: for<'a, 'b> Serialize<LowSerializer<Buffer<'a>, ArenaHandle<'b>, Failure>>,
{
    with_arena(|arena| {
        let writer = Buffer::from(buffer);
        rkyv::api::low::to_bytes_in_with_alloc(value, writer, arena.acquire()).unwrap().len()
    })
}

#[inline]
fn decode<T>(bytes: &Bytes) -> T
where
    T: Archive,
    T::Archived: for<'a> CheckBytes<LowValidator<'a, Failure>> + Deserialize<T, LowDeserializer<Failure>>,
{
    let archived = rkyv::api::low::access::<T::Archived, Failure>(bytes).unwrap();
    rkyv::api::low::deserialize(archived).unwrap()
}

#[inline(never)]
fn read_status(bytes: &Bytes) -> u64 {
    read::<ArchivedStatus>(bytes)
}

#[inline(never)]
fn read_market(bytes: &Bytes) -> u64 {
    read::<ArchivedMarket>(bytes)
}

#[inline]
fn read<T>(bytes: &Bytes) -> u64
where
    T: Touch + Portable + for<'a> CheckBytes<LowValidator<'a, Failure>>,
{
    rkyv::api::low::access::<T, Failure>(bytes).unwrap().touch()
}

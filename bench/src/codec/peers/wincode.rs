//! wincode 0.6, with its default configuration: fixed little-endian numbers, `u64` lengths, an allocation limit of 4 MiB.

use bytes::Bytes;
use wincode::config::DefaultConfig;
use wincode::{SchemaRead, SchemaWrite};

use crate::case::{Codec, named_functions};
use crate::shapes::{self, Batch, Fixed, Market, Shape, Status, StatusRef};
use crate::touch::{self, MarketFields, Touch};

pub(crate) fn codec() -> Codec {
    Codec::peer("wincode")
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
fn encode<T: SchemaWrite<DefaultConfig, Src = T>>(value: &T, buffer: &mut [u8]) -> usize {
    let whole = buffer.len();
    let mut rest = buffer;
    wincode::serialize_into(&mut rest, value).unwrap();
    whole - rest.len()
}

#[inline]
fn decode<T: for<'a> SchemaRead<'a, DefaultConfig, Dst = T>>(bytes: &Bytes) -> T {
    wincode::deserialize_exact(bytes).unwrap()
}

#[inline(never)]
fn read_status(bytes: &Bytes) -> u64 {
    wincode::deserialize_exact::<StatusRef<'_>>(bytes).unwrap().touch()
}

#[inline(never)]
fn read_market(bytes: &Bytes) -> u64 {
    wincode::deserialize_exact::<MarketInPlace<'_>>(bytes).unwrap().touch()
}

/// A market message whose levels, too, stay where they are.
#[derive(SchemaRead)]
struct MarketInPlace<'a> {
    symbol: &'a str,
    venue: &'a str,
    sequence: u64,
    time: i64,
    best_bid: LevelBytes,
    best_ask: LevelBytes,
    bids: &'a [LevelBytes],
    asks: &'a [LevelBytes],
    conditions: Vec<&'a str>,
    note: Option<&'a str>,
}

/// A level at any address: a slice of aligned numbers is refused wherever the texts before it have an odd length.
#[derive(Clone, Copy, SchemaRead)]
#[wincode(assert_zero_copy)]
#[repr(C)]
struct LevelBytes {
    price: [u8; 8],
    quantity: [u8; 8],
}

impl LevelBytes {
    fn pair(self) -> [f64; 2] {
        [self.price, self.quantity].map(f64::from_le_bytes)
    }
}

impl Touch for MarketInPlace<'_> {
    #[inline]
    fn touch(&self) -> u64 {
        touch::market(MarketFields {
            symbol: self.symbol,
            venue: self.venue,
            sequence: self.sequence,
            time: self.time,
            best: [self.best_bid, self.best_ask].map(LevelBytes::pair),
            bids: self.bids.iter().copied().map(LevelBytes::pair),
            asks: self.asks.iter().copied().map(LevelBytes::pair),
            conditions: self.conditions.iter().copied(),
            note: self.note,
        })
    }
}

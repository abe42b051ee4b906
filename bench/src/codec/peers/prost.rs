//! prost 0.14, with the structs that it generates from a `.proto`.
//!
//! It stands in the rows of all shapes, but only on the tagged ones does it do the same work as we do: the same bytes.

use bytes::Bytes;
use prost::Message;

use crate::case::{Codec, named_functions};
use crate::shapes::{self, Shape};
use crate::touch::{self, MarketFields, Touch, touch_batch, touch_fixed, touch_status};

pub(crate) fn codec() -> Codec {
    Codec::peer("prost")
        .owned(Shape::Fixed, fixed, encode_fixed, decode_fixed)
        .owned(Shape::Status, status, encode_status, decode_status)
        .owned(Shape::Market, market, encode_market, decode_market)
        .owned(Shape::Batch, batch, encode_batch, decode_batch)
        .owned(Shape::StatusTagged, status, encode_status, decode_status)
        .owned(Shape::MarketTagged, market, encode_market, decode_market)
}

named_functions! {
    encode_fixed, decode_fixed: Fixed;
    encode_status, decode_status: Status;
    encode_market, decode_market: Market;
    encode_batch, decode_batch: Batch;
}

#[inline]
fn encode<T: Message>(value: &T, buffer: &mut [u8]) -> usize {
    let whole = buffer.len();
    let mut rest = buffer;
    value.encode(&mut rest).unwrap();
    whole - rest.len()
}

#[inline]
fn decode<T: Message + Default>(bytes: &Bytes) -> T {
    T::decode(&bytes[..]).unwrap()
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Fixed {
    #[prost(float, tag = "1")]
    x: f32,
    #[prost(float, tag = "2")]
    y: f32,
    #[prost(float, tag = "3")]
    z: f32,
    #[prost(float, tag = "4")]
    w: f32,
}
touch_fixed!(Fixed);

#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(uint32, tag = "1")]
    code: u32,
    #[prost(string, tag = "2")]
    text: String,
}
touch_status!(Status);

#[derive(Clone, Copy, PartialEq, Message)]
struct Level {
    #[prost(double, tag = "1")]
    price: f64,
    #[prost(double, tag = "2")]
    quantity: f64,
}

impl Level {
    fn pair(&self) -> [f64; 2] {
        [self.price, self.quantity]
    }
}

#[derive(Clone, PartialEq, Message)]
struct Market {
    #[prost(string, tag = "1")]
    symbol: String,
    #[prost(string, tag = "2")]
    venue: String,
    #[prost(uint64, tag = "3")]
    sequence: u64,
    #[prost(int64, tag = "4")]
    time: i64,
    #[prost(message, optional, tag = "5")]
    best_bid: Option<Level>,
    #[prost(message, optional, tag = "6")]
    best_ask: Option<Level>,
    #[prost(message, repeated, tag = "7")]
    bids: Vec<Level>,
    #[prost(message, repeated, tag = "8")]
    asks: Vec<Level>,
    #[prost(string, repeated, tag = "9")]
    conditions: Vec<String>,
    #[prost(string, optional, tag = "10")]
    note: Option<String>,
}

impl Touch for Market {
    fn touch(&self) -> u64 {
        touch::market(MarketFields {
            symbol: &self.symbol,
            venue: &self.venue,
            sequence: self.sequence,
            time: self.time,
            best: [self.best_bid, self.best_ask].map(|level| level.unwrap_or_default().pair()),
            bids: self.bids.iter().map(Level::pair),
            asks: self.asks.iter().map(Level::pair),
            conditions: self.conditions.iter().map(String::as_str),
            note: self.note.as_deref(),
        })
    }
}

#[derive(Clone, PartialEq, Message)]
struct Batch {
    #[prost(message, repeated, tag = "1")]
    items: Vec<Fixed>,
}
touch_batch!(Batch);

fn fixed() -> Fixed {
    copied(shapes::fixed())
}

fn copied(shapes::Fixed { x, y, z, w }: shapes::Fixed) -> Fixed {
    Fixed { x, y, z, w }
}

fn status() -> Status {
    let shapes::Status { code, text } = shapes::status();
    Status { code, text }
}

fn batch() -> Batch {
    Batch { items: shapes::batch().items.into_iter().map(copied).collect() }
}

fn market() -> Market {
    let level = |shapes::Level { price, quantity }| Level { price, quantity };
    let market = shapes::market();
    Market {
        symbol: market.symbol,
        venue: market.venue,
        sequence: market.sequence,
        time: market.time,
        best_bid: Some(level(market.best_bid)),
        best_ask: Some(level(market.best_ask)),
        bids: market.bids.into_iter().map(level).collect(),
        asks: market.asks.into_iter().map(level).collect(),
        conditions: market.conditions,
        note: market.note,
    }
}

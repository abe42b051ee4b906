//! Our side: the two layouts of `rpcplugin`, through what a user of the crate calls.
//!
//! This is the only file that knows the crate. Its types are those of `shapes`, derived our way.

use bytes::Bytes;
use rpcplugin::{BinaryMessage, DecodeFrom, Items, Views};

use crate::case::{Codec, Role, named_functions};
use crate::shapes::{self, Shape};
use crate::touch::{self, MarketFields, Touch, touch_batch, touch_fixed, touch_market, touch_status};

/// What we take part in.
pub(crate) fn codec() -> Codec {
    Codec::new("rpcplugin", Role::Ours)
        .owned(Shape::Fixed, fixed, encode_fixed, decode_fixed)
        .owned(Shape::Status, status, encode_status, decode_status)
        .owned(Shape::Market, market, encode_market, decode_market)
        .owned(Shape::Batch, batch, encode_batch, decode_batch)
        .owned(Shape::StatusTagged, status_tagged, encode_status_tagged, decode_status_tagged)
        .owned(Shape::MarketTagged, market_tagged, encode_market_tagged, decode_market_tagged)
        .borrowed(Shape::Status, status, encode_status, read_status)
        .borrowed(Shape::Market, market, encode_market, read_market)
}

named_functions! {
    encode_fixed, decode_fixed: Fixed;
    encode_status, decode_status: Status;
    encode_market, decode_market: Market;
    encode_batch, decode_batch: Batch;
    encode_status_tagged, decode_status_tagged: StatusTagged;
    encode_market_tagged, decode_market_tagged: MarketTagged;
}

#[inline]
fn encode<T: BinaryMessage>(value: &T, buffer: &mut [u8]) -> usize {
    value.encode_to_slice(buffer).unwrap()
}

#[inline]
fn decode<T: for<'a> DecodeFrom<'a>>(bytes: &Bytes) -> T {
    T::decode_slice(bytes).unwrap()
}

#[inline(never)]
fn read_status(bytes: &Bytes) -> u64 {
    StatusRef::decode_slice(bytes).unwrap().touch()
}

#[inline(never)]
fn read_market(bytes: &Bytes) -> u64 {
    MarketRef::decode_slice(bytes).unwrap().touch()
}

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Fixed {
    x: f32,
    y: f32,
    z: f32,
    w: f32,
}
touch_fixed!(Fixed);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Status {
    code: u32,
    text: String,
}
touch_status!(Status);

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Level {
    price: f64,
    quantity: f64,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Market {
    symbol: String,
    venue: String,
    sequence: u64,
    time: i64,
    best_bid: Level,
    best_ask: Level,
    bids: Vec<Level>,
    asks: Vec<Level>,
    conditions: Vec<String>,
    note: Option<String>,
}
touch_market!(Market);

#[derive(BinaryMessage)]
struct StatusRef<'a> {
    code: u32,
    text: &'a str,
}
touch_status!(StatusRef<'_>);

/// A market message whose texts and levels stay where they are.
#[derive(BinaryMessage)]
struct MarketRef<'a> {
    symbol: &'a str,
    venue: &'a str,
    sequence: u64,
    time: i64,
    best_bid: Level,
    best_ask: Level,
    bids: Views<'a, Level>,
    asks: Views<'a, Level>,
    conditions: Items<'a, &'a str>,
    note: Option<&'a str>,
}

impl Touch for MarketRef<'_> {
    #[inline]
    fn touch(&self) -> u64 {
        touch::market(MarketFields {
            symbol: self.symbol,
            venue: self.venue,
            sequence: self.sequence,
            time: self.time,
            best: [self.best_bid, self.best_ask].map(|level| [level.price, level.quantity]),
            bids: self.bids.iter().map(|level| [level.price(), level.quantity()]),
            asks: self.asks.iter().map(|level| [level.price(), level.quantity()]),
            conditions: self.conditions.iter(),
            note: self.note,
        })
    }
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Batch {
    items: Vec<Fixed>,
}
touch_batch!(Batch);

#[derive(Debug, PartialEq, BinaryMessage)]
struct StatusTagged {
    #[binary(id = 1)]
    code: u32,
    #[binary(id = 2)]
    text: String,
}
touch_status!(StatusTagged);

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
struct LevelTagged {
    #[binary(id = 1)]
    price: f64,
    #[binary(id = 2)]
    quantity: f64,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct MarketTagged {
    #[binary(id = 1)]
    symbol: String,
    #[binary(id = 2)]
    venue: String,
    #[binary(id = 3)]
    sequence: u64,
    #[binary(id = 4)]
    time: i64,
    #[binary(id = 5)]
    best_bid: LevelTagged,
    #[binary(id = 6)]
    best_ask: LevelTagged,
    #[binary(id = 7)]
    bids: Vec<LevelTagged>,
    #[binary(id = 8)]
    asks: Vec<LevelTagged>,
    #[binary(id = 9)]
    conditions: Vec<String>,
    #[binary(id = 10)]
    note: Option<String>,
}
touch_market!(MarketTagged);

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

fn status_tagged() -> StatusTagged {
    let shapes::Status { code, text } = shapes::status();
    StatusTagged { code, text }
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
        best_bid: level(market.best_bid),
        best_ask: level(market.best_ask),
        bids: market.bids.into_iter().map(level).collect(),
        asks: market.asks.into_iter().map(level).collect(),
        conditions: market.conditions,
        note: market.note,
    }
}

fn market_tagged() -> MarketTagged {
    let level = |shapes::Level { price, quantity }| LevelTagged { price, quantity };
    let market = shapes::market();
    MarketTagged {
        symbol: market.symbol,
        venue: market.venue,
        sequence: market.sequence,
        time: market.time,
        best_bid: level(market.best_bid),
        best_ask: level(market.best_ask),
        bids: market.bids.into_iter().map(level).collect(),
        asks: market.asks.into_iter().map(level).collect(),
        conditions: market.conditions,
        note: market.note,
    }
}

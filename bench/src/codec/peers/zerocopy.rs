//! zerocopy 0.8: a struct that is its bytes.
//!
//! It has no strings and one open end for each type. So it encodes what has a fixed size; the market message in place
//! is a head with the lengths, and behind it what they count.

use bytes::Bytes;
use zerocopy::little_endian::{F32, F64, I64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::case::Codec;
use crate::shapes::{self, Shape};
use crate::touch::{self, MarketFields, Touch, touch_batch, touch_fixed};

pub(crate) fn codec() -> Codec {
    Codec::peer("zerocopy")
        .owned(Shape::Fixed, fixed, encode_fixed, decode_fixed)
        .owned(Shape::Batch, batch, encode_batch, decode_batch)
        .borrowed(Shape::Status, || (), write_status, read_status)
        .borrowed(Shape::Market, || (), write_market, read_market)
}

#[derive(Debug, Clone, Copy, PartialEq, FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned)]
#[repr(C)]
struct Fixed {
    x: F32,
    y: F32,
    z: F32,
    w: F32,
}
touch_fixed!(Fixed);

#[inline(never)]
fn encode_fixed(value: &Fixed, buffer: &mut [u8]) -> usize {
    value.write_to_prefix(buffer).unwrap();
    size_of::<Fixed>()
}

#[inline(never)]
fn decode_fixed(bytes: &Bytes) -> Fixed {
    Fixed::read_from_bytes(bytes).unwrap()
}

#[derive(Debug, PartialEq)]
struct Batch {
    items: Vec<Fixed>,
}
touch_batch!(Batch);

#[inline(never)]
fn encode_batch(value: &Batch, buffer: &mut [u8]) -> usize {
    value.items.write_to_prefix(buffer).unwrap();
    size_of_val(value.items.as_slice())
}

#[inline(never)]
fn decode_batch(bytes: &Bytes) -> Batch {
    Batch { items: <[Fixed]>::ref_from_bytes(bytes).unwrap().to_vec() }
}

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct StatusInPlace {
    code: U32,
    text: [u8],
}

#[inline(never)]
fn read_status(bytes: &Bytes) -> u64 {
    let view = StatusInPlace::ref_from_bytes(bytes).unwrap();
    touch::status(view.code.get(), text(&view.text))
}

#[derive(Clone, Copy, FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned)]
#[repr(C)]
struct Level {
    price: F64,
    quantity: F64,
}

impl Level {
    fn pair(&self) -> [f64; 2] {
        [self.price.get(), self.quantity.get()]
    }
}

#[derive(FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned)]
#[repr(C)]
struct MarketHead {
    sequence: U64,
    time: I64,
    best_bid: Level,
    best_ask: Level,
    bids: U32,
    asks: U32,
    conditions: U32,
    symbol_bytes: U32,
    venue_bytes: U32,
    /// All ones: there is no note.
    note_bytes: U32,
}

struct MarketInPlace<'a> {
    head: &'a MarketHead,
    bids: &'a [Level],
    asks: &'a [Level],
    condition_bytes: &'a [U32],
    symbol: &'a str,
    venue: &'a str,
    note: Option<&'a str>,
    conditions: &'a [u8],
}

impl<'a> MarketInPlace<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = MarketHead::ref_from_prefix(bytes).ok()?;
        let (bids, rest) = <[Level]>::ref_from_prefix_with_elems(rest, size(head.bids)?).ok()?;
        let (asks, rest) = <[Level]>::ref_from_prefix_with_elems(rest, size(head.asks)?).ok()?;
        let (condition_bytes, rest) =
            <[U32]>::ref_from_prefix_with_elems(rest, size(head.conditions)?).ok()?;
        let (symbol, rest) = rest.split_at_checked(size(head.symbol_bytes)?)?;
        let (venue, rest) = rest.split_at_checked(size(head.venue_bytes)?)?;
        let note_bytes = if head.note_bytes == NO_NOTE { 0 } else { size(head.note_bytes)? };
        let (note, conditions) = rest.split_at_checked(note_bytes)?;
        Some(Self {
            head,
            bids,
            asks,
            condition_bytes,
            symbol: text(symbol),
            venue: text(venue),
            note: (head.note_bytes != NO_NOTE).then(|| text(note)),
            conditions,
        })
    }
}

impl Touch for MarketInPlace<'_> {
    #[inline]
    fn touch(&self) -> u64 {
        let mut rest = self.conditions;
        let condition = |length: &U32| {
            let (condition, behind) = rest.split_at(size(*length).unwrap());
            rest = behind;
            text(condition)
        };
        touch::market(MarketFields {
            symbol: self.symbol,
            venue: self.venue,
            sequence: self.head.sequence.get(),
            time: self.head.time.get(),
            best: [self.head.best_bid.pair(), self.head.best_ask.pair()],
            bids: self.bids.iter().map(Level::pair),
            asks: self.asks.iter().map(Level::pair),
            conditions: self.condition_bytes.iter().map(condition),
            note: self.note,
        })
    }
}

#[inline(never)]
fn read_market(bytes: &Bytes) -> u64 {
    MarketInPlace::of(bytes).unwrap().touch()
}

fn size(number: U32) -> Option<usize> {
    usize::try_from(number.get()).ok()
}

#[inline]
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn fixed() -> Fixed {
    in_place(shapes::fixed())
}

fn batch() -> Batch {
    Batch { items: shapes::batch().items.into_iter().map(in_place).collect() }
}

fn in_place(shapes::Fixed { x, y, z, w }: shapes::Fixed) -> Fixed {
    Fixed { x: x.into(), y: y.into(), z: z.into(), w: w.into() }
}

/// Makes the bytes for the view, unmeasured.
fn write_status((): &(), buffer: &mut [u8]) -> usize {
    let status = shapes::status();
    put(&[U32::new(status.code).as_bytes(), status.text.as_bytes()], buffer)
}

/// Makes the bytes for the view, unmeasured.
fn write_market((): &(), buffer: &mut [u8]) -> usize {
    let market = shapes::market();
    let length = |length: usize| U32::new(u32::try_from(length).unwrap());
    let level = |level: &shapes::Level| Level { price: level.price.into(), quantity: level.quantity.into() };
    let head = MarketHead {
        sequence: market.sequence.into(),
        time: market.time.into(),
        best_bid: level(&market.best_bid),
        best_ask: level(&market.best_ask),
        bids: length(market.bids.len()),
        asks: length(market.asks.len()),
        conditions: length(market.conditions.len()),
        symbol_bytes: length(market.symbol.len()),
        venue_bytes: length(market.venue.len()),
        note_bytes: market.note.as_ref().map_or(NO_NOTE, |note| length(note.len())),
    };
    let levels: Vec<Level> = market.bids.iter().chain(&market.asks).map(level).collect();
    let conditions: Vec<U32> = market.conditions.iter().map(|condition| length(condition.len())).collect();
    let texts = [market.symbol, market.venue, market.note.unwrap_or_default(), market.conditions.concat()];
    put(&[head.as_bytes(), levels.as_bytes(), conditions.as_bytes(), texts.concat().as_bytes()], buffer)
}

fn put(pieces: &[&[u8]], buffer: &mut [u8]) -> usize {
    let bytes = pieces.concat();
    buffer[..bytes.len()].copy_from_slice(&bytes);
    bytes.len()
}

const NO_NOTE: U32 = U32::new(u32::MAX);

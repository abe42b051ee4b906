//! deku 0.20, without its bit fields, which no message here needs and which make everything slower.
//!
//! Numbers are in native order, which saves deku a choice; lengths and counts are fields, as it wants them; a string is
//! read by a function, as it has none.

use bytes::Bytes;
use deku::ctx::ReadExact;
use deku::no_std_io::{Read, Seek, Write};
use deku::reader::Reader;
use deku::writer::Writer;
use deku::{
    DekuContainerRead, DekuContainerWrite, DekuError, DekuRead, DekuReader, DekuWrite, DekuWriter,
    deku_derive,
};

use crate::case::{Codec, named_functions};
use crate::shapes::{self, Shape};
use crate::touch::{touch_batch, touch_fixed, touch_market, touch_status};

pub(crate) fn codec() -> Codec {
    Codec::peer("deku")
        .owned(Shape::Fixed, fixed, encode_fixed, decode_fixed)
        .owned(Shape::Status, status, encode_status, decode_status)
        .owned(Shape::Market, market, encode_market, decode_market)
        .owned(Shape::Batch, batch, encode_batch, decode_batch)
}

named_functions! {
    encode_fixed, decode_fixed: Fixed;
    encode_status, decode_status: Status;
    encode_market, decode_market: Market;
    encode_batch, decode_batch: Batch;
}

#[inline]
fn encode<T: DekuContainerWrite>(value: &T, buffer: &mut [u8]) -> usize {
    value.to_slice(buffer).unwrap()
}

#[inline]
fn decode<T: for<'a> DekuContainerRead<'a>>(bytes: &Bytes) -> T {
    let ((rest, _), value) = T::from_bytes((bytes, 0)).unwrap();
    assert!(rest.is_empty());
    value
}

#[derive(Debug, Clone, Copy, PartialEq, DekuRead, DekuWrite)]
struct Fixed {
    x: f32,
    y: f32,
    z: f32,
    w: f32,
}
touch_fixed!(Fixed);

#[derive(Debug, PartialEq, DekuRead, DekuWrite)]
struct Status {
    code: u32,
    #[deku(reader = "read_text(deku::reader)", writer = "write_text(text, deku::writer)")]
    text: String,
}
touch_status!(Status);

#[derive(Debug, Clone, Copy, PartialEq, DekuRead, DekuWrite)]
struct Level {
    price: f64,
    quantity: f64,
}

#[deku_derive(DekuRead, DekuWrite)]
#[derive(Debug, PartialEq)]
struct Market {
    #[deku(reader = "read_text(deku::reader)", writer = "write_text(symbol, deku::writer)")]
    symbol: String,
    #[deku(reader = "read_text(deku::reader)", writer = "write_text(venue, deku::writer)")]
    venue: String,
    sequence: u64,
    time: i64,
    best_bid: Level,
    best_ask: Level,
    #[deku(temp, temp_value = "count(bids)")]
    bid_count: u32,
    #[deku(count = "bid_count")]
    bids: Vec<Level>,
    #[deku(temp, temp_value = "count(asks)")]
    ask_count: u32,
    #[deku(count = "ask_count")]
    asks: Vec<Level>,
    #[deku(reader = "read_texts(deku::reader)", writer = "write_texts(conditions, deku::writer)")]
    conditions: Vec<String>,
    #[deku(reader = "read_optional(deku::reader)", writer = "write_optional(note, deku::writer)")]
    note: Option<String>,
}
touch_market!(Market);

#[deku_derive(DekuRead, DekuWrite)]
#[derive(Debug, PartialEq)]
struct Batch {
    #[deku(temp, temp_value = "count(items)")]
    item_count: u32,
    #[deku(count = "item_count")]
    items: Vec<Fixed>,
}
touch_batch!(Batch);

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap()
}

fn read_text<R: Read + Seek>(reader: &mut Reader<R>) -> Result<String, DekuError> {
    let length = u32::from_reader_with_ctx(reader, ())?;
    let bytes = Vec::from_reader_with_ctx(reader, ReadExact(usize::try_from(length).unwrap()))?;
    Ok(String::from_utf8(bytes).unwrap())
}

fn write_text<W: Write + Seek>(text: &str, writer: &mut Writer<W>) -> Result<(), DekuError> {
    count(text.as_bytes()).to_writer(writer, ())?;
    writer.write_bytes(text.as_bytes())
}

fn read_texts<R: Read + Seek>(reader: &mut Reader<R>) -> Result<Vec<String>, DekuError> {
    let count = u32::from_reader_with_ctx(reader, ())?;
    (0..count).map(|_| read_text(reader)).collect()
}

fn write_texts<W: Write + Seek>(texts: &[String], writer: &mut Writer<W>) -> Result<(), DekuError> {
    count(texts).to_writer(writer, ())?;
    texts.iter().try_for_each(|text| write_text(text, writer))
}

fn read_optional<R: Read + Seek>(reader: &mut Reader<R>) -> Result<Option<String>, DekuError> {
    bool::from_reader_with_ctx(reader, ())?.then(|| read_text(reader)).transpose()
}

fn write_optional<W: Write + Seek>(text: &Option<String>, writer: &mut Writer<W>) -> Result<(), DekuError> {
    text.is_some().to_writer(writer, ())?;
    text.iter().try_for_each(|text| write_text(text, writer))
}

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
        best_bid: level(market.best_bid),
        best_ask: level(market.best_ask),
        bids: market.bids.into_iter().map(level).collect(),
        asks: market.asks.into_iter().map(level).collect(),
        conditions: market.conditions,
        note: market.note,
    }
}

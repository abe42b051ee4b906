//! The floor: the same number of bytes moved, and the same allocations made, by code that knows every length beforehand.
//!
//! Nothing is checked and nothing is understood, so no codec can do the work in less.

use bytes::Bytes;

use crate::case::{Codec, Role};
use crate::shapes::{self, CONDITIONS, NOTE, SYMBOL, Shape, TEXT, VENUE};

pub(crate) fn codec() -> Codec {
    Codec::new("memcpy", Role::Floor)
        .opaque(Shape::Fixed, fixed, encode_fixed, decode_fixed, fixed)
        .opaque(Shape::Status, status, encode, decode_status, status_pieces)
        .opaque(Shape::Market, market, encode, decode_market, market_pieces)
        .opaque(Shape::Batch, batch, encode, decode_batch, batch)
}

#[inline(never)]
fn encode_fixed(value: &[u8; 16], buffer: &mut [u8]) -> usize {
    *buffer.first_chunk_mut().unwrap() = *value;
    value.len()
}

#[inline(never)]
fn decode_fixed(bytes: &Bytes) -> [u8; 16] {
    *bytes.first_chunk().unwrap()
}

/// A whole message in one piece: encoding is one copy.
#[derive(Debug, PartialEq)]
struct Whole(Vec<u8>);

#[inline(never)]
fn encode(Whole(bytes): &Whole, buffer: &mut [u8]) -> usize {
    buffer[..bytes.len()].copy_from_slice(bytes);
    bytes.len()
}

#[inline(never)]
fn decode_status(bytes: &Bytes) -> StatusPieces {
    let (numbers, mut rest) = bytes.split_first_chunk().unwrap();
    StatusPieces { numbers: *numbers, text: piece::<{ TEXT.len() }>(&mut rest) }
}

#[inline(never)]
fn decode_market(bytes: &Bytes) -> MarketPieces {
    let (numbers, mut rest) = bytes.split_first_chunk().unwrap();
    MarketPieces {
        numbers: *numbers,
        symbol: piece::<{ SYMBOL.len() }>(&mut rest),
        venue: piece::<{ VENUE.len() }>(&mut rest),
        bids: piece::<LEVELS_BYTES>(&mut rest),
        asks: piece::<LEVELS_BYTES>(&mut rest),
        conditions: vec![
            piece::<{ CONDITIONS[0].len() }>(&mut rest),
            piece::<{ CONDITIONS[1].len() }>(&mut rest),
            piece::<{ CONDITIONS[2].len() }>(&mut rest),
        ],
        note: piece::<{ NOTE.len() }>(&mut rest),
    }
}

#[inline(never)]
fn decode_batch(bytes: &Bytes) -> Whole {
    Whole(bytes.to_vec())
}

/// What an owned status holds: the numbers in place, the text on the heap.
#[derive(Debug, PartialEq)]
struct StatusPieces {
    numbers: [u8; STATUS_NUMBERS_BYTES],
    text: Vec<u8>,
}

/// What an owned market message holds, allocation for allocation.
#[derive(Debug, PartialEq)]
struct MarketPieces {
    numbers: [u8; MARKET_NUMBERS_BYTES],
    symbol: Vec<u8>,
    venue: Vec<u8>,
    bids: Vec<u8>,
    asks: Vec<u8>,
    conditions: Vec<Vec<u8>>,
    note: Vec<u8>,
}

fn piece<const N: usize>(rest: &mut &[u8]) -> Vec<u8> {
    let (piece, behind) = rest.split_first_chunk::<N>().unwrap();
    *rest = behind;
    piece.to_vec()
}

fn fixed() -> [u8; 16] {
    std::array::from_fn(|index| u8::try_from(index).unwrap())
}

fn status() -> Whole {
    Whole([&[7; STATUS_NUMBERS_BYTES], TEXT.as_bytes()].concat())
}

fn status_pieces() -> StatusPieces {
    StatusPieces { numbers: [7; STATUS_NUMBERS_BYTES], text: TEXT.into() }
}

fn market() -> Whole {
    let texts = [SYMBOL, VENUE].concat();
    let more_texts = [CONDITIONS.concat().as_str(), NOTE].concat();
    let pieces =
        [&[7; MARKET_NUMBERS_BYTES], texts.as_bytes(), &[8; 2 * LEVELS_BYTES], more_texts.as_bytes()];
    Whole(pieces.concat())
}

fn market_pieces() -> MarketPieces {
    MarketPieces {
        numbers: [7; MARKET_NUMBERS_BYTES],
        symbol: SYMBOL.into(),
        venue: VENUE.into(),
        bids: vec![8; LEVELS_BYTES],
        asks: vec![8; LEVELS_BYTES],
        conditions: CONDITIONS.map(Vec::from).to_vec(),
        note: NOTE.into(),
    }
}

fn batch() -> Whole {
    Whole(vec![7; 16 * shapes::batch().items.len() + 4])
}

/// The code, and the length of the text.
const STATUS_NUMBERS_BYTES: usize = 8;

/// Sequence, time and the two best levels, nine lengths and the flag of the note.
const MARKET_NUMBERS_BYTES: usize = 48 + 9 * 4 + 1;

const LEVELS_BYTES: usize = 5 * 16;

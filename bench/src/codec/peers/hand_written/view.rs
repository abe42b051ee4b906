use bytes::Bytes;

use crate::shapes::{Fixed, Level, StatusRef};
use crate::touch::{self, MarketFields, Touch};

#[inline(never)]
pub(super) fn status(bytes: &Bytes) -> u64 {
    status_of(bytes).unwrap().touch()
}

#[inline(never)]
pub(super) fn market(bytes: &Bytes) -> u64 {
    MarketView::of(bytes).unwrap().touch()
}

pub(super) fn status_of(bytes: &[u8]) -> Option<StatusRef<'_>> {
    let mut reader = Reader { rest: bytes };
    let (code, text) = (u32::from_le_bytes(reader.array()?), reader.text()?);
    reader.end()?;
    Some(StatusRef { code, text })
}

/// A market message in its bytes. Levels and conditions are found when they are asked for.
pub(super) struct MarketView<'a> {
    pub(super) symbol: &'a str,
    pub(super) venue: &'a str,
    pub(super) sequence: u64,
    pub(super) time: i64,
    pub(super) best_bid: Level,
    pub(super) best_ask: Level,
    pub(super) bids: &'a [[u8; 16]],
    pub(super) asks: &'a [[u8; 16]],
    pub(super) conditions: Texts<'a>,
    pub(super) note: Option<&'a str>,
}

impl<'a> MarketView<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { rest: bytes };
        let view = Self {
            symbol: reader.text()?,
            venue: reader.text()?,
            sequence: u64::from_le_bytes(reader.array()?),
            time: i64::from_le_bytes(reader.array()?),
            best_bid: level_of(reader.array()?),
            best_ask: level_of(reader.array()?),
            bids: reader.chunks()?,
            asks: reader.chunks()?,
            conditions: reader.texts()?,
            note: if reader.flag()? { Some(reader.text()?) } else { None },
        };
        reader.end()?;
        Some(view)
    }
}

impl Touch for MarketView<'_> {
    #[inline]
    fn touch(&self) -> u64 {
        let pair = |bytes: &[u8; 16]| {
            let Level { price, quantity } = level_of(*bytes);
            [price, quantity]
        };
        touch::market(MarketFields {
            symbol: self.symbol,
            venue: self.venue,
            sequence: self.sequence,
            time: self.time,
            best: [self.best_bid, self.best_ask].map(|level| [level.price, level.quantity]),
            bids: self.bids.iter().map(pair),
            asks: self.asks.iter().map(pair),
            conditions: self.conditions.clone(),
            note: self.note,
        })
    }
}

/// Texts one behind the other, known to be texts.
#[derive(Clone)]
pub(super) struct Texts<'a> {
    count: usize,
    reader: Reader<'a>,
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        self.count = self.count.checked_sub(1)?;
        // Only here a text is checked: the view has found where it ends, and nobody may have asked for it.
        Some(self.reader.text().expect("a text in UTF-8"))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

#[derive(Clone)]
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*array)
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// A list of values of 16 bytes.
    pub(super) fn chunks(&mut self) -> Option<&'a [[u8; 16]]> {
        let bytes = self.length()?.checked_mul(16)?;
        Some(self.bytes(bytes)?.as_chunks().0)
    }

    fn texts(&mut self) -> Option<Texts<'a>> {
        let count = self.length()?;
        let texts = Texts { count, reader: self.clone() };
        for _ in 0..count {
            let length = self.length()?;
            self.bytes(length)?;
        }
        Some(texts)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.array()? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    pub(super) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}

pub(super) fn fixed_of(bytes: [u8; 16]) -> Fixed {
    let [x, y, z, w] = chunks_of(bytes).map(f32::from_le_bytes);
    Fixed { x, y, z, w }
}

pub(super) fn level_of(bytes: [u8; 16]) -> Level {
    let [price, quantity] = chunks_of(bytes).map(f64::from_le_bytes);
    Level { price, quantity }
}

fn chunks_of<const COUNT: usize, const SIZE: usize>(bytes: [u8; 16]) -> [[u8; SIZE]; COUNT] {
    bytes.as_chunks().0.try_into().expect("16 bytes are these chunks")
}

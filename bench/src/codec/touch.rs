//! Reads every field of a value, whoever decoded it.
//!
//! A view that was made but not read has cost nothing yet. So each borrowed decode ends in the same function, which
//! takes every number, and of every text its length, its first byte and its last one. Its result also tells whether a
//! codec gave back what it was given.

/// A value that can be read to its last field.
pub(crate) trait Touch {
    /// A sum over all fields. That it may overflow, and does, is no loss.
    fn touch(&self) -> u64;
}

/// The fields of a market message, from wherever they lie.
pub(crate) struct MarketFields<'a, Bids, Asks, Texts> {
    pub(crate) symbol: &'a str,
    pub(crate) venue: &'a str,
    pub(crate) sequence: u64,
    pub(crate) time: i64,
    pub(crate) best: [[f64; 2]; 2],
    pub(crate) bids: Bids,
    pub(crate) asks: Asks,
    pub(crate) conditions: Texts,
    pub(crate) note: Option<&'a str>,
}

#[inline]
pub(crate) fn fixed(numbers: [f32; 4]) -> u64 {
    numbers
        .into_iter()
        .zip(1..)
        .fold(0, |sum, (number, turn)| sum.wrapping_add(u64::from(number.to_bits()).rotate_left(turn)))
}

#[inline]
pub(crate) fn status(code: u32, content: &str) -> u64 {
    u64::from(code).wrapping_add(text(content).rotate_left(32))
}

#[inline]
pub(crate) fn market<'a, Bids, Asks, Texts>(fields: MarketFields<'a, Bids, Asks, Texts>) -> u64
where
    Bids: Iterator<Item = [f64; 2]>,
    Asks: Iterator<Item = [f64; 2]>,
    Texts: Iterator<Item = &'a str>,
{
    let [bid, ask] = fields.best;
    // Each field is turned by another number of bits, or two of them could change places unnoticed.
    [
        text(fields.symbol),
        text(fields.venue),
        fields.sequence,
        fields.time.cast_unsigned(),
        level(bid),
        level(ask),
        fields.bids.map(level).fold(0, u64::wrapping_add),
        fields.asks.map(level).fold(0, u64::wrapping_add),
        fields.conditions.map(text).fold(0, u64::wrapping_add),
        fields.note.map_or(1, text),
    ]
    .into_iter()
    .zip(1..)
    .fold(0, |sum, (field, turn)| sum.wrapping_add(field.rotate_left(turn)))
}

#[inline]
fn level([price, quantity]: [f64; 2]) -> u64 {
    price.to_bits().wrapping_add(quantity.to_bits().rotate_left(1))
}

#[inline]
fn text(text: &str) -> u64 {
    let byte = |byte: Option<&u8>| u64::from(byte.copied().unwrap_or_default());
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    length.wrapping_add(byte(text.as_bytes().first()) << 16).wrapping_add(byte(text.as_bytes().last()) << 24)
}

/// Lets a struct with the usual field names be touched.
macro_rules! touch_fixed {
    ($type:ty) => {
        impl $crate::touch::Touch for $type {
            #[inline]
            fn touch(&self) -> u64 {
                $crate::touch::fixed([self.x, self.y, self.z, self.w].map(f32::from))
            }
        }
    };
}

macro_rules! touch_status {
    ($type:ty) => {
        impl $crate::touch::Touch for $type {
            #[inline]
            fn touch(&self) -> u64 {
                $crate::touch::status(u32::from(self.code), &self.text)
            }
        }
    };
}

macro_rules! touch_market {
    ($type:ty) => {
        impl $crate::touch::Touch for $type {
            #[inline]
            fn touch(&self) -> u64 {
                // Little-endian numbers in place are types of their own; `from` reads them, and plain ones alike.
                macro_rules! pair {
                    ($level:expr) => {
                        [f64::from($level.price), f64::from($level.quantity)]
                    };
                }
                $crate::touch::market($crate::touch::MarketFields {
                    symbol: &self.symbol,
                    venue: &self.venue,
                    sequence: u64::from(self.sequence),
                    time: i64::from(self.time),
                    best: [pair!(self.best_bid), pair!(self.best_ask)],
                    bids: self.bids.iter().map(|level| pair!(level)),
                    asks: self.asks.iter().map(|level| pair!(level)),
                    conditions: self.conditions.iter().map(|condition| &**condition),
                    note: self.note.as_deref(),
                })
            }
        }
    };
}

macro_rules! touch_batch {
    ($type:ty) => {
        impl $crate::touch::Touch for $type {
            #[inline]
            fn touch(&self) -> u64 {
                self.items.iter().fold(0, |sum, item| sum.wrapping_add($crate::touch::Touch::touch(item)))
            }
        }
    };
}

pub(crate) use {touch_batch, touch_fixed, touch_market, touch_status};

#[cfg(test)]
mod tests {
    use super::Touch;
    use crate::shapes::{self, Market};

    #[test]
    fn a_change_of_any_field_shows() {
        let changes: [fn(&mut Market); 10] = [
            |market| market.symbol.push('x'),
            |market| market.venue.replace_range(0..1, "x"),
            |market| market.sequence += 1,
            |market| market.time -= 1,
            |market| market.best_bid.price += 1.0,
            |market| market.best_ask.quantity += 1.0,
            |market| market.bids[4].price += 1.0,
            |market| market.asks[0].quantity += 1.0,
            |market| market.conditions[2].push('x'),
            |market| market.note = None,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut changed = shapes::market();
            change(&mut changed);
            assert_ne!(changed.touch(), shapes::market().touch(), "change {number}");
        }
    }

    #[test]
    fn fields_that_changed_places_show() {
        let mut changed = shapes::market();
        std::mem::swap(&mut changed.bids, &mut changed.asks);
        assert_ne!(changed.touch(), shapes::market().touch());
    }
}

use bytes::Bytes;

use super::view::{MarketView, Reader, fixed_of, level_of, status_of};
use crate::shapes::{Batch, Fixed, Level, Market, Status};

#[inline(never)]
pub(super) fn fixed(bytes: &Bytes) -> Fixed {
    fixed_of(bytes[..].try_into().unwrap())
}

#[inline(never)]
pub(super) fn status(bytes: &Bytes) -> Status {
    let view = status_of(bytes).unwrap();
    Status { code: view.code, text: view.text.to_owned() }
}

/// Everything is found and checked before anything is allocated.
#[inline(never)]
pub(super) fn market(bytes: &Bytes) -> Market {
    let view = MarketView::of(bytes).unwrap();
    Market {
        symbol: view.symbol.to_owned(),
        venue: view.venue.to_owned(),
        sequence: view.sequence,
        time: view.time,
        best_bid: view.best_bid,
        best_ask: view.best_ask,
        bids: levels(view.bids),
        asks: levels(view.asks),
        conditions: view.conditions.map(str::to_owned).collect(),
        note: view.note.map(str::to_owned),
    }
}

#[inline(never)]
pub(super) fn batch(bytes: &Bytes) -> Batch {
    batch_of(bytes).unwrap()
}

fn batch_of(bytes: &[u8]) -> Option<Batch> {
    let mut reader = Reader { rest: bytes };
    let items = reader.chunks()?;
    reader.end()?;
    Some(Batch { items: items.iter().copied().map(fixed_of).collect() })
}

fn levels(levels: &[[u8; 16]]) -> Vec<Level> {
    levels.iter().copied().map(level_of).collect()
}

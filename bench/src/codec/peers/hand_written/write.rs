use crate::shapes::{Batch, Fixed, Level, Market, Status};

#[inline(never)]
pub(super) fn fixed(value: &Fixed, buffer: &mut [u8]) -> usize {
    *buffer.first_chunk_mut().unwrap() = fixed_bytes(value);
    16
}

#[inline(never)]
pub(super) fn status(value: &Status, buffer: &mut [u8]) -> usize {
    let bytes = 8 + value.text.len();
    let mut writer = Writer { rest: &mut buffer[..bytes] };
    writer.array(value.code.to_le_bytes());
    writer.text(&value.text);
    bytes
}

#[inline(never)]
pub(super) fn market(value: &Market, buffer: &mut [u8]) -> usize {
    let bytes = market_bytes(value);
    let mut writer = Writer { rest: &mut buffer[..bytes] };
    writer.text(&value.symbol);
    writer.text(&value.venue);
    writer.array(value.sequence.to_le_bytes());
    writer.array(value.time.to_le_bytes());
    writer.array(level_bytes(&value.best_bid));
    writer.array(level_bytes(&value.best_ask));
    writer.list(&value.bids, level_bytes);
    writer.list(&value.asks, level_bytes);
    writer.length(value.conditions.len());
    for condition in &value.conditions {
        writer.text(condition);
    }
    writer.array([u8::from(value.note.is_some())]);
    if let Some(note) = &value.note {
        writer.text(note);
    }
    bytes
}

#[inline(never)]
pub(super) fn batch(value: &Batch, buffer: &mut [u8]) -> usize {
    let bytes = 4 + 16 * value.items.len();
    Writer { rest: &mut buffer[..bytes] }.list(&value.items, fixed_bytes);
    bytes
}

fn market_bytes(value: &Market) -> usize {
    let conditions: usize = value.conditions.iter().map(|condition| 4 + condition.len()).sum();
    let note = value.note.as_ref().map_or(0, |note| 4 + note.len());
    let levels = 16 * (value.bids.len() + value.asks.len());
    // The numbers and lengths that are always there, and the flag of the note.
    48 + 5 * 4 + 1 + value.symbol.len() + value.venue.len() + levels + conditions + note
}

/// Exactly the bytes of the message: the length is asked of the buffer once, in one place.
struct Writer<'a> {
    rest: &'a mut [u8],
}

impl<'a> Writer<'a> {
    #[inline]
    fn bytes(&mut self, count: usize) -> &'a mut [u8] {
        let (bytes, rest) = std::mem::take(&mut self.rest).split_at_mut(count);
        self.rest = rest;
        bytes
    }

    #[inline]
    fn array<const N: usize>(&mut self, array: [u8; N]) {
        self.bytes(N).copy_from_slice(&array);
    }

    #[inline]
    fn length(&mut self, length: usize) {
        self.array(u32::try_from(length).unwrap().to_le_bytes());
    }

    #[inline]
    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.bytes(text.len()).copy_from_slice(text.as_bytes());
    }

    /// Values of 16 bytes each: one look at the length for all of them.
    #[inline]
    fn list<T>(&mut self, items: &[T], bytes_of: fn(&T) -> [u8; 16]) {
        self.length(items.len());
        let chunks = self.bytes(16 * items.len()).as_chunks_mut().0;
        for (chunk, item) in chunks.iter_mut().zip(items) {
            *chunk = bytes_of(item);
        }
    }
}

#[inline]
fn fixed_bytes(value: &Fixed) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (four, number) in bytes.as_chunks_mut().0.iter_mut().zip([value.x, value.y, value.z, value.w]) {
        *four = number.to_le_bytes();
    }
    bytes
}

#[inline]
fn level_bytes(level: &Level) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (eight, number) in bytes.as_chunks_mut().0.iter_mut().zip([level.price, level.quantity]) {
        *eight = number.to_le_bytes();
    }
    bytes
}

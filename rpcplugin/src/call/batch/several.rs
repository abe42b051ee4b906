//! Small messages behind each other, each with what stands before it on a wire.

use bytes::{Buf, Bytes, BytesMut};

use crate::call::{Framing, SizeLimit};
use crate::contract::Status;

/// Has a message written behind others, and hands on its length. One that fails, or panics, leaves nothing.
#[inline]
pub(super) fn append(
    tail: &mut BytesMut,
    framing: Framing,
    limit: SizeLimit,
    encode: impl FnOnce(&mut BytesMut) -> Result<(), Status>,
) -> Result<usize, Status> {
    let start = tail.len();
    let unfinished = &mut Unfinished { tail, whole: start };
    framing.append(0, unfinished.tail);
    let begin = unfinished.tail.len();
    encode(unfinished.tail)?;
    let length = unfinished.tail.len().checked_sub(begin).ok_or_else(took_away)?;
    framing.put(limit.check(length)?, unfinished.tail.get_mut(start..).unwrap_or_default());
    unfinished.whole = unfinished.tail.len();
    Ok(length)
}

/// Puts a message behind others.
pub(super) fn copy(tail: &mut BytesMut, framing: Framing, length: u32, message: &[u8]) {
    framing.append(length, tail);
    tail.extend_from_slice(message);
}

/// The first of several messages of the binary wire. That they are whole was seen when they came.
pub(crate) fn next_of(messages: &mut Bytes) -> Bytes {
    let length = length_of_first(messages);
    messages.split_to(length)
}

/// The same, looked at where it lies: it is the first bytes of those that `take` gets, so many of them.
#[inline]
pub(super) fn next_with<R>(messages: &mut Bytes, take: impl FnOnce(&Bytes, usize) -> R) -> R {
    let length = length_of_first(messages);
    let taken = Taken { messages, length };
    take(taken.messages, length)
}

/// The end of those messages that go together in so many bytes, if they are more than one.
pub(super) fn together(messages: &[u8], room: usize) -> Option<usize> {
    let end_of = |start: usize| {
        let length = u32::from_le_bytes(*messages.get(start..)?.first_chunk()?);
        Some(start + size_of::<u32>() + usize::try_from(length).ok()?)
    };
    let first = end_of(0)?;
    if first >= messages.len() {
        return None;
    }
    if messages.len() <= room {
        return Some(messages.len());
    }
    let mut end = first;
    while let Some(next) = end_of(end).filter(|next| *next <= room) {
        end = next;
    }
    (end > first).then_some(end)
}

/// While a message is written. Then nothing is left of it, unless it is whole.
struct Unfinished<'a> {
    tail: &'a mut BytesMut,
    /// Where the last message ends that is whole.
    whole: usize,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        // Who took away from what was before leaves nothing that could be cut into messages.
        let whole = if self.tail.len() < self.whole { 0 } else { self.whole };
        self.tail.truncate(whole);
    }
}

#[cold]
fn took_away() -> Status {
    Status::internal("`Message::encode_into` took away bytes that were not its own; it may append only")
}

/// While a message is looked at. Then it is gone, also if that panics.
struct Taken<'a> {
    messages: &'a mut Bytes,
    length: usize,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.messages.advance(self.length);
    }
}

/// Takes the length away that stands before the first message.
#[inline]
fn length_of_first(messages: &mut Bytes) -> usize {
    let length = messages.try_get_u32_le().unwrap_or_default();
    usize::try_from(length).unwrap_or_default().min(messages.len())
}

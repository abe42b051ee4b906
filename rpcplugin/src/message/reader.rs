use std::str::Utf8Error;

use bytes::Bytes;

use super::depth::Depth;
use super::memory;
use super::{DecodeError, DecodeErrorKind};
use crate::limits::{DECODE_RESERVE_BYTES_MAX, ITEMS_WITHOUT_BYTES_MAX, MESSAGE_DEPTH_MAX};

/// Reads one message, front to back. No length in it is believed before the bytes are there.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    /// The outermost message, or what it is a part of, if its memory can be shared: what [`Bytes`] fields are slices of.
    whole: Option<&'a Bytes>,
    /// The bytes of the outermost message, which offsets count from.
    length: usize,
    /// What is left of the value that is being read.
    rest: &'a [u8],
    /// How many bytes of the outermost message come after `rest`.
    behind: usize,
    depth: Depth,
    /// Whether the message that is being read ends where `rest` ends, so that fields may be missing at its end.
    bounded: bool,
    /// Items that take no bytes and may still be read.
    items_without_bytes: usize,
    budget: Budget,
}

/// The memory that may still be taken.
#[derive(Debug, Clone, Copy)]
struct Budget {
    /// What may be reserved on the word of a count, in bytes. Beyond it memory grows only with items that were read.
    on_trust: usize,
    /// All that lists, maps and boxes may take, in bytes.
    total: usize,
    limit: usize,
}

impl<'a> Reader<'a> {
    /// For a message whose memory cannot be shared: what it owns is copied.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], memory_factor: usize) -> Self {
        let limit = bytes.len().saturating_mul(memory_factor).saturating_add(DECODE_RESERVE_BYTES_MAX);
        Self {
            whole: None,
            length: bytes.len(),
            rest: bytes,
            behind: 0,
            depth: Depth::TOP,
            bounded: false,
            items_without_bytes: ITEMS_WITHOUT_BYTES_MAX,
            budget: Budget { on_trust: DECODE_RESERVE_BYTES_MAX, total: limit, limit },
        }
    }

    /// For a message whose memory fields may share.
    #[inline]
    pub(super) fn sharing(bytes: &'a Bytes, memory_factor: usize) -> Self {
        Self { whole: Some(bytes), ..Self::new(bytes, memory_factor) }
    }

    /// For a message that is a part of `whole`, whose memory fields may share.
    #[inline]
    pub(super) fn part_of(bytes: &'a [u8], whole: &'a Bytes, memory_factor: usize) -> Self {
        Self { whole: Some(whole), ..Self::new(bytes, memory_factor) }
    }

    /// For the items of a list that were read before, within a message.
    #[inline]
    pub(super) fn of_items(bytes: &'a [u8]) -> Self {
        let reader = Self::new(bytes, usize::MAX);
        Self { depth: reader.depth.deeper().unwrap_or(reader.depth), ..reader }
    }

    /// Reads one message, the outermost or one within another.
    ///
    /// # Errors
    ///
    /// If a field cannot be read, or the message lies too deep.
    // As long as nobody asks for its address, the reader lies in registers: what every message does is never a call.
    #[inline(always)]
    pub fn message<T>(
        &mut self,
        fields: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        // Of the outermost message it is known where it ends: where the bytes do.
        self.message_that_ends(self.is_outermost(), fields)
    }

    /// Reads one message. `here` says whether it ends where the bytes end that the reader sees.
    #[inline(always)]
    pub(super) fn message_that_ends<T>(
        &mut self,
        here: bool,
        fields: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let (outside, bounded) = (self.depth, self.bounded);
        let Some(inside) = outside.deeper() else {
            return Err(too_deep(self.offset()));
        };
        self.depth = inside;
        self.bounded = here;
        let read = fields(self);
        self.depth = outside;
        self.bounded = bounded;
        read
    }

    /// How deep the value that is being read lies.
    #[inline]
    pub(super) fn depth(&self) -> Depth {
        self.depth
    }

    /// Whether no message was begun yet.
    #[inline]
    pub(super) fn is_outermost(&self) -> bool {
        self.depth.is_top()
    }

    /// Reads a value that takes exactly the next `length` bytes and sees no further.
    #[inline]
    pub(super) fn within<T>(
        &mut self,
        length: usize,
        value: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let Some((inside, after)) = self.rest.split_at_checked(length) else {
            return Err(self.truncated(length));
        };
        let behind = self.behind;
        self.rest = inside;
        self.behind = behind.saturating_add(after.len());
        let read = value(self);
        self.rest = after;
        self.behind = behind;
        read
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.truncated(length));
        };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn take_array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else {
            return Err(self.truncated(N));
        };
        self.rest = rest;
        Ok(*taken)
    }

    /// The bytes up to where another reader of them has come, which may have lived shorter; what it used up is used up.
    #[inline]
    pub(super) fn follow(&mut self, ahead: &Reader<'_>) -> Result<&'a [u8], DecodeError> {
        self.items_without_bytes = ahead.items_without_bytes;
        self.budget = ahead.budget;
        self.take(self.remaining().saturating_sub(ahead.remaining()))
    }

    /// The next bytes as a part of the message itself, without a copy where its memory can be shared.
    #[inline]
    pub(super) fn take_shared(&mut self, length: usize) -> Result<Bytes, DecodeError> {
        let taken = self.take(length)?;
        Ok(self.whole.map_or_else(|| Bytes::copy_from_slice(taken), |whole| whole.slice_ref(taken)))
    }

    // Called, it would take the reader out of its registers; and it is too long to be inlined without being told.
    #[inline(always)]
    pub(super) fn take_text(&mut self, length: usize) -> Result<&'a str, DecodeError> {
        let taken = self.take(length)?;
        match memory::text(taken) {
            Ok(text) => Ok(text),
            Err(error) => Err(no_text(self.offset().saturating_sub(length), error)),
        }
    }

    /// One byte that is 0 or 1.
    #[inline]
    pub(super) fn take_flag(&mut self) -> Result<bool, DecodeError> {
        match self.take_array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [found] => {
                let offset = self.offset().saturating_sub(1);
                Err(no_flag(offset, found))
            }
        }
    }

    #[inline]
    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// What is left, to be looked at.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Where the next byte lies in the outermost message.
    #[inline]
    pub(super) fn offset(&self) -> usize {
        self.length.saturating_sub(self.behind).saturating_sub(self.rest.len())
    }

    /// The same, for generated code.
    #[inline]
    #[must_use]
    pub fn position(&self) -> usize {
        self.offset()
    }

    /// Refuses a count, read at `offset`, of items that the remaining bytes cannot hold.
    #[inline]
    pub(super) fn allow_items(
        &mut self,
        count: usize,
        item_bytes_min: usize,
        offset: usize,
    ) -> Result<(), DecodeError> {
        let expected = self.remaining().checked_div(item_bytes_min).unwrap_or(self.items_without_bytes);
        if count > expected {
            return Err(other_count(offset, expected, count));
        }
        if item_bytes_min == 0 {
            self.items_without_bytes = self.items_without_bytes.saturating_sub(count);
        }
        Ok(())
    }

    /// Whether the end of the message that is being read is known, and reached: what a sender of an older version does
    /// not write is not there.
    #[inline]
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.bounded && self.rest.is_empty()
    }

    /// Refuses bytes behind the outermost message.
    #[inline]
    pub(super) fn end(&mut self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            found => Err(trailing(self.offset(), found)),
        }
    }

    /// Skips what a sender of a newer version wrote behind the fields that are known here.
    #[inline]
    pub(super) fn skip_rest(&mut self) {
        self.rest = &[];
    }

    /// Takes memory from the budget, for items that were read.
    #[inline]
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), DecodeError> {
        let Some(left) = self.budget.total.checked_sub(bytes) else {
            return Err(too_much_memory(self.offset(), self.budget.limit));
        };
        self.budget.total = left;
        Ok(())
    }

    /// A list with room for `count` items, or for as many as may be reserved on the word of a count.
    pub(super) fn list_for<T>(&mut self, count: usize) -> Vec<T> {
        let item = size_of::<T>();
        let most = self.budget.on_trust.checked_div(item).unwrap_or(count);
        let room = count.min(most);
        let bytes = room.saturating_mul(item);
        self.budget.on_trust = self.budget.on_trust.saturating_sub(bytes);
        Vec::with_capacity(room)
    }

    #[inline]
    pub(super) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::at(self.offset(), kind)
    }

    #[inline]
    pub(super) fn truncated(&self, expected: usize) -> DecodeError {
        truncated_at(self.length, self.behind, self.rest.len(), expected)
    }
}

// The errors are made of numbers, apart from where things are read: a reader that nobody takes the address of is kept in
// registers.

#[cold]
#[inline(never)]
fn truncated_at(length: usize, behind: usize, found: usize, expected: usize) -> DecodeError {
    let offset = length.saturating_sub(behind).saturating_sub(found);
    DecodeError::at(offset, DecodeErrorKind::Truncated { expected, found })
}

#[cold]
#[inline(never)]
fn trailing(offset: usize, found: usize) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::TrailingBytes { found })
}

#[cold]
#[inline(never)]
fn too_deep(offset: usize) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX })
}

#[cold]
#[inline(never)]
fn other_count(offset: usize, expected: usize, found: usize) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::Count { expected, found })
}

#[cold]
#[inline(never)]
fn too_much_memory(offset: usize, limit: usize) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::Memory { limit })
}

#[cold]
#[inline(never)]
fn no_flag(offset: usize, found: u8) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::Flag { found })
}

#[cold]
#[inline(never)]
fn no_text(start: usize, error: Utf8Error) -> DecodeError {
    DecodeError::at(start.saturating_add(error.valid_up_to()), DecodeErrorKind::Utf8)
}

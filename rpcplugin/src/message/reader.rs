use bytes::Bytes;

use super::depth::Depth;
use super::{DecodeError, DecodeErrorKind};
use crate::limits::{DECODE_RESERVE_BYTES_MAX, ITEMS_WITHOUT_BYTES_MAX, MESSAGE_DEPTH_MAX};

/// Reads one message, front to back. No length in it is believed before the bytes are there.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The outermost message as a whole: what offsets count in, and what [`Bytes`] fields are slices of.
    whole: &'a Bytes,
    /// What is left of the value that is being read.
    rest: &'a [u8],
    /// How many bytes of the outermost message come after `rest`.
    behind: usize,
    depth: Depth,
    /// Items that take no bytes and may still be read.
    items_without_bytes: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(whole: &'a Bytes) -> Self {
        let items_without_bytes = ITEMS_WITHOUT_BYTES_MAX;
        Self { whole, rest: whole, behind: 0, depth: Depth::TOP, items_without_bytes }
    }

    /// Reads one message, the outermost or one within another.
    ///
    /// # Errors
    ///
    /// If a field cannot be read, or the message lies too deep.
    #[inline]
    pub fn message<T>(
        &mut self,
        fields: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let outside = self.depth;
        let Some(inside) = outside.deeper() else {
            return Err(self.error(DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX }));
        };
        self.depth = inside;
        let read = fields(self);
        self.depth = outside;
        read
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

    /// The next bytes as a part of the message itself, without a copy.
    pub(super) fn take_shared(&mut self, length: usize) -> Result<Bytes, DecodeError> {
        let taken = self.take(length)?;
        Ok(self.whole.slice_ref(taken))
    }

    pub(super) fn take_text(&mut self, length: usize) -> Result<String, DecodeError> {
        let start = self.offset();
        match std::str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let offset = start.saturating_add(error.valid_up_to());
                Err(DecodeError::at(offset, DecodeErrorKind::Utf8))
            }
        }
    }

    /// One byte that is 0 or 1.
    #[inline]
    pub(super) fn take_flag(&mut self) -> Result<bool, DecodeError> {
        let offset = self.offset();
        match self.take_array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [found] => Err(DecodeError::at(offset, DecodeErrorKind::Flag { found })),
        }
    }

    #[inline]
    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Where the next byte lies in the outermost message.
    #[inline]
    pub(super) fn offset(&self) -> usize {
        self.whole.len().saturating_sub(self.behind).saturating_sub(self.rest.len())
    }

    /// Refuses a count, read at `offset`, of items that the remaining bytes cannot hold.
    pub(super) fn allow_items(
        &mut self,
        count: usize,
        item_bytes_min: usize,
        offset: usize,
    ) -> Result<(), DecodeError> {
        let expected = self.remaining().checked_div(item_bytes_min).unwrap_or(self.items_without_bytes);
        if count > expected {
            return Err(DecodeError::at(offset, DecodeErrorKind::Count { expected, found: count }));
        }
        if item_bytes_min == 0 {
            self.items_without_bytes = self.items_without_bytes.saturating_sub(count);
        }
        Ok(())
    }

    #[cold]
    pub(super) fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::at(self.offset(), kind)
    }

    #[cold]
    pub(super) fn truncated(&self, expected: usize) -> DecodeError {
        self.error(DecodeErrorKind::Truncated { expected, found: self.rest.len() })
    }
}

/// An empty list with room for `count` items, or for as many as may be reserved on the word of a count.
pub(super) fn list_for<T>(count: usize) -> Vec<T> {
    let most = DECODE_RESERVE_BYTES_MAX.checked_div(size_of::<T>()).unwrap_or(count);
    Vec::with_capacity(count.min(most))
}

use super::depth::Depth;
use super::{EncodeError, EncodeErrorKind};
use crate::limits::{DECODE_RESERVE_BYTES_MAX, ITEMS_WITHOUT_BYTES_MAX, MESSAGE_DEPTH_MAX};

/// Writes one message: into memory that was measured for it, or into whatever memory there is.
#[derive(Debug)]
pub struct Writer<'a> {
    /// What is not yet written.
    rest: &'a mut [u8],
    depth: Depth,
    /// Items that take no bytes and may still be written: what the reader would refuse is not written.
    items_without_bytes: usize,
    /// The memory that lists, maps and boxes may still take when the message is decoded, for the same reason.
    memory: usize,
    memory_limit: usize,
}

impl<'a> Writer<'a> {
    /// For a message that takes exactly these bytes.
    #[inline]
    pub(super) fn new(place: &'a mut [u8], memory_factor: usize) -> Self {
        let memory = memory_limit_of(place.len(), memory_factor);
        Self {
            rest: place,
            depth: Depth::TOP,
            items_without_bytes: ITEMS_WITHOUT_BYTES_MAX,
            memory,
            memory_limit: memory,
        }
    }

    /// For a message that may take less than these bytes. How much memory it may take is known only when it is written:
    /// [`written`](Self::written) compares.
    #[inline]
    pub(super) fn unmeasured(place: &'a mut [u8]) -> Self {
        Self {
            rest: place,
            depth: Depth::TOP,
            items_without_bytes: ITEMS_WITHOUT_BYTES_MAX,
            memory: usize::MAX,
            memory_limit: usize::MAX,
        }
    }

    /// How many of `found` bytes were written, unless they do not justify the memory that a decoder will take for them.
    #[inline]
    pub(super) fn written(self, found: usize, memory_factor: usize) -> Option<usize> {
        let length = found.checked_sub(self.rest.len())?;
        let taken = self.memory_limit.saturating_sub(self.memory);
        (taken <= memory_limit_of(length, memory_factor)).then_some(length)
    }

    /// Writes one message, the outermost or one within another.
    ///
    /// # Errors
    ///
    /// If a field does not fit, or the message lies too deep.
    // As long as nobody asks for its address, the writer lies in registers: what every message does is never a call.
    #[inline(always)]
    pub fn message(
        &mut self,
        fields: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let outside = self.depth;
        let Some(inside) = outside.deeper() else {
            return Err(too_deep());
        };
        self.depth = inside;
        let written = fields(self);
        self.depth = outside;
        written
    }

    /// The next bytes, to be written by the caller.
    #[inline]
    pub(super) fn place(&mut self, length: usize) -> Result<&'a mut [u8], EncodeError> {
        let rest = std::mem::take(&mut self.rest);
        if length > rest.len() {
            return Err(miscounted(length, rest.len()));
        }
        let (place, rest) = rest.split_at_mut(length);
        self.rest = rest;
        Ok(place)
    }

    /// Accounts for so many values that a decoder will take memory for.
    #[inline]
    pub(super) fn spend<T>(&mut self, count: usize) -> Result<(), EncodeError> {
        self.spend_bytes(size_of::<T>().saturating_mul(count))
    }

    /// Accounts for memory, in bytes, that a decoder will take.
    #[inline]
    pub(super) fn spend_bytes(&mut self, bytes: usize) -> Result<(), EncodeError> {
        let Some(left) = self.memory.checked_sub(bytes) else {
            return Err(too_much_memory(self.memory_limit));
        };
        self.memory = left;
        Ok(())
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.place(bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    /// Bytes behind a number: whether there is room for both is asked once.
    #[inline]
    pub(super) fn put_behind<const N: usize>(
        &mut self,
        number: [u8; N],
        bytes: &[u8],
    ) -> Result<(), EncodeError> {
        let needed = bytes.len().saturating_add(N);
        let Some((first, others)) = self.place(needed)?.split_first_chunk_mut() else {
            return Err(miscounted(needed, 0));
        };
        *first = number;
        copy(bytes, others);
        Ok(())
    }

    #[inline]
    pub(super) fn put_array<const N: usize>(&mut self, bytes: [u8; N]) -> Result<(), EncodeError> {
        let rest = std::mem::take(&mut self.rest);
        let found = rest.len();
        let Some((place, rest)) = rest.split_first_chunk_mut() else {
            return Err(miscounted(N, found));
        };
        *place = bytes;
        self.rest = rest;
        Ok(())
    }

    #[inline]
    pub(super) fn put_byte(&mut self, byte: u8) -> Result<(), EncodeError> {
        self.put_array([byte])
    }

    /// How deep the message that is being written lies, for whoever measures a part of it.
    #[inline]
    pub(super) fn depth(&self) -> Depth {
        self.depth
    }

    /// What is left behind the next `length` bytes.
    #[inline]
    pub(super) fn end_of(&self, length: usize) -> usize {
        self.rest.len().saturating_sub(length)
    }

    /// The end of a value whose length stands before it: that many bytes were written, and no other number.
    #[inline]
    pub(super) fn expect_end(&self, end: usize) -> Result<(), EncodeError> {
        let left = self.rest.len();
        if left == end { Ok(()) } else { Err(not_at_end(end, left)) }
    }

    /// Accounts for items that take no bytes.
    pub(super) fn allow_items_without_bytes(&mut self, count: usize) -> Result<(), EncodeError> {
        let Some(left) = self.items_without_bytes.checked_sub(count) else {
            let limit = ITEMS_WITHOUT_BYTES_MAX;
            return Err(EncodeError::new(EncodeErrorKind::ItemsWithoutBytes { limit }));
        };
        self.items_without_bytes = left;
        Ok(())
    }

    /// The end of the message: the bytes are full.
    #[inline]
    pub(super) fn finish(self) -> Result<(), EncodeError> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(miscounted(0, left)),
        }
    }
}

/// Copies bytes to a place of the same length: most texts are short, and two moves of half of them, which may overlap, take
/// less time than to call for a copy.
#[inline]
fn copy(bytes: &[u8], place: &mut [u8]) {
    if bytes.len() > 32 {
        place.copy_from_slice(bytes);
    } else if bytes.len() >= 16 {
        copy_ends::<16>(bytes, place);
    } else if bytes.len() >= 8 {
        copy_ends::<8>(bytes, place);
    } else if bytes.len() >= 4 {
        copy_ends::<4>(bytes, place);
    } else {
        place.copy_from_slice(bytes);
    }
}

#[inline]
fn copy_ends<const N: usize>(bytes: &[u8], place: &mut [u8]) {
    if let (Some(from), Some(to)) = (bytes.first_chunk::<N>(), place.first_chunk_mut()) {
        *to = *from;
    }
    if let (Some(from), Some(to)) = (bytes.last_chunk::<N>(), place.last_chunk_mut()) {
        *to = *from;
    }
}

/// The memory that lists, maps and boxes of so many bytes may take.
#[inline]
fn memory_limit_of(length: usize, memory_factor: usize) -> usize {
    length.saturating_mul(memory_factor).saturating_add(DECODE_RESERVE_BYTES_MAX)
}

#[cold]
#[inline(never)]
fn too_deep() -> EncodeError {
    EncodeError::new(EncodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX })
}

#[cold]
#[inline(never)]
fn too_much_memory(limit: usize) -> EncodeError {
    EncodeError::new(EncodeErrorKind::DecodedMemory { limit })
}

#[cold]
#[inline(never)]
fn not_at_end(end: usize, left: usize) -> EncodeError {
    miscounted(end.saturating_sub(left), left.saturating_sub(end))
}

#[cold]
#[inline(never)]
fn miscounted(needed: usize, left: usize) -> EncodeError {
    EncodeError::new(EncodeErrorKind::Miscounted { needed, left })
}

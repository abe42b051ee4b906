use super::depth::Depth;
use super::{EncodeError, EncodeErrorKind};
use crate::limits::{DECODE_RESERVE_BYTES_MAX, ITEMS_WITHOUT_BYTES_MAX, MESSAGE_DEPTH_MAX};

/// Writes one message into memory that was measured for it.
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
        let memory = place.len().saturating_mul(memory_factor).saturating_add(DECODE_RESERVE_BYTES_MAX);
        Self {
            rest: place,
            depth: Depth::TOP,
            items_without_bytes: ITEMS_WITHOUT_BYTES_MAX,
            memory,
            memory_limit: memory,
        }
    }

    /// Writes one message, the outermost or one within another.
    ///
    /// # Errors
    ///
    /// If a field does not fit, or the message lies too deep.
    #[inline]
    pub fn message(
        &mut self,
        fields: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let outside = self.depth;
        let Some(inside) = outside.deeper() else {
            return Err(EncodeError::new(EncodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX }));
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
            return Err(EncodeError::new(EncodeErrorKind::DecodedMemory { limit: self.memory_limit }));
        };
        self.memory = left;
        Ok(())
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.place(bytes.len())?.copy_from_slice(bytes);
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

#[cold]
fn miscounted(needed: usize, left: usize) -> EncodeError {
    EncodeError::new(EncodeErrorKind::Miscounted { needed, left })
}

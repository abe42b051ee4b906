use bytes::Bytes;

use super::depth::Depth;
use super::{EncodeError, EncodeErrorKind};
use crate::limits::{ITEMS_WITHOUT_BYTES_MAX, MESSAGE_DEPTH_MAX};

/// Writes one message into memory that is reserved once.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    depth: Depth,
    /// Items that take no bytes and may still be written: what the reader would refuse is not written.
    items_without_bytes: usize,
}

impl Writer {
    /// For a message of this length.
    pub(super) fn with_length(length: usize) -> Result<Self, EncodeError> {
        let mut bytes = Vec::new();
        // The values may share memory (`Bytes`), so their length can exceed what there is.
        bytes.try_reserve_exact(length).map_err(|_| EncodeError::new(EncodeErrorKind::Memory { length }))?;
        Ok(Self { bytes, depth: Depth::TOP, items_without_bytes: ITEMS_WITHOUT_BYTES_MAX })
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

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    #[inline]
    pub(super) fn put_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Puts a run of numbers: room for all of them is made once.
    #[inline]
    pub(super) fn put_numbers<const N: usize>(&mut self, numbers: impl ExactSizeIterator<Item = [u8; N]>) {
        let start = self.bytes.len();
        self.bytes.resize(start.saturating_add(numbers.len().saturating_mul(N)), 0);
        let (places, _) = self.bytes.get_mut(start..).unwrap_or_default().as_chunks_mut();
        for (place, number) in places.iter_mut().zip(numbers) {
            *place = number;
        }
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

    pub(super) fn finish(self) -> Bytes {
        Bytes::from(self.bytes)
    }
}

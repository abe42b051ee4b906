use bytes::Bytes;

use crate::call::{Batch, SizeLimit};
use crate::compression::{Compressor, Decompressor};
use crate::contract::Status;

/// A message as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) bytes: Bytes,
    /// Then the first byte says how.
    pub(super) is_compressed: bool,
}

/// As it is.
impl From<Bytes> for Parcel {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, is_compressed: false }
    }
}

impl Parcel {
    /// A message on its way out, compressed where it is worth it.
    pub(super) fn pack(message: Bytes, compressor: &Compressor) -> Self {
        match compressor.compress_numbered(&message) {
            Some(bytes) => Self { bytes, is_compressed: true },
            None => message.into(),
        }
    }

    /// The message as it was before it was sent.
    pub(super) fn unpack(self, decompressor: &Decompressor, limit: SizeLimit) -> Result<Bytes, Status> {
        if self.is_compressed {
            return decompressor.decompress_numbered(self.bytes, limit);
        }
        decompressor.note_plain();
        Ok(self.bytes)
    }
}

/// Adds a message that was taken alone; or notes that those in the batch were not compressed.
pub(super) fn add(
    compressed: Option<Parcel>,
    decompressor: &Decompressor,
    limit: SizeLimit,
    batch: &mut Batch,
) {
    match compressed.map(|message| message.unpack(decompressor, limit)) {
        None => {
            if !batch.is_empty() {
                decompressor.note_plain();
            }
        }
        Some(Ok(message)) => batch.push(message),
        Some(Err(status)) => batch.end(Err(status)),
    }
}

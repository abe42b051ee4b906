//! How much metadata a call may carry: as much on every wire, so that none carries what another one refuses.

use crate::call::{Metadata, MetadataError, MetadataValue};
use crate::contract::Status;
use crate::limits::{HEADER_LIST_BYTES_MAX, HEADER_LIST_BYTES_RESERVED};

/// What is counted for an entry beside its key and its value, in bytes: HTTP/2's number.
pub(super) const ENTRY_BYTES: usize = 32;

/// Whether metadata may be sent. Bytes are counted as the base64 in which gRPC carries them.
///
/// # Errors
///
/// RESOURCE_EXHAUSTED where it takes more than one direction of a call may.
pub(super) fn check(metadata: &Metadata) -> Result<(), Status> {
    let bytes: usize = metadata.iter().map(|(key, value)| entry_bytes(key, value)).sum();
    let limit = metadata_bytes_max();
    if bytes > limit {
        return Err(Status::resource_exhausted(format!(
            "the metadata of a call takes {bytes} bytes as HTTP/2 counts them, over the limit of {limit}; send large values \
             in a message"
        )));
    }
    Ok(())
}

fn entry_bytes(key: &str, value: MetadataValue<'_>) -> usize {
    let value = match value {
        MetadataValue::Ascii(text) => text.len(),
        MetadataValue::Binary(bytes) => base64_bytes(bytes.len()),
    };
    key.len() + value + ENTRY_BYTES
}

/// The length of so many bytes in base64 without padding.
pub(super) const fn base64_bytes(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

/// What all metadata of one direction may take that we send. The rest of what a peer reads is for the wire's own words.
pub(super) fn metadata_bytes_max() -> usize {
    usize::try_from(HEADER_LIST_BYTES_MAX).unwrap_or(usize::MAX).saturating_sub(HEADER_LIST_BYTES_RESERVED)
}

/// What came and cannot be metadata is left out. What is too much is not: a call without a part of its words is another
/// call.
pub(super) fn kept(entry: Result<(), MetadataError>) -> Result<(), Status> {
    match entry {
        Err(error @ MetadataError::TooMany { .. }) => Err(Status::resource_exhausted(error.to_string())),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::*;

    #[test]
    fn base64_takes_what_the_encoder_writes() {
        for length in 0..100 {
            assert_eq!(base64_bytes(length), STANDARD_NO_PAD.encode(vec![7; length]).len(), "{length}");
        }
    }

    #[test]
    fn metadata_may_take_as_much_as_the_limit_and_no_more() {
        for (key, bytes_of_value) in [("a", 1), ("a-bin", 3)] {
            let room = metadata_bytes_max() - ENTRY_BYTES - key.len();
            // Three bytes are four characters of base64.
            let fitting = if bytes_of_value == 1 { room } else { room / 4 * 3 };
            let with = |length: usize| {
                let mut metadata = Metadata::new();
                match bytes_of_value {
                    1 => metadata.append(key, &"x".repeat(length)).unwrap(),
                    _ => metadata.append_bin(key, vec![0; length]).unwrap(),
                }
                check(&metadata)
            };
            with(fitting).unwrap();
            let status = with(fitting + bytes_of_value).unwrap_err();
            assert!(status.message().contains("over the limit of 10240"), "{status}");
        }
    }
}

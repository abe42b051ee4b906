//! What the targets share: messages of every kind, and what must hold for all of them.

pub mod allocation;

pub mod packed;

pub mod tagged;

pub mod telemetry;

use bytes::Bytes;
use rpcplugin::{BinaryMessage, DecodeFrom, EncodeErrorKind, Message};

/// Decodes bytes as a message, within the memory that they justify.
///
/// # Panics
///
/// If memory is taken that the bytes do not justify, or the two ways to decode differ.
pub fn decode<T: Message + BinaryMessage + for<'a> DecodeFrom<'a>>(bytes: &[u8]) -> Option<T> {
    let (decoded, most) = allocation::peak(|| T::decode_slice(bytes));
    let limit = bytes.len() * MEMORY_FACTOR + MEMORY_RESERVE;
    assert!(most <= limit, "{} of {} bytes took {most} bytes, more than {limit}", T::NAME, bytes.len());
    let shared = T::decode(Bytes::copy_from_slice(bytes));
    assert_eq!(decoded.is_ok(), shared.is_ok(), "{}: {:?} and {:?}", T::NAME, decoded.err(), shared.err());
    if let Err(error) = &decoded {
        let offset = error.offset().unwrap_or(0);
        assert!(offset <= bytes.len(), "{error}: beyond the message");
        assert!(!error.to_string().is_empty());
    }
    decoded.ok()
}

/// What was decoded can be encoded, and decoded again.
///
/// # Panics
///
/// If it cannot, or becomes another value.
pub fn again<T: Message + BinaryMessage + for<'a> DecodeFrom<'a>>(message: &T) -> Option<Vec<u8>> {
    let bytes = match message.encode_to_vec() {
        Ok(bytes) => bytes,
        // Without the fields that are not known here, fewer bytes justify less memory.
        Err(error) if matches!(error.kind(), EncodeErrorKind::DecodedMemory { .. }) => return None,
        Err(error) => panic!("what was decoded can be encoded: {error}"),
    };
    assert_eq!(bytes.len(), message.encoded_size());
    let second = T::decode_slice(&bytes).expect("what was encoded can be decoded");
    // By their bytes, because a float that is no number does not equal itself.
    assert_eq!(second.encode_to_vec().expect("it was encoded before"), bytes, "{}", T::NAME);
    Some(bytes)
}

/// Lists grow by doubling, and while they grow the old list is there as well: three times what they may hold.
const MEMORY_FACTOR: usize = 3 * 16 + 2;

/// What may be reserved on the word of a count, and what an error takes.
const MEMORY_RESERVE: usize = 3 * 64 * 1024 + 8 * 1024;

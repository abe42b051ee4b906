//! Any bytes as compressed messages: what must hold of them.

use bytes::Bytes;

use super::{Encoding, codec, decompress};
use crate::call::SizeLimit;
use crate::contract::Code;

/// Reads bytes in every encoding, within a limit, and what was read is the same when it is compressed again.
///
/// # Panics
///
/// If a promise is broken.
pub(crate) fn messages(bytes: &[u8], bytes_max: usize) {
    let limit = SizeLimit::of_connection(bytes_max, false);
    for encoding in Encoding::ALL {
        match decompress(*encoding, Bytes::copy_from_slice(bytes), limit) {
            Err(status) => {
                assert!(matches!(status.code(), Code::Internal | Code::ResourceExhausted), "{status}");
            }
            Ok(_) if *encoding == Encoding::Identity => {}
            Ok(message) => {
                assert!(message.len() <= bytes_max, "{} bytes came out", message.len());
                if let Some(compressed) = codec::compress(*encoding, &message, &[]) {
                    assert!(compressed.len() < message.len());
                    assert_eq!(decompress(*encoding, compressed, limit).ok(), Some(message));
                }
            }
        }
    }
}

//! The checksum behind a frame: over header, length and payload, by a function of the user's.

use super::Family;
use crate::message::DecodeErrorKind;

/// The CRC-32 of zip, gzip and Ethernet (polynomial `04c11db7`, reflected), most significant byte first: what
/// `zlib.crc32(data).to_bytes(4, "big")` is in Python.
///
/// # Examples
///
/// ```
/// assert_eq!(rpcplugin::checksum::crc32(b"123456789"), [0xcb, 0xf4, 0x39, 0x26]);
/// ```
#[cfg(feature = "crc32")]
#[must_use]
pub fn crc32(bytes: &[u8]) -> [u8; 4] {
    crc32fast::hash(bytes).to_be_bytes()
}

/// How many bytes a checksum function returns, for a constant.
#[must_use]
pub const fn checksum_bytes<const N: usize>(_function: fn(&[u8]) -> [u8; N]) -> usize {
    N
}

/// Puts what a checksum function returned to its place: the body of [`Family::checksum`].
pub fn put_checksum<const N: usize>(checksum: [u8; N], place: &mut [u8]) {
    for (place, byte) in place.iter_mut().zip(checksum) {
        *place = byte;
    }
}

/// Writes the checksum of `covered`, if the frame has one.
#[inline]
pub(super) fn put_frame_checksum<F: Family>(covered: &[u8], place: &mut [u8]) {
    if !place.is_empty() {
        F::checksum(covered, place);
    }
}

/// Holds the end of a whole frame against the checksum of what is before it. Of a wrong one, where it begins.
pub(super) fn verify_frame_checksum<F: Family>(frame: &[u8]) -> Result<(), (usize, DecodeErrorKind)> {
    if F::CHECKSUM_BYTES == 0 {
        return Ok(());
    }
    let offset = frame.len().saturating_sub(F::CHECKSUM_BYTES);
    let (covered, found) = frame.split_at(offset);
    // Almost every checksum fits on the stack.
    let mut small = [0; SMALL_CHECKSUM_BYTES];
    let mut large = Vec::new();
    let expected = match small.get_mut(..F::CHECKSUM_BYTES) {
        Some(place) => place,
        None => {
            large.resize(F::CHECKSUM_BYTES, 0);
            &mut large
        }
    };
    F::checksum(covered, expected);
    if *expected == *found {
        return Ok(());
    }
    Err((offset, DecodeErrorKind::Checksum { expected: expected.to_vec(), found: found.to_vec() }))
}

/// The longest checksum that is computed without an allocation: the 64 bytes of SHA-512.
const SMALL_CHECKSUM_BYTES: usize = 64;

//! Where a frame ends, as far as its first bytes tell.

use super::frame::{LENGTH_BYTES, not_found_type, take_header};
use super::{Family, Payload};
use crate::message::{DecodeError, DecodeErrorKind};

/// What the first bytes of a frame tell: the answer of [`frame_extent`], with an example there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameExtent {
    /// The frame is not whole yet.
    Incomplete {
        /// The bytes that it has at least, counted from its first one; more than there are.
        needed: usize,
    },
    /// The frame is whole.
    Complete {
        /// Its bytes, checksum included.
        length: usize,
        /// The number of its message. All bits set is `NOT_FOUND`.
        message_type: u64,
    },
}

/// Where the frame at the front of `received` ends. Nothing is allocated, and nothing behind the frame is looked at.
///
/// A length over `max_payload_size` is refused as soon as it is there, before anybody waits for what it promises. The
/// checksum is not looked at.
///
/// # Errors
///
/// [`DecodeErrorKind::UnknownMessage`] if the type is not of the family, [`DecodeErrorKind::FrameTooLong`] if the payload has
/// more than `max_payload_size` bytes. Where the next frame of the stream begins is not known then.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, FrameExtent, frame_extent};
///
/// #[derive(BinaryMessage)]
/// #[binary(family)]
/// enum Telemetry {
///     #[binary(id = 2)]
///     Status { text: String },
/// }
///
/// // The header alone does not tell how long the payload is.
/// assert_eq!(frame_extent::<Telemetry>(&[0, 2], 1024)?, FrameExtent::Incomplete { needed: 6 });
/// let begun = [0, 2, 0, 0, 0, 6, 0, 0];
/// assert_eq!(frame_extent::<Telemetry>(&begun, 1024)?, FrameExtent::Incomplete { needed: 12 });
/// // What is behind the frame is not looked at.
/// let received = [0, 2, 0, 0, 0, 6, 0, 0, 0, 2, b'o', b'k', 0, 2];
/// let whole = FrameExtent::Complete { length: 12, message_type: 2 };
/// assert_eq!(frame_extent::<Telemetry>(&received, 1024)?, whole);
/// assert!(frame_extent::<Telemetry>(&received, 5).is_err());
/// # Ok::<(), rpcplugin::DecodeError>(())
/// ```
pub fn frame_extent<F: Family>(received: &[u8], max_payload_size: usize) -> Result<FrameExtent, DecodeError> {
    let Some((header, rest)) = received.split_at_checked(F::HEADER_BYTES) else {
        return Ok(FrameExtent::Incomplete { needed: F::HEADER_BYTES });
    };
    let message_type = take_header::<F>(header);
    // `NOT_FOUND` has no checksum either: this is how the peers send it.
    if message_type == not_found_type::<F>() {
        return Ok(FrameExtent::Complete { length: F::HEADER_BYTES, message_type });
    }
    let (prefix, payload) = match F::payload(message_type) {
        None => {
            let kind = DecodeErrorKind::UnknownMessage { found: message_type };
            return Err(DecodeError::at(0, kind).of_type(F::FAMILY_NAME));
        }
        Some(Payload::Fixed(payload)) => (F::HEADER_BYTES, payload),
        Some(Payload::Variable) => {
            let prefix = F::HEADER_BYTES.saturating_add(LENGTH_BYTES);
            let Some(length) = rest.first_chunk::<LENGTH_BYTES>() else {
                return Ok(FrameExtent::Incomplete { needed: prefix });
            };
            // Where `usize` is smaller, no memory holds such a payload: it is refused here or never whole.
            (prefix, usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX))
        }
    };
    if payload > max_payload_size {
        let kind = DecodeErrorKind::FrameTooLong { limit: max_payload_size, found: payload };
        return Err(frame_error::<F>(message_type, F::HEADER_BYTES, kind));
    }
    let length = prefix.saturating_add(payload).saturating_add(F::CHECKSUM_BYTES);
    if length > received.len() {
        return Ok(FrameExtent::Incomplete { needed: length });
    }
    Ok(FrameExtent::Complete { length, message_type })
}

/// An error of the frame around a message, not of a field in it.
#[cold]
pub(super) fn frame_error<F: Family>(message_type: u64, offset: usize, kind: DecodeErrorKind) -> DecodeError {
    let error = DecodeError::at(offset, kind);
    match F::message_name(message_type) {
        Some(name) => error.in_field(name),
        None => error,
    }
    .of_type(F::FAMILY_NAME)
}

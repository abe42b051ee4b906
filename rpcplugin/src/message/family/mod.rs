//! A message family: the messages of one protocol, told apart by a number before each. This is the frame of
//! `binary_protocol`, and of many older protocols.
//!
//! ```text
//! header | [ u32 length, most significant byte first ] | payload | [ checksum ]
//! ```
//!
//! The length is there only if the payload is not always as long. `NOT_FOUND` is a header with all bits set, and nothing
//! behind it, not even a checksum: it answers a message whose type is not known.
//!
//! [`frame_extent`] says where a frame ends, `frame` writes and reads a whole one, [`FrameReader`] cuts a stream into
//! them.

mod extent;
pub use extent::{FrameExtent, frame_extent};

mod frame;
#[cfg(any(test, feature = "family"))]
pub(crate) use frame::{append_frame, decode_frame_within};
#[cfg(feature = "family")]
pub(crate) use frame::{append_not_found, not_found_type};
pub use frame::{frame_len, read_frame, write_frame};

mod frame_reader;
pub use frame_reader::FrameReader;

mod checksum;
#[cfg(feature = "crc32")]
pub use checksum::crc32;
pub use checksum::{checksum_bytes, put_checksum};

#[cfg(test)]
pub(crate) mod tests;

use super::reader::Reader;
use super::writer::Writer;
use super::{DecodeError, EncodeError, Message};
use crate::limits::DECODE_MEMORY_FACTOR_DEFAULT;

/// The messages of one protocol, as an enum: `#[derive(BinaryMessage)]` with `#[binary(family)]`.
///
/// Use it to be generic over families, or to ask for the number of a message. This trait is implemented by the derive only.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, Family, Payload};
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// #[binary(family, header = u8)]
/// enum Telemetry {
///     #[binary(id = 1)]
///     Sensor { value: f32 },
///     #[binary(id = 2)]
///     Status { text: String },
///     #[binary(not_found)]
///     NotFound,
/// }
///
/// assert_eq!((Telemetry::HEADER_BYTES, Telemetry::CHECKSUM_BYTES), (1, 0));
/// assert_eq!(Telemetry::Sensor { value: 1.5 }.message_type(), 1);
/// assert_eq!(Telemetry::payload(1), Some(Payload::Fixed(4)));
/// assert_eq!(Telemetry::payload(2), Some(Payload::Variable));
/// assert_eq!(Telemetry::payload(3), None);
/// assert_eq!(Telemetry::not_found(), Some(Telemetry::NotFound));
/// ```
pub trait Family: Message {
    /// The family's name, as errors say it.
    #[doc(hidden)]
    const FAMILY_NAME: &'static str;

    /// The bytes of the number before a message: 1, 2, 4 or 8.
    const HEADER_BYTES: usize;

    /// Whether that number has its most significant byte first.
    const HEADER_BIG_ENDIAN: bool;

    /// The bytes of the checksum behind a frame; 0 without.
    const CHECKSUM_BYTES: usize;

    /// How many times its bytes a value may take in memory; beyond it, the bytes are refused.
    #[doc(hidden)]
    const MEMORY_FACTOR: usize = DECODE_MEMORY_FACTOR_DEFAULT;

    /// The number of this message. All bits set is `NOT_FOUND`.
    fn message_type(&self) -> u64;

    /// What stands behind a number; nothing for a number that is not of the family.
    fn payload(message_type: u64) -> Option<Payload>;

    /// The variant's name behind a number, as errors say it.
    #[doc(hidden)]
    fn message_name(message_type: u64) -> Option<&'static str> {
        let _nameless = message_type;
        None
    }

    /// The value that stands for `NOT_FOUND`, if the family has one.
    fn not_found() -> Option<Self>;

    /// The bytes of this message's payload.
    #[doc(hidden)]
    fn payload_len(&self) -> usize;

    /// Writes the payload.
    #[doc(hidden)]
    fn write_payload(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads the payload, which is everything that the reader holds. The number is one of the family's.
    #[doc(hidden)]
    fn read_payload(message_type: u64, reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Writes the checksum of what is before it. `place` has [`CHECKSUM_BYTES`](Self::CHECKSUM_BYTES) bytes.
    #[doc(hidden)]
    fn checksum(frame: &[u8], place: &mut [u8]);
}

/// Whether a message of a family always takes the same number of bytes: what [`Family::payload`] says, with an example at
/// [`Family`].
///
/// The types of its fields decide it, never a value: chapter 11 of `docs/protocol.md` has the rule for each type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payload {
    /// Always so many bytes, 0 for a message without fields: the frame has no length.
    Fixed(usize),
    /// A length stands before the payload: four bytes, most significant first.
    Variable,
}

/// The payload of a message whose fields have this size.
#[must_use]
pub fn payload_of(size: Option<usize>) -> Payload {
    size.map_or(Payload::Variable, Payload::Fixed)
}

//! Everything that the expansion of `#[derive(BinaryMessage)]` names. Not for people: it changes without notice.

pub use bytes::Bytes;

pub use super::binary::{BinaryMessage, Derived, Layout};
pub use super::decode_error::{DecodeError, DecodeErrorKind};
pub use super::depth::{Depth, total};
pub use super::encode_error::{EncodeError, EncodeErrorKind};
pub use super::packed::{Big, ByteOrder, Little, Packed, decode_packed, encode_packed, packed_len};
pub use super::reader::Reader;
pub use super::tagged::{Tagged, TaggedField, WireType, decode_tagged, encode_tagged, tagged_len};
pub use super::value::Message;
pub use super::writer::Writer;

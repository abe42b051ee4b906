use bytes::BytesMut;

use crate::limits::{BINARY_COPIED_BYTES_MAX, BINARY_SEVERAL_BYTES_MAX, SENT_TOGETHER_BYTES_MAX};

/// How messages stand behind each other on a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// The length before each, in four bytes, the lowest first.
    Binary,
    /// A byte that says that it is not compressed, and the length, the highest byte first.
    Grpc,
}

/// What stands before a message, in bytes.
const BINARY_PREFIX_BYTES: usize = size_of::<u32>();
const GRPC_PREFIX_BYTES: usize = 1 + size_of::<u32>();

impl Framing {
    /// Appends what stands before a message of so many bytes.
    #[inline]
    pub(super) fn append(self, length: u32, to: &mut BytesMut) {
        match self {
            Self::Binary => to.extend_from_slice(&length.to_le_bytes()),
            Self::Grpc => to.extend_from_slice(&grpc_prefix(length)),
        }
    }

    /// Puts it where it was appended before the length was known.
    #[inline]
    pub(super) fn put(self, length: u32, place: &mut [u8]) {
        match (self, place) {
            (Self::Binary, [a, b, c, d, ..]) => [*a, *b, *c, *d] = length.to_le_bytes(),
            (Self::Grpc, [a, b, c, d, e, ..]) => [*a, *b, *c, *d, *e] = grpc_prefix(length),
            _ => {}
        }
    }

    pub(crate) const fn prefix_bytes(self) -> usize {
        match self {
            Self::Binary => BINARY_PREFIX_BYTES,
            Self::Grpc => GRPC_PREFIX_BYTES,
        }
    }

    /// What goes together at most, in bytes with what stands before each.
    pub(super) const fn together_bytes_max(self) -> usize {
        match self {
            Self::Binary => BINARY_SEVERAL_BYTES_MAX,
            Self::Grpc => SENT_TOGETHER_BYTES_MAX,
        }
    }

    /// The longest message that is copied behind others; a longer one goes alone, as it is.
    pub(super) const fn small_bytes_max(self) -> usize {
        match self {
            Self::Binary => BINARY_COPIED_BYTES_MAX,
            Self::Grpc => SENT_TOGETHER_BYTES_MAX - GRPC_PREFIX_BYTES,
        }
    }
}

const fn grpc_prefix(length: u32) -> [u8; GRPC_PREFIX_BYTES] {
    let [a, b, c, d] = length.to_be_bytes();
    [0, a, b, c, d]
}

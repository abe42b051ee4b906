use std::fmt;

use super::path::FieldPath;
use super::tagged::WireType;

/// Bytes are not a value of the type they were decoded as.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, Message};
///
/// #[derive(Debug, BinaryMessage)]
/// struct Order {
///     number: u16,
///     prices: Vec<f64>,
/// }
///
/// let error = Order::decode(bytes::Bytes::from_static(&[1, 0, 255, 255, 255, 255, 9])).unwrap_err();
/// assert_eq!(error.type_name(), "Order");
/// assert_eq!(error.path(), "prices");
/// assert_eq!(error.offset(), Some(2));
/// assert_eq!(
///     error.to_string(),
///     "cannot decode `Order` at `prices`, byte 2: expected a count of at most 0, because no more items fit into the \
///      bytes that are left, found 4294967295; is the message cut off, or declared differently by its sender?"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    /// Empty while the error is on its way out of nested values: the outermost message fills it in.
    type_name: &'static str,
    path: FieldPath,
    offset: Option<usize>,
    kind: DecodeErrorKind,
}

impl DecodeError {
    /// For a [`Message`](crate::Message) written by hand.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = rpcplugin::DecodeError::custom("Line", "no line break at the end");
    /// assert_eq!(error.to_string(), "cannot decode `Line`: no line break at the end");
    /// ```
    #[must_use]
    pub fn custom(type_name: &'static str, reason: impl Into<String>) -> Self {
        let kind = DecodeErrorKind::Custom { reason: reason.into() };
        Self(Box::new(Details { type_name, path: FieldPath::default(), offset: None, kind }))
    }

    /// The type that was to be decoded; for nested messages, the outermost one.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.0.type_name
    }

    /// The way to the value that failed, `a.b[3].c`; empty for the message as a whole.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path.to_string()
    }

    /// The byte that failed, counted from the start of the outermost message. Unknown where somebody else's codec
    /// read the message, and where `validate` refuses a tagged message, which may have come in several parts or not at
    /// all.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// What was expected and what was found.
    #[must_use]
    pub fn kind(&self) -> &DecodeErrorKind {
        &self.0.kind
    }

    #[cold]
    pub(super) fn at(offset: usize, kind: DecodeErrorKind) -> Self {
        Self(Box::new(Details { type_name: "", path: FieldPath::default(), offset: Some(offset), kind }))
    }

    /// For what cannot be said to be wrong at one byte.
    #[cold]
    pub(super) fn nowhere(path: FieldPath, kind: DecodeErrorKind) -> Self {
        Self(Box::new(Details { type_name: "", path, offset: None, kind }))
    }

    #[cold]
    pub(super) fn protobuf(type_name: &'static str, error: &prost::DecodeError) -> Self {
        let kind = DecodeErrorKind::Protobuf { reason: error.to_string() };
        Self(Box::new(Details { type_name, path: FieldPath::default(), offset: None, kind }))
    }

    #[cold]
    pub(super) fn in_field(mut self, name: &'static str) -> Self {
        self.0.path.in_field(name);
        self
    }

    #[cold]
    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.0.path.in_item(index);
        self
    }

    /// For an error whose offset counts from `offset`.
    #[cold]
    pub(super) fn later_by(mut self, offset: usize) -> Self {
        self.0.offset = self.0.offset.map(|own| own.saturating_add(offset));
        self
    }

    #[cold]
    pub(super) fn of_type(mut self, name: &'static str) -> Self {
        self.0.type_name = name;
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { type_name, path, offset, kind } = &*self.0;
        write!(formatter, "cannot decode `{type_name}`")?;
        let path = path.to_string();
        match offset {
            Some(offset) if path.is_empty() => write!(formatter, " at byte {offset}")?,
            Some(offset) => write!(formatter, " at `{path}`, byte {offset}")?,
            None => {}
        }
        write!(formatter, ": {kind}")
    }
}

impl std::error::Error for DecodeError {}

/// What a decoder expected and what it found: the reason of a [`DecodeError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The bytes end before the value does.
    #[error(
        "expected {expected} more bytes, found {found}; is the message cut off, or declared differently by its sender?"
    )]
    Truncated {
        /// How many bytes the value needs, or at least as many.
        expected: usize,
        /// How many are left.
        found: usize,
    },
    /// A packed message ends before the bytes do.
    #[error(
        "expected the end of the message, found {found} more bytes; does its sender declare more fields?"
    )]
    TrailingBytes {
        /// How many bytes are left.
        found: usize,
    },
    /// A count promises more items than the bytes can hold. Nothing was allocated for them.
    #[error(
        "expected a count of at most {expected}, because no more items fit into the bytes that are left, found {found}; \
         is the message cut off, or declared differently by its sender?"
    )]
    Count {
        /// How many items fit.
        expected: usize,
        /// The count.
        found: usize,
    },
    /// A `bool`, or the byte before an `Option`, is neither 0 nor 1.
    #[error("expected 0 or 1, found {found}; does its sender declare another type here?")]
    Flag {
        /// The byte.
        found: u8,
    },
    /// A string is not UTF-8.
    #[error(
        "expected UTF-8, found a byte that is none; if the sender means bytes, declare the field as `Vec<u8>`"
    )]
    Utf8,
    /// A field has the id of ours, but cannot be of its type.
    #[error(
        "expected the wire type {expected}, found {found}; its sender gives this id to a field of another type"
    )]
    WireType {
        /// What the field's type is written as.
        expected: &'static str,
        /// What the sender wrote.
        found: &'static str,
    },
    /// A varint does not end within the ten bytes that 64 bits need.
    #[error("expected a varint of at most 64 bits, found a longer one; these bytes are no protobuf message")]
    Varint,
    /// A field's key has an id or a wire type that protobuf does not have.
    #[error("expected the key of a field, found {found}; these bytes are no protobuf message")]
    FieldKey {
        /// The key.
        found: u64,
    },
    /// The end of a group that was not begun, or not begun with this id.
    #[error(
        "expected a field, found the end of a group {found} that is not open; these bytes are no protobuf message"
    )]
    GroupEnd {
        /// The id of the group.
        found: u32,
    },
    /// Messages lie within one another more deeply than a decoder follows.
    #[error(
        "expected at most {limit} messages within one another, found more; flatten the value, or send it in parts"
    )]
    Depth {
        /// How deep a decoder goes.
        limit: usize,
    },
    /// The value takes more memory than its bytes justify.
    #[error(
        "expected a value of at most {limit} bytes of memory, found more; \
         write `#[binary(memory = N)]` above the message to allow N times its bytes"
    )]
    Memory {
        /// The memory that lists, maps and boxes of the message may take, in bytes.
        limit: usize,
    },
    /// The constant bytes that mark a format are not there.
    #[error(
        "expected the constant bytes {expected:02x?}, found {found:02x?}; are these bytes of another format?"
    )]
    Magic {
        /// What the type says.
        expected: &'static [u8],
        /// What is there, as far as the bytes go.
        found: Vec<u8>,
    },
    /// A number that is none of the enum's.
    #[error(
        "expected the id of a variant of `{name}`, found {found}; \
         add the variant, or one with `#[binary(other)]` for ids that are not known here"
    )]
    Variant {
        /// The enum.
        name: &'static str,
        /// The id.
        found: i128,
    },
    /// A number that no value of the type has: a `char` in the surrogates, a `NonZero` of zero.
    #[error("expected {expected}, found {found}; does its sender declare another type here?")]
    Value {
        /// What the type holds.
        expected: &'static str,
        /// The number.
        found: i128,
    },
    /// The keys of a map or the items of a set are not in ascending order, or one came twice.
    #[error(
        "expected keys in ascending order, each once, found one that is not above the one before it; sort them"
    )]
    KeyOrder,
    /// A string or a list is longer than its field allows.
    #[error(
        "expected a length of at most {limit}, found {found}; raise `max_len`, or send the value in parts"
    )]
    TooLong {
        /// What `max_len` says.
        limit: usize,
        /// The length.
        found: usize,
    },
    /// A value was decoded, and `validate` or the `decode` of a `with` module refused it.
    #[error("{reason}")]
    Invalid {
        /// What the function says.
        reason: String,
    },
    /// A frame whose type is none of the family's. Where it ends is not known.
    #[error(
        "expected the type of a message of the family, found {found}; \
         is the variant missing on this side, or is the header declared differently by its sender?"
    )]
    UnknownMessage {
        /// The type.
        found: u64,
    },
    /// `NOT_FOUND`, where the family has no value for it.
    #[error(
        "expected a message, found NOT_FOUND: the peer does not know the type of a message that it was sent; \
         declare the message on both sides, or a variant for NOT_FOUND on this one"
    )]
    NotFound,
    /// The payload of a frame is longer than is accepted. Nothing was allocated for it.
    #[error(
        "expected a payload of at most {limit} bytes, found a length of {found}; \
         raise `max_payload_size`, or send the value in parts"
    )]
    FrameTooLong {
        /// The longest that is accepted, in bytes.
        limit: usize,
        /// What the frame says.
        found: usize,
    },
    /// The checksum behind a frame is not the one of its bytes.
    #[error(
        "expected the checksum {expected:02x?}, found {found:02x?}; \
         were the bytes damaged on their way, or does their sender use another checksum?"
    )]
    Checksum {
        /// What the function says of the bytes.
        expected: Vec<u8>,
        /// What the frame says.
        found: Vec<u8>,
    },
    /// A prost message, in prost's words.
    #[error("{reason}")]
    Protobuf {
        /// What prost says.
        reason: String,
    },
    /// See [`DecodeError::custom`].
    #[error("{reason}")]
    Custom {
        /// What the type's own codec says.
        reason: String,
    },
}

impl DecodeErrorKind {
    pub(super) fn wire_type(expected: WireType, found: WireType) -> Self {
        Self::WireType { expected: expected.name(), found: found.name() }
    }
}

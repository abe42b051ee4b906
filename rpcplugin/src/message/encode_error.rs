use std::fmt;

use super::path::FieldPath;

/// A value does not fit its layout.
///
/// # Examples
///
/// ```
/// let error = rpcplugin::EncodeError::custom("Line", "a line holds no line break");
/// assert_eq!(error.to_string(), "cannot encode `Line`: a line holds no line break");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    /// Empty while the error is on its way out of nested values: the outermost message fills it in.
    type_name: &'static str,
    path: FieldPath,
    kind: EncodeErrorKind,
}

impl EncodeError {
    /// For a [`Message`](crate::Message) written by hand.
    #[must_use]
    pub fn custom(type_name: &'static str, reason: impl Into<String>) -> Self {
        let kind = EncodeErrorKind::Custom { reason: reason.into() };
        Self(Box::new(Details { type_name, path: FieldPath::default(), kind }))
    }

    /// The type that was to be encoded; for nested messages, the outermost one.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.0.type_name
    }

    /// The way to the value that does not fit, `a.b[3].c`; empty for the message as a whole.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path.to_string()
    }

    /// Why the value does not fit.
    #[must_use]
    pub fn kind(&self) -> &EncodeErrorKind {
        &self.0.kind
    }

    #[cold]
    pub(super) fn new(kind: EncodeErrorKind) -> Self {
        Self(Box::new(Details { type_name: "", path: FieldPath::default(), kind }))
    }

    #[cold]
    pub(super) fn at_path(path: FieldPath, kind: EncodeErrorKind) -> Self {
        Self(Box::new(Details { type_name: "", path, kind }))
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

    #[cold]
    pub(super) fn of_type(mut self, name: &'static str) -> Self {
        self.0.type_name = name;
        self
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { type_name, path, kind } = &*self.0;
        write!(formatter, "cannot encode `{type_name}`")?;
        let path = path.to_string();
        if !path.is_empty() {
            write!(formatter, " at `{path}`")?;
        }
        write!(formatter, ": {kind}")
    }
}

impl std::error::Error for EncodeError {}

/// Why a value does not fit its layout: the reason of an [`EncodeError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// A string, bytes, a list or a message is longer than its length prefix can say.
    #[error("expected a length of at most {limit}, found {found}; send the value in parts")]
    TooLong {
        /// The longest that the layout can say.
        limit: usize,
        /// The length.
        found: usize,
    },
    /// A list of values that take no bytes is longer than a decoder would walk through.
    #[error("expected at most {limit} items that take no bytes, found more; send their number")]
    ItemsWithoutBytes {
        /// How many such items one message may hold.
        limit: usize,
    },
    /// Messages lie within one another more deeply than a decoder follows.
    #[error(
        "expected at most {limit} messages within one another, found more; flatten the value, or send it in parts"
    )]
    Depth {
        /// How deep a decoder goes.
        limit: usize,
    },
    /// The number of an enum's `other` variant is wider than protobuf's enums are.
    #[error(
        "expected the id of a variant from -2147483648 to 2147483647, found {found}: protobuf's enums have 32 bits; \
         send the number in a field of its own"
    )]
    EnumId {
        /// The number.
        found: i128,
    },
    /// There is no memory for the bytes.
    #[error("no memory for {length} bytes; send the value in parts")]
    Memory {
        /// How many bytes the message has.
        length: usize,
    },
    /// The value takes more memory than its bytes justify; its own decoder would refuse it.
    #[error(
        "expected a value of at most {limit} bytes of memory, found more; \
         write `#[binary(memory = N)]` above the message, on both sides, to allow N times its bytes"
    )]
    DecodedMemory {
        /// The memory that lists, maps and boxes of the message may take, in bytes.
        limit: usize,
    },
    /// The buffer that was to take the message is too small. What it holds is not specified.
    #[error("expected a buffer of at least {needed} bytes, found {found}; ask `encoded_size` for the length")]
    Buffer {
        /// How many bytes the message has.
        needed: usize,
        /// How many the buffer has.
        found: usize,
    },
    /// The value was longer or shorter when it was written than when it was measured.
    #[error(
        "expected {needed} more bytes, found room for {left}: the value changed while it was encoded; \
         leave values that change by themselves out of the message"
    )]
    Miscounted {
        /// What the value still needs.
        needed: usize,
        /// The room that was measured for it.
        left: usize,
    },
    /// A value is not what the type's `validate` accepts.
    #[error("{reason}; correct the value, or the function given in `validate`")]
    Invalid {
        /// What the function says.
        reason: String,
    },
    /// See [`EncodeError::custom`].
    #[error("{reason}")]
    Custom {
        /// What the type's own codec says.
        reason: String,
    },
}

use std::io;

use crate::quote::quote;
#[cfg(feature = "client")]
use crate::wire::first_bytes::ForeignError;

/// Why a connection does not carry calls.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// The connection broke.
    #[error("the connection broke before both sides had said what they take: {0}")]
    Broken(#[from] io::Error),
    /// The other side broke a rule.
    #[error("{0}")]
    Violation(#[from] Violation),
    /// The other side speaks something else.
    #[cfg(feature = "client")]
    #[error("{0}")]
    Foreign(#[from] ForeignError),
}

/// A rule of the wire that the other side broke: the connection is closed, and says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Violation {
    /// The first bytes are not those of this wire.
    #[error("the connection begins with {found:02x?} and not with {:02x?}", super::MAGIC)]
    Magic {
        /// The bytes that came.
        found: [u8; 8],
    },
    /// A frame is longer than what this side takes.
    #[error("a frame of {length} bytes is over the limit of {limit}")]
    FrameTooLong {
        /// What its header says, in bytes.
        length: u32,
        /// What this side said in its HELLO, in bytes.
        limit: u32,
    },
    /// No kind of this version, and none that may be skipped.
    #[error("{kind:#04x} is no kind of frame")]
    UnknownKind {
        /// The number of the kind.
        kind: u8,
    },
    /// Flags that the kind does not have, or not together.
    #[error("the flags {flags:#04x} are not for a frame of kind {kind:#04x}")]
    Flags {
        /// The number of the kind.
        kind: u8,
        /// The flags.
        flags: u8,
    },
    /// A payload that ends early, or has something behind its end.
    #[error("the payload of {length} bytes is too short or too long for a frame of kind {kind:#04x}")]
    Payload {
        /// The number of the kind.
        kind: u8,
        /// The payload, in bytes.
        length: usize,
    },
    /// A frame that belongs elsewhere: to the other side, to another state, to a call or to none.
    #[error("a frame of kind {kind:#04x} for call {call} is out of place: {why}")]
    OutOfPlace {
        /// The number of the kind.
        kind: u8,
        /// The id of the call, 0 for the connection.
        call: u32,
        /// Which rule it breaks.
        why: &'static str,
    },
    /// More calls at once than were allowed.
    #[error("call {call} is one more than the {limit} that may be under way at once")]
    TooManyCalls {
        /// The id of the call.
        call: u32,
        /// What this side said in its HELLO.
        limit: u32,
    },
    /// More bytes than were granted.
    #[error("a frame for call {call} costs {cost}, and {granted} are granted")]
    Window {
        /// The id of the call, 0 for the connection.
        call: u32,
        /// What the frame costs, in bytes.
        cost: i64,
        /// What was left, in bytes.
        granted: i64,
    },
    /// A grant that makes no sense.
    #[error(
        "a grant of {grant} for call {call}, which has {granted}, is not between 1 and 2147483647 together"
    )]
    Grant {
        /// The id of the call, 0 for the connection.
        call: u32,
        /// What was granted, in bytes.
        grant: u32,
        /// What was left before, in bytes.
        granted: i64,
    },
    /// What HELLO says cannot be.
    #[error("{setting} is {found} in the HELLO; it takes {from} to {to}")]
    Setting {
        /// Its name in the documentation.
        setting: &'static str,
        /// The value.
        found: u32,
        /// The least that it may be.
        from: u32,
        /// The most that it may be.
        to: u32,
    },
    /// The other side found one.
    #[error("the other side closed the connection: {said}")]
    Accused {
        /// The number of its reason.
        reason: u8,
        /// Its reason, quoted, in at most as many characters as a quote has.
        said: String,
    },
    /// Its table of methods cannot be.
    #[error("the table of methods is wrong at byte {offset} of its frame: {fault}")]
    #[allow(dead_code, reason = "only a host reads a table")]
    Table {
        /// Where the entry begins, in bytes from the beginning of the payload.
        offset: usize,
        /// Which rule it breaks.
        #[source]
        fault: TableFault,
    },
}

/// What is wrong with a table of methods.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(dead_code, reason = "only a host reads a table")]
pub(crate) enum TableFault {
    /// The frame ends first.
    #[error("the frame ends within the entry")]
    Cut,
    /// No kind of method.
    #[error("{found} is no kind of method; there are 0 to 3")]
    Kind {
        /// The number of the kind.
        found: u8,
    },
    /// A text that is none.
    #[error("a text in the entry is no UTF-8")]
    Text,
    /// One path for two methods.
    #[error("the path {path} comes twice")]
    PathTwice {
        /// The path, quoted.
        path: String,
    },
    /// Too many methods.
    #[error("it is one more than the {limit} methods that a table may have")]
    Methods {
        /// The limit, as a number.
        limit: usize,
    },
    /// Too much of all together.
    #[error("all frames together have {found} bytes, over the limit of {limit}")]
    Bytes {
        /// What came, in bytes.
        found: usize,
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Violation {
    /// What a GOODBYE says that is no orderly one. `text` is what stands behind its reason.
    pub(super) fn accused(reason: u8, text: &[u8]) -> Self {
        Self::Accused { reason, said: quote(&String::from_utf8_lossy(text)) }
    }
}

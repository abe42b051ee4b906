use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// Why a message of a family could not be sent, received or answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// It took too long.
    #[error(
        "failed to {what} within {limit:?}; is the peer busy or gone? try again, or allow more time in `FamilyOptions`"
    )]
    Timeout {
        /// What was to be done.
        what: &'static str,
        /// How long was waited.
        limit: Duration,
    },
    /// The operating system, or the stream, says no.
    #[error("failed to {what}: {source}; is the peer running, and reachable? connect again")]
    Io {
        /// What was to be done.
        what: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// What came is no frame of the family, or its payload is not of its message.
    #[error("{0}")]
    Decode(#[source] DecodeError),
    /// The message does not fit its layout. Nothing was sent.
    #[error("{0}")]
    Encode(#[source] EncodeError),
    /// A datagram is no frame of the family. The socket goes on.
    #[error("a datagram of {peer}: {source}")]
    Datagram {
        /// Who sent it.
        peer: SocketAddr,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// The peer answered `NOT_FOUND`: it does not know the type of a message that it was sent, or what to do with it. The
    /// connection still stands on this side; whether the peer knows where the next message begins is its own affair.
    #[error(
        "the peer does not know {} of the family `{family}`; declare it on the peer's side, or do not send it to this peer",
        message(*message_type)
    )]
    NotFound {
        /// The family.
        family: &'static str,
        /// The type that was sent, if it was a request that got this answer.
        message_type: Option<u64>,
    },
    /// The peer sent a type that the family does not have. Where its frame ends is not known, so nothing that comes
    /// behind it can be read.
    #[error(
        "the peer sent message type {found}, which the family `{family}` does not have, and nothing behind it can be read; \
         declare the message on this side, and connect again"
    )]
    UnknownMessage {
        /// The family.
        family: &'static str,
        /// The type.
        found: u64,
    },
    /// The peer closed the connection within a frame, or before the answer to a request.
    #[error(
        "the peer closed the connection after {received} of at least {needed} bytes of a frame; \
         see what the peer says about it, and connect again"
    )]
    Closed {
        /// The bytes of the frame that came.
        received: usize,
        /// The bytes that it has, as far as is known.
        needed: usize,
    },
    /// A message is too long to be sent. Nothing was sent.
    #[error(
        "expected at most {limit} bytes to send, found {found}; send the value in parts, or raise the limit if it is \
         that of `max_payload_size`"
    )]
    TooLarge {
        /// The most that may be sent: of payload on a stream, of a frame in a datagram.
        limit: usize,
        /// What the message has.
        found: usize,
    },
    /// The connection cannot be used for this any more, because of what happened on it before.
    #[error("the connection is given up: {reason}; connect again")]
    Broken {
        /// What happened.
        reason: &'static str,
    },
    /// The handler of a server returned an error. The connection is closed.
    #[error(
        "the handler failed: {source}; the connection was closed, because the frame has no place for an error"
    )]
    Handler {
        /// What the handler says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl FamilyError {
    /// Whether it took too long: trying again, or with more time, may help.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    pub(super) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}

impl From<DecodeError> for FamilyError {
    fn from(error: DecodeError) -> Self {
        let family = error.type_name();
        match *error.kind() {
            DecodeErrorKind::UnknownMessage { found } => Self::UnknownMessage { family, found },
            DecodeErrorKind::NotFound => Self::NotFound { family, message_type: None },
            _ => Self::Decode(error),
        }
    }
}

impl From<EncodeError> for FamilyError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

fn message(message_type: Option<u64>) -> String {
    message_type.map_or_else(|| "a message type".to_owned(), |number| format!("message type {number}"))
}

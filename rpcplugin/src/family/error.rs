use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// Why a message of a family could not be sent, received or answered.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyError, FamilyOptions};
///
/// #[derive(BinaryMessage)]
/// #[binary(family)]
/// enum Telemetry {
///     #[binary(id = 1)]
///     Status { text: String },
/// }
///
/// # #[tokio::main]
/// # async fn main() {
/// let (stream, _peer) = tokio::io::duplex(64);
/// let mut connection = FamilyConnection::new(stream, FamilyOptions::new().max_payload_size(16));
/// let message = Telemetry::Status { text: "far too long".repeat(2) };
/// match connection.send(&message).await {
///     Err(FamilyError::TooLarge { limit, found, .. }) => assert_eq!((limit, found), (16, 28)),
///     // Whoever knows that a message may be sent twice tries again.
///     Err(error) if error.is_timeout() => {}
///     other => panic!("{other:?}"),
/// }
/// # }
/// ```
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
    #[error(transparent)]
    Decode(DecodeError),
    /// The message does not fit its layout. Nothing was sent.
    #[error(transparent)]
    Encode(EncodeError),
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
        "message `{message}` of the family `{family}`: expected at most {limit} bytes to send, found {found}; send the \
         value in parts, or raise the limit if it is that of `max_payload_size`"
    )]
    TooLarge {
        /// The family.
        family: &'static str,
        /// The message: its variant.
        message: &'static str,
        /// The most that may be sent, in bytes: of payload on a stream, of a frame in a datagram.
        limit: usize,
        /// What the message has, in bytes.
        found: usize,
    },
    /// The connection cannot be used for this, because of what happened on it before. Nothing was sent.
    #[error("the connection cannot be used for this: {reason}")]
    Broken {
        /// What happened, and what to do.
        reason: &'static str,
    },
    /// The handler of a server returned an error, or panicked. A connection is closed.
    #[error(
        "the handler failed: {}; the peer gets no answer, because the frame has no place for an error",
        with_causes(source.as_ref())
    )]
    Handler {
        /// What the handler says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The handler of a server did not return in time, and was dropped. A connection is closed.
    #[error(
        "the handler did not return within {limit:?}, and the peer gets no answer; \
         allow more time by `FamilyOptions::handler_timeout`"
    )]
    HandlerTimeout {
        /// How long was waited.
        limit: Duration,
    },
}

impl FamilyError {
    /// Whether it took too long: trying again, or with more time, may help.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::HandlerTimeout { .. })
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

/// An error of a handler in one line: what it says, and why, and why that.
fn with_causes(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let why = error.to_string();
        // Many errors have the text of their cause in their own.
        if !text.contains(&why) {
            text.push_str(": ");
            text.push_str(&why);
        }
        cause = error.source();
    }
    text
}

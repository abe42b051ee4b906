use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::StreamExt;

use super::MessageStream;
use crate::contract::Status;

/// The answer to a call, when it comes. Dropping it gives the call up.
pub type ResponseFuture = Pin<Box<dyn Future<Output = Result<Messages, Status>> + Send>>;

/// What one side of a call sends, as bytes that only the messages' type understands.
///
/// The kind of the method says which of the two it is: [`MethodKind`](crate::MethodKind).
#[expect(clippy::exhaustive_enums, reason = "a side sends one message or many: there is no third way")]
pub enum Messages {
    /// Exactly one message.
    One(Bytes),
    /// Any number of messages.
    Many(MessageStream),
}

impl Messages {
    /// Looks at each message, and replaces it by what `change` makes of it.
    ///
    /// An error ends the call with it: at once for a single message, in the stream for many.
    ///
    /// # Errors
    ///
    /// The error of `change` for a single message.
    pub fn map(
        self,
        mut change: impl FnMut(Bytes) -> Result<Bytes, Status> + Send + 'static,
    ) -> Result<Self, Status> {
        match self {
            Self::One(bytes) => change(bytes).map(Self::One),
            Self::Many(messages) => {
                let changed = messages.map(move |message| message.and_then(&mut change));
                Ok(Self::Many(MessageStream::new(changed)))
            }
        }
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may be secret: the length is all that a log may see.
        match self {
            Self::One(bytes) => write!(formatter, "One({} bytes)", bytes.len()),
            Self::Many(_) => formatter.write_str("Many"),
        }
    }
}

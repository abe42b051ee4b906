use std::fmt;

use bytes::Bytes;

use crate::message::{DecodeError, EncodeError, Message};

/// What stands before the name of a type in the URL by which protobuf names it.
const TYPE_URL_PREFIX: &str = "type.googleapis.com/";

/// A message that a [`Status`](crate::Status) carries for the caller's program, such as a `google.rpc.BadRequest`.
///
/// On the wire it is an entry of `google.rpc.Status`, which every gRPC implementation understands.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, Detail, Status};
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// struct RetryAfter {
///     #[binary(id = 1)]
///     seconds: u32,
/// }
///
/// let detail = Detail::new("example.RetryAfter", &RetryAfter { seconds: 3 })?;
/// let status = Status::unavailable("busy; try again later").with_detail(detail);
///
/// let found = status.detail::<RetryAfter>("example.RetryAfter").expect("it was put there")?;
/// assert_eq!(found.seconds, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Detail {
    type_url: String,
    value: Bytes,
}

impl Detail {
    /// A detail of a message and the full name of its type, such as `google.rpc.ErrorInfo`.
    ///
    /// Peers in other languages read it where the message is protobuf: every field with an id, or a prost type.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] where the message cannot be written.
    pub fn new(type_name: &str, message: &impl Message) -> Result<Self, EncodeError> {
        Ok(Self::from_parts(format!("{TYPE_URL_PREFIX}{type_name}"), message.encode()?))
    }

    /// As it stands on the wire.
    pub(crate) const fn from_parts(type_url: String, value: Bytes) -> Self {
        Self { type_url, value }
    }

    /// The URL that names the type on the wire, such as `type.googleapis.com/google.rpc.ErrorInfo`.
    #[must_use]
    pub fn type_url(&self) -> &str {
        &self.type_url
    }

    /// The full name of the type: what stands behind the last `/` of its URL.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.type_url.rsplit('/').next().unwrap_or_default()
    }

    /// The bytes of the message.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.value
    }

    /// The message.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] where the bytes are not of this type.
    pub fn decode<T: Message>(&self) -> Result<T, DecodeError> {
        T::decode(self.value.clone())
    }
}

impl fmt::Debug for Detail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.type_name(), self.value.len())
    }
}

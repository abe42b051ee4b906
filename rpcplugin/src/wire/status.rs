//! What of a status crosses: on every wire the same text and the same details, so that a caller is told the same.

#[cfg(feature = "server")]
use std::borrow::Cow;

#[cfg(feature = "server")]
use prost::Message as _;

#[cfg(feature = "server")]
use crate::contract::{Code, Status};

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct GoogleStatus {
    #[prost(int32, tag = "1")]
    pub code: i32,
    #[prost(string, tag = "2")]
    pub message: String,
    #[prost(message, repeated, tag = "3")]
    pub details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Any {
    #[prost(string, tag = "1")]
    pub type_url: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub value: bytes::Bytes,
}

/// A failure as it leaves its handler. The source of an error stays here: it may name what the caller must not know.
#[cfg(feature = "server")]
pub(super) struct Outgoing<'a> {
    /// Never [`Code::Ok`].
    pub code: Code,
    /// Cut where it is too long.
    pub message: Cow<'a, str>,
    /// Code, text and details, where there are details and they are not too long.
    pub details: Option<GoogleStatus>,
}

#[cfg(feature = "server")]
impl<'a> Outgoing<'a> {
    pub(super) fn new(status: &'a Status) -> Self {
        use super::metadata::base64_bytes;
        use crate::limits::STATUS_DETAILS_BYTES_MAX;

        if status.code() == Code::Ok {
            // An error with this code would cross as a success, and a stream that it ends would look complete.
            let message = "the handler failed with the code OK; return another code, or a value";
            return Self { code: Code::Internal, message: Cow::Borrowed(message), details: None };
        }
        let (code, mut message) = (status.code(), cut(status.message()));
        if status.details().is_empty() {
            return Self { code, message, details: None };
        }
        let all = google_status(status, &message);
        let bytes = all.encoded_len();
        if base64_bytes(bytes) <= STATUS_DETAILS_BYTES_MAX {
            return Self { code, message, details: Some(all) };
        }
        // A header list over the limit would cost the whole answer.
        message.to_mut().push_str(&format!(
            " (its details of {bytes} bytes were left out: over the limit of {STATUS_DETAILS_BYTES_MAX} as they travel)"
        ));
        Self { code, message, details: None }
    }
}

#[cfg(feature = "server")]
fn google_status(status: &Status, message: &str) -> GoogleStatus {
    let details = status.details().iter();
    let details =
        details.map(|detail| Any { type_url: detail.type_url().to_owned(), value: detail.bytes().clone() });
    GoogleStatus { code: status.code().number(), message: message.to_owned(), details: details.collect() }
}

/// The text travels in a header of gRPC, and headers have a limit. What `%` escapes make of it counts, and so do the dots
/// that say that there was more.
#[cfg(feature = "server")]
fn cut(message: &str) -> Cow<'_, str> {
    use crate::limits::STATUS_MESSAGE_BYTES_MAX;

    const MORE: &str = "...";
    let (mut bytes, mut end) = (0, 0);
    for (at, character) in message.char_indices() {
        let plain = matches!(character, ' '..='~') && character != '%';
        bytes += if plain { 1 } else { 3 * character.len_utf8() };
        if bytes + MORE.len() <= STATUS_MESSAGE_BYTES_MAX {
            end = at + character.len_utf8();
        }
        if bytes > STATUS_MESSAGE_BYTES_MAX {
            return Cow::Owned(format!("{}{MORE}", message.get(..end).unwrap_or_default()));
        }
    }
    Cow::Borrowed(message)
}

//! How a call ended, as headers say it: a number, a text in `%` escapes, and a `google.rpc.Status` with the details.

#[cfg(feature = "server")]
use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use prost::Message as _;

#[cfg(feature = "client")]
use crate::contract::Detail;
use crate::contract::{Code, Status};

pub(super) const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
struct WireStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, prost::Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "bytes", tag = "2")]
    value: bytes::Bytes,
}

/// Adds the outcome of a call to headers. The source of an error stays here: it may name what the caller must not know.
#[cfg(feature = "server")]
pub(super) fn write(outcome: Result<(), &Status>, headers: &mut HeaderMap) {
    let Err(status) = outcome else {
        headers.insert(STATUS, HeaderValue::from_static("0"));
        return;
    };
    if status.code() == Code::Ok {
        // An error with this code would cross as a success, and a stream that it ends would look complete.
        let status = Status::internal("the handler failed with the code OK; return another code, or a value");
        return write_error(&status, headers);
    }
    write_error(status, headers);
}

#[cfg(feature = "server")]
fn write_error(status: &Status, headers: &mut HeaderMap) {
    use super::metadata::encode_binary;
    use super::percent;
    use crate::limits::STATUS_DETAILS_BYTES_MAX;

    headers.insert(STATUS, HeaderValue::from(status.code().number()));
    let mut message = cut(status.message()).into_owned();
    if !status.details().is_empty() {
        let details = status.details().iter();
        let details = details
            .map(|detail| Any { type_url: detail.type_url().to_owned(), value: detail.bytes().clone() });
        let all =
            WireStatus { code: status.code().number(), message: message.clone(), details: details.collect() };
        let bytes = all.encode_to_vec();
        match HeaderValue::try_from(encode_binary(&bytes)) {
            Ok(value) if value.len() <= STATUS_DETAILS_BYTES_MAX => drop(headers.insert(DETAILS, value)),
            // A header list over the limit would cost the whole answer.
            _ => message.push_str(&format!(
                " (its details of {} bytes were left out: over the limit of {STATUS_DETAILS_BYTES_MAX} as they travel)",
                bytes.len()
            )),
        }
    }
    if !message.is_empty()
        && let Ok(value) = HeaderValue::try_from(percent::encode(&message))
    {
        headers.insert(MESSAGE, value);
    }
}

/// The text travels in a header, and headers have a limit. What `%` escapes make of it counts, and so do the dots that say
/// that there was more.
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

/// The outcome of a call that headers say; `None` where they say none.
#[cfg(feature = "client")]
pub(super) fn read(headers: &HeaderMap) -> Option<Result<(), Status>> {
    let number = headers.get(STATUS)?.to_str().ok().and_then(|text| text.parse().ok());
    let code = number.map_or(Code::Unknown, Code::from_number);
    if code == Code::Ok {
        return Some(Ok(()));
    }
    let message = headers.get(MESSAGE).map(|text| super::percent::decode(text.as_bytes()));
    let status = Status::new(code, message.unwrap_or_default());
    Some(Err(read_details(headers).into_iter().fold(status, Status::with_detail)))
}

/// Details that are spoiled are as good as none: code and text stand on their own.
#[cfg(feature = "client")]
fn read_details(headers: &HeaderMap) -> Vec<Detail> {
    let bytes = headers.get(DETAILS).and_then(|text| super::metadata::decode_binary(text.as_bytes()));
    let all = bytes.and_then(|bytes| WireStatus::decode(bytes.as_slice()).ok()).unwrap_or_default();
    all.details.into_iter().map(|any| Detail::from_parts(any.type_url, any.value)).collect()
}

/// What an answer of HTTP means that says nothing of gRPC: somebody else has answered.
#[cfg(feature = "client")]
pub(super) fn of_http(status: http::StatusCode, content_type: Option<&HeaderValue>) -> Status {
    let code = match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    };
    let said = content_type.map_or_else(
        || "no content type".to_owned(),
        |value| {
            format!("the content type {}", crate::quote::quote(&String::from_utf8_lossy(value.as_bytes())))
        },
    );
    Status::new(
        code,
        format!(
            "the answer is HTTP {} with {said}, and no gRPC; is the peer a gRPC server?",
            status.as_u16()
        ),
    )
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use super::*;
    use crate::limits::{STATUS_DETAILS_BYTES_MAX, STATUS_MESSAGE_BYTES_MAX};

    fn crossed(status: &Status) -> Status {
        let mut headers = HeaderMap::new();
        write(Err(status), &mut headers);
        let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
        assert!(size <= crate::limits::HEADER_LIST_BYTES_RESERVED, "{size} bytes");
        read(&headers).and_then(Result::err).unwrap_or_else(|| Status::new(Code::Ok, "no failure"))
    }

    #[test]
    fn a_status_crosses_with_code_and_text() {
        let status = crossed(&Status::not_found("no key `\u{e4}`\t\u{1f600}"));
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(status.message(), "no key `\u{e4}`\t\u{1f600}");
    }

    #[test]
    fn details_cross_in_order() {
        let details = [("a.One", &b"1"[..]), ("a.Two", b"")];
        let status = details.iter().fold(Status::aborted("twice"), |status, (name, value)| {
            status.with_detail(Detail::new(name, &value.to_vec()).unwrap())
        });
        let crossed = crossed(&status);
        assert_eq!(crossed.details(), status.details());
        assert_eq!(crossed.detail::<Vec<u8>>("a.One").unwrap().unwrap(), b"1");
    }

    #[test]
    fn details_over_the_limit_are_named_and_left_out() {
        let detail = Detail::new("a.Large", &vec![1_u8; STATUS_DETAILS_BYTES_MAX]).unwrap();
        let status = crossed(&Status::aborted("too much").with_detail(detail));
        assert!(status.details().is_empty());
        assert!(status.message().starts_with("too much (its details of "), "{status}");
    }

    #[test]
    fn a_failure_with_the_code_of_a_success_stays_a_failure() {
        assert_eq!(crossed(&Status::new(Code::Ok, "done")).code(), Code::Internal);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        for text in ["\u{e4}", "a", "\u{1f600}", "%"] {
            let crossed = crossed(&Status::internal(text.repeat(STATUS_MESSAGE_BYTES_MAX + 1)));
            assert!(crossed.message().len() > STATUS_MESSAGE_BYTES_MAX / 4, "{}", crossed.message().len());
            // Who reads it sees that there was more.
            assert_eq!(crossed.message().replace(text, ""), "...");
        }
    }

    #[test]
    fn a_text_that_fits_is_not_touched() {
        for (text, bytes) in [("a", 1), ("\u{e4}", 6)] {
            let whole = text.repeat(STATUS_MESSAGE_BYTES_MAX / bytes);
            assert_eq!(crossed(&Status::internal(whole.clone())).message(), whole);
            let over = crossed(&Status::internal(format!("{whole}abcdefg")));
            assert!(over.message().ends_with("..."), "{over}");
            assert!(super::super::percent::encode(over.message()).len() <= STATUS_MESSAGE_BYTES_MAX);
        }
    }

    #[test]
    fn a_number_that_is_none_of_grpcs_is_unknown() {
        for text in ["17", "-1", "abc", "", "99999999999999999999"] {
            let mut headers = HeaderMap::new();
            headers.insert(STATUS, HeaderValue::from_static(text));
            let read = read(&headers).unwrap();
            assert_eq!(read.unwrap_err().code(), Code::Unknown, "{text}");
        }
    }
}

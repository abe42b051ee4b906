//! How a call ended, as headers say it: a number, a text in `%` escapes, and a `google.rpc.Status` with the details.

use http::{HeaderMap, HeaderName, HeaderValue};
use prost::Message as _;

#[cfg(feature = "client")]
use crate::contract::{Code, Detail};
use crate::contract::{Pushback, Status};
#[cfg(feature = "client")]
use crate::wire::status::GoogleStatus;
#[cfg(feature = "server")]
use crate::wire::status::Outgoing;

pub(super) const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// Adds the outcome of a call to headers.
#[cfg(feature = "server")]
pub(super) fn write(outcome: Result<(), &Status>, headers: &mut HeaderMap) {
    let Err(status) = outcome else {
        headers.insert(STATUS, HeaderValue::from_static("0"));
        return;
    };
    let Outgoing { code, message, details } = Outgoing::new(status);
    headers.insert(STATUS, HeaderValue::from(code.number()));
    let details = details.map(|all| super::metadata::encode_binary(&all.encode_to_vec()));
    if let Some(Ok(value)) = details.map(HeaderValue::try_from) {
        headers.insert(DETAILS, value);
    }
    if let Some(pushback) = status.pushback() {
        headers.insert(PUSHBACK, written(pushback));
    }
    if !message.is_empty()
        && let Ok(value) = HeaderValue::try_from(super::percent::encode(&message))
    {
        headers.insert(MESSAGE, value);
    }
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
    let status = read_details(headers).into_iter().fold(status, Status::with_detail);
    // What the details say of another try is finer, and whoever wrote both wrote the same.
    Some(Err(match headers.get(PUSHBACK) {
        Some(pushback) if status.pushback().is_none() => status.with_pushback(read_pushback(pushback)),
        _ => status,
    }))
}

/// In whole milliseconds, never sooner than was said.
#[cfg(feature = "server")]
fn written(pushback: Pushback) -> HeaderValue {
    match pushback {
        Pushback::Never => HeaderValue::from_static("-1"),
        Pushback::After(delay) => {
            let milliseconds = delay.as_nanos().div_ceil(1_000_000);
            HeaderValue::from(i32::try_from(milliseconds).unwrap_or(i32::MAX))
        }
    }
}

/// What is no number of milliseconds means, as gRPC has it, that there shall be no other try.
#[cfg(feature = "client")]
fn read_pushback(header: &HeaderValue) -> Pushback {
    let milliseconds = header.to_str().ok().and_then(|text| text.parse::<u32>().ok());
    milliseconds.map_or(Pushback::Never, |milliseconds| {
        Pushback::After(std::time::Duration::from_millis(milliseconds.into()))
    })
}

/// Details that are spoiled are as good as none: code and text stand on their own.
#[cfg(feature = "client")]
fn read_details(headers: &HeaderMap) -> Vec<Detail> {
    let bytes = headers.get(DETAILS).and_then(|text| super::metadata::decode_binary(text.as_bytes()));
    let all = bytes.and_then(|bytes| GoogleStatus::decode(bytes.as_slice()).ok()).unwrap_or_default();
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

    #[test]
    fn when_to_try_again_is_said_in_grpcs_words_as_well() {
        use std::time::Duration;

        let status = Status::unavailable("busy").with_retry_after(Duration::from_micros(2_500_001));
        let mut headers = HeaderMap::new();
        write(Err(&status), &mut headers);
        assert_eq!(headers.get(PUSHBACK).unwrap(), "2501", "never sooner than was said");
        assert_eq!(crossed(&status).details(), status.details(), "and it is not doubled");
        // Of a peer that says nothing else.
        for (said, pushback) in [
            ("250", Pushback::After(Duration::from_millis(250))),
            ("0", Pushback::After(Duration::ZERO)),
            ("-1", Pushback::Never),
            ("soon", Pushback::Never),
            ("99999999999", Pushback::Never),
        ] {
            let mut headers = HeaderMap::new();
            write(Err(&Status::unavailable("busy")), &mut headers);
            headers.insert(PUSHBACK, HeaderValue::from_static(said));
            let status = read(&headers).unwrap().unwrap_err();
            assert_eq!(status.pushback(), Some(pushback), "{said}");
            let mut again = HeaderMap::new();
            write(Err(&status), &mut again);
            assert_eq!(read(&again).unwrap().unwrap_err().pushback(), Some(pushback), "{said}");
        }
    }
}

//! How a call ended, as the payload of a STATUS: code, text, details and the trailing metadata.

#[cfg(feature = "server")]
use bytes::BufMut;
#[cfg(feature = "client")]
use bytes::Bytes;

#[cfg(feature = "client")]
use super::Violation;
use super::metadata;
use crate::call::Metadata;
#[cfg(feature = "client")]
use crate::contract::Code;
use crate::contract::Status;

/// Writes the outcome of a call. `metadata_bytes_max` is what the other side takes, as its HELLO says.
///
/// Trailing metadata that is too much makes the outcome another one: the handler's own mistake, which its caller must not
/// take for an answer.
#[cfg(feature = "server")]
pub(super) fn encode(
    outcome: Result<(), &Status>,
    trailing: &Metadata,
    metadata_bytes_max: u32,
    to: &mut impl BufMut,
) {
    let mut behind = Vec::new();
    if !trailing.is_empty()
        && let Err(status) = metadata::encode(trailing, metadata_bytes_max, &mut behind)
    {
        return write(Err(&status), to);
    }
    write(outcome, to);
    to.put_slice(&behind);
}

#[cfg(feature = "server")]
fn write(outcome: Result<(), &Status>, to: &mut impl BufMut) {
    use super::fields::{put_long, put_short};
    use crate::wire::status::Outgoing;

    let Err(status) = outcome else {
        // OK, no text, no details.
        to.put_slice(&[0; 5]);
        return;
    };
    let Outgoing { code, message, details } = Outgoing::new(status);
    to.put_u8(u8::try_from(code.number()).unwrap_or(u8::MAX));
    put_short(to, message.as_bytes());
    let details = details.map(|all| all.details).unwrap_or_default();
    // Each takes two bytes at least of the 3 KiB that they may take.
    to.put_u16_le(u16::try_from(details.len()).unwrap_or(u16::MAX));
    for detail in details {
        put_short(to, detail.type_url.as_bytes());
        put_long(to, &detail.value);
    }
}

/// The outcome of a call, and the trailing metadata.
///
/// # Errors
///
/// [`Violation::Payload`] where the payload is cut, or a text in it is no UTF-8: the call ends with it, and the connection goes
/// on. For metadata that cannot be read the call fails as well, unless it has failed already.
#[cfg(feature = "client")]
pub(super) fn decode(payload: &[u8]) -> Result<(Result<(), Status>, Metadata), Violation> {
    let (outcome, trailing) = read(payload).ok_or_else(|| Violation::Payload {
        kind: super::frame::Kind::Status.number(),
        length: payload.len(),
    })?;
    // What a status says matters more than metadata that is spoiled.
    let (trailing, spoiled) = match metadata::decode(trailing) {
        Ok(trailing) => (trailing, Ok(())),
        Err(status) => (Metadata::new(), Err(status)),
    };
    Ok((outcome.and(spoiled), trailing))
}

/// The outcome, and what stands behind it.
#[cfg(feature = "client")]
fn read(payload: &[u8]) -> Option<(Result<(), Status>, &[u8])> {
    use super::fields::Fields;
    use crate::contract::Detail;

    let mut fields = Fields::of(payload);
    let code = Code::from_number(i32::from(fields.u8()?));
    let text = std::str::from_utf8(fields.short()?).ok()?;
    let mut status = Status::new(code, text);
    for _ in 0..fields.u16()? {
        let type_url = std::str::from_utf8(fields.short()?).ok()?;
        // Not a piece of what was read from the socket: a status may be kept for long.
        let value = Bytes::copy_from_slice(fields.long()?);
        status = status.with_detail(Detail::from_parts(type_url.to_owned(), value));
    }
    let outcome = if code == Code::Ok { Ok(()) } else { Err(status) };
    Some((outcome, fields.rest()))
}

#[cfg(all(test, feature = "client", feature = "server"))]
#[expect(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]
mod tests {
    use super::*;
    use crate::contract::Detail;
    use crate::limits::{STATUS_DETAILS_BYTES_MAX, STATUS_MESSAGE_BYTES_MAX};

    fn encoded(outcome: Result<(), &Status>, trailing: &Metadata) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(outcome, trailing, u32::MAX, &mut bytes);
        bytes
    }

    fn crossed(status: &Status) -> Status {
        let bytes = encoded(Err(status), &Metadata::new());
        let (outcome, trailing) = decode(&bytes).unwrap();
        assert!(trailing.is_empty());
        outcome.unwrap_err()
    }

    fn tenant() -> Metadata {
        let mut metadata = Metadata::new();
        metadata.append("tenant", "blue").unwrap();
        metadata
    }

    fn detailed() -> Status {
        let retry = Detail::from_parts(
            "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
            b"\n\x02\x08\x03"[..].into(),
        );
        Status::unavailable("bus\u{e9}")
            .with_detail(retry)
            .with_detail(Detail::from_parts(String::new(), Bytes::new()))
    }

    #[test]
    fn an_outcome_crosses_as_the_page_says() {
        let vectors: [(Result<(), Status>, Metadata, &[u8]); 3] = [
            (Err(Status::not_found("no key `a`")), Metadata::new(), b"\x05\x0a\x00no key `a`\x00\x00"),
            (Ok(()), tenant(), b"\0\0\0\0\0\x01\x00\x06\x00tenant\x04\x00blue"),
            (
                Err(detailed()),
                Metadata::new(),
                b"\x0e\x05\x00bus\xc3\xa9\x02\x00\x28\x00type.googleapis.com/google.rpc.RetryInfo\x04\x00\x00\x00\
                  \n\x02\x08\x03\x00\x00\x00\x00\x00\x00",
            ),
        ];
        for (outcome, trailing, bytes) in vectors {
            assert_eq!(encoded(outcome.as_ref().copied(), &trailing), bytes);
            let (read, behind) = decode(bytes).unwrap();
            assert_eq!(behind, trailing);
            let said = |outcome: Result<(), Status>| {
                outcome
                    .map_err(|status| (status.code(), status.message().to_owned(), status.details().to_vec()))
            };
            assert_eq!(said(read), said(outcome));
        }
    }

    #[test]
    fn every_cut_is_a_violation() {
        let bytes = encoded(Err(&detailed()), &Metadata::new());
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]).unwrap_err(), Violation::Payload { kind: 0x13, length });
        }
    }

    #[test]
    fn a_text_that_is_none_is_a_violation() {
        for bytes in [&b"\x05\x01\x00\xff\x00\x00"[..], b"\x05\x00\x00\x01\x00\x01\x00\xff\x00\x00\x00\x00"] {
            assert_eq!(decode(bytes).unwrap_err(), Violation::Payload { kind: 0x13, length: bytes.len() });
        }
    }

    #[test]
    fn a_number_and_a_length_are_not_believed() {
        for bytes in [
            &b"\x05\xff\xff"[..],
            b"\x05\x00\x00\xff\xff",
            b"\x05\x00\x00\x01\x00\x00\x00\xff\xff\xff\xff",
            b"\x05\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00",
        ] {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_code_that_is_none_of_grpcs_is_unknown() {
        for code in [17, 255] {
            let (outcome, _) = decode(&[code, 0, 0, 0, 0]).unwrap();
            assert_eq!(outcome.unwrap_err().code(), Code::Unknown);
        }
    }

    #[test]
    fn a_status_is_limited_as_grpc_limits_it() {
        assert_eq!(crossed(&Status::new(Code::Ok, "done")).code(), Code::Internal);
        for text in ["a", "\u{1f600}"] {
            let long = crossed(&Status::internal(text.repeat(STATUS_MESSAGE_BYTES_MAX + 1)));
            assert_eq!(long.message().replace(text, ""), "...");
            assert!(long.message().len() <= STATUS_MESSAGE_BYTES_MAX);
        }
        let detail = Detail::new("a.Large", &vec![1_u8; STATUS_DETAILS_BYTES_MAX]).unwrap();
        let status = crossed(&Status::aborted("too much").with_detail(detail));
        assert!(status.details().is_empty());
        assert!(status.message().starts_with("too much (its details of "), "{status}");
    }

    #[test]
    fn trailing_metadata_that_is_too_much_fails_the_call() {
        let mut bytes = Vec::new();
        encode(Ok(()), &tenant(), 10, &mut bytes);
        let (outcome, trailing) = decode(&bytes).unwrap();
        assert_eq!((outcome.unwrap_err().code(), trailing.len()), (Code::ResourceExhausted, 0));
    }

    #[test]
    fn spoiled_metadata_fails_a_call_that_has_not_failed() {
        for (code, expected) in [(0, Code::Internal), (5, Code::NotFound)] {
            let (outcome, trailing) = decode(&[code, 0, 0, 0, 0, 1, 0]).unwrap();
            assert_eq!((outcome.unwrap_err().code(), trailing.len()), (expected, 0));
        }
    }

    #[test]
    fn the_longest_status_fits_into_the_smallest_frame() {
        let details = (0..1_000).map(|_| Detail::from_parts(String::new(), Bytes::new()));
        let status =
            details.fold(Status::internal("x".repeat(STATUS_MESSAGE_BYTES_MAX)), Status::with_detail);
        let mut trailing = Metadata::new();
        trailing.append("a", &"x".repeat(10_240 - 33)).unwrap();
        let bytes = encoded(Err(&status), &trailing);
        assert!(bytes.len() > 12_000 && bytes.len() < 65_536, "{}", bytes.len());
    }
}

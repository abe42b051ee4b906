//! Metadata as headers: text as it is, bytes in base64.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::call::{Metadata, MetadataValue, is_reserved};
use crate::contract::Status;
use crate::wire::metadata::{check, kept};

/// Written without padding, read with or without: gRPC wants both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Adds metadata to headers.
pub(super) fn write(metadata: &Metadata, headers: &mut HeaderMap) -> Result<(), Status> {
    check(metadata)?;
    for (key, value) in metadata.iter() {
        let value = match value {
            MetadataValue::Ascii(text) => HeaderValue::from_str(text),
            MetadataValue::Binary(bytes) => HeaderValue::try_from(encode_binary(bytes)),
        };
        // Both were checked when they became metadata.
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(key.as_bytes()), value) else { continue };
        headers.append(name, value);
    }
    Ok(())
}

/// The metadata among headers. What is the wire's own, and text that is not printable ASCII, is left out.
///
/// # Errors
///
/// INTERNAL where a value that should be base64 is not; RESOURCE_EXHAUSTED where there are more entries than a call may carry.
pub(super) fn read(headers: &HeaderMap) -> Result<Metadata, Status> {
    let mut metadata = Metadata::new();
    for (name, value) in headers {
        let key = name.as_str();
        // Asked first, for an error is dear and every call has such headers.
        if is_reserved(key) {
            continue;
        }
        if key.ends_with("-bin") {
            // Several values may stand in one header, with commas between.
            for piece in value.as_bytes().split(|byte| *byte == b',') {
                let bytes = decode_binary(piece).ok_or_else(|| {
                    Status::internal(format!(
                        "the metadata `{key}` is no base64; a key in `-bin` travels as base64"
                    ))
                })?;
                kept(metadata.append_bin(key, bytes))?;
            }
        } else if let Ok(text) = value.to_str() {
            kept(metadata.append(key, text))?;
        }
    }
    Ok(metadata)
}

pub(super) fn encode_binary(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

pub(super) fn decode_binary(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text.trim_ascii()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Code;
    use crate::limits::METADATA_ENTRIES_MAX;

    #[test]
    fn metadata_survives_the_wire() {
        let mut metadata = Metadata::new();
        metadata.append("tenant", "blue").unwrap();
        metadata.append("tenant", "").unwrap();
        metadata.append_bin("trace-bin", vec![0, 255, 7]).unwrap();
        metadata.append_bin("trace-bin", vec![]).unwrap();
        let mut headers = HeaderMap::new();
        write(&metadata, &mut headers).unwrap();
        assert_eq!(headers.get("trace-bin").unwrap(), "AP8H");
        assert_eq!(read(&headers).unwrap(), metadata);
    }

    #[test]
    fn what_peers_write_is_read() {
        let mut headers = HeaderMap::new();
        headers.append("a-bin", HeaderValue::from_static("AP8H"));
        headers.append("b-bin", HeaderValue::from_static("AP8="));
        headers.append("b-bin", HeaderValue::from_static("AP8,AQ, Ag=="));
        headers.append("content-type", HeaderValue::from_static("application/grpc"));
        headers.append("grpc-timeout", HeaderValue::from_static("1S"));
        headers.append("text", HeaderValue::from_bytes(&[0xe4]).unwrap());
        let metadata = read(&headers).unwrap();
        assert_eq!(metadata.get_bin("a-bin"), Some(&[0, 255, 7][..]));
        let all: Vec<_> = metadata.get_all_bin("b-bin").collect();
        assert_eq!(all, [&[0, 255][..], &[0, 255], &[1], &[2]]);
        assert_eq!(metadata.len(), 5);
    }

    #[test]
    fn bad_base64_is_an_error_that_names_its_key() {
        let mut headers = HeaderMap::new();
        headers.append("a-bin", HeaderValue::from_static("*"));
        let status = read(&headers).unwrap_err();
        assert!(status.message().contains("`a-bin`"), "{status}");
    }

    #[test]
    fn more_entries_than_a_call_may_carry_are_refused_and_not_left_out() {
        let with = |entries: usize| {
            let mut headers = HeaderMap::new();
            // Many values may stand in one header, and take less than what HTTP/2 counts for each.
            headers.append("a-bin", HeaderValue::from_str(&vec!["AQ"; entries].join(",")).unwrap());
            read(&headers)
        };
        assert_eq!(with(METADATA_ENTRIES_MAX).unwrap().len(), METADATA_ENTRIES_MAX);
        let status = with(METADATA_ENTRIES_MAX + 1).unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.message().contains("at most 512 entries"), "{status}");
    }

    #[test]
    fn what_grpc_says_itself_is_no_metadata_even_where_it_is_spoiled() {
        let mut headers = HeaderMap::new();
        headers.append("grpc-status-details-bin", HeaderValue::from_static("*"));
        headers.append("te", HeaderValue::from_static("trailers"));
        assert!(read(&headers).unwrap().is_empty());
    }

    #[test]
    fn metadata_over_the_limit_is_refused_before_it_is_sent() {
        let mut metadata = Metadata::new();
        metadata.append("a", &"x".repeat(10 * 1024)).unwrap();
        let status = write(&metadata, &mut HeaderMap::new()).unwrap_err();
        assert!(status.message().contains("over the limit of 10240"), "{status}");
    }
}

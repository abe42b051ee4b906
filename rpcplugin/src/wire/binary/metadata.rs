//! Metadata as it travels: a number, and so many keys with their values.

use bytes::BufMut;

use super::fields::{Fields, put_short};
use crate::call::{Metadata, MetadataError, MetadataValue, is_reserved};
use crate::contract::Status;
use crate::limits::{HEADER_LIST_BYTES_MAX, METADATA_ENTRIES_MAX};
use crate::wire::metadata::{ENTRY_BYTES, check, kept};

/// Writes metadata. `bytes_max` is what the other side takes, as its HELLO says.
///
/// # Errors
///
/// RESOURCE_EXHAUSTED where it is more than what the other side takes, or than what a call may carry on any wire. Nothing is
/// written then.
pub(super) fn encode(metadata: &Metadata, bytes_max: u32, to: &mut impl BufMut) -> Result<(), Status> {
    check(metadata)?;
    let bytes: usize = metadata.iter().map(|(key, value)| entry_bytes(key.as_bytes(), bytes_of(value))).sum();
    if u32::try_from(bytes).is_ok_and(|bytes| bytes > bytes_max) {
        return Err(Status::resource_exhausted(format!(
            "the metadata of a call takes {bytes} bytes, over the {bytes_max} that the other side takes; send large values in \
             a message"
        )));
    }
    // There are as many as metadata can have.
    to.put_u16_le(u16::try_from(metadata.len()).unwrap_or(u16::MAX));
    for (key, value) in metadata.iter() {
        put_short(to, key.as_bytes());
        put_short(to, bytes_of(value));
    }
    Ok(())
}

const fn bytes_of(value: MetadataValue<'_>) -> &[u8] {
    match value {
        MetadataValue::Ascii(text) => text.as_bytes(),
        MetadataValue::Binary(bytes) => bytes,
    }
}

const fn entry_bytes(key: &[u8], value: &[u8]) -> usize {
    key.len().saturating_add(value.len()).saturating_add(ENTRY_BYTES)
}

/// The metadata that came. No bytes are no metadata. What is the wire's own, and an entry that cannot be metadata, is left out.
///
/// # Errors
///
/// INTERNAL where the bytes are not what they say; RESOURCE_EXHAUSTED where there are more than a call may carry.
pub(super) fn decode(payload: &[u8]) -> Result<Metadata, Status> {
    let mut metadata = Metadata::new();
    if payload.is_empty() {
        return Ok(metadata);
    }
    let mut fields = Fields::of(payload);
    let number = fields.u16().ok_or_else(|| malformed(payload, 0))?;
    if usize::from(number) > METADATA_ENTRIES_MAX {
        return Err(too_many());
    }
    let mut bytes = 0_usize;
    for _ in 0..number {
        let at = fields.offset();
        let (Some(key), Some(value)) = (fields.short(), fields.short()) else {
            return Err(malformed(payload, at));
        };
        bytes = bytes.saturating_add(entry_bytes(key, value));
        if bytes > bytes_max() {
            return Err(too_much(bytes));
        }
        add(&mut metadata, key, value)?;
    }
    if fields.is_empty() { Ok(metadata) } else { Err(malformed(payload, fields.offset())) }
}

fn add(metadata: &mut Metadata, key: &[u8], value: &[u8]) -> Result<(), Status> {
    let Ok(key) = std::str::from_utf8(key) else { return Ok(()) };
    if is_reserved(key) {
        return Ok(());
    }
    if key.ends_with("-bin") {
        return kept(metadata.append_bin(key, value.to_vec()));
    }
    match std::str::from_utf8(value) {
        Ok(text) => kept(metadata.append(key, text)),
        Err(_) => Ok(()),
    }
}

/// What we take, in bytes, as our HELLO says.
fn bytes_max() -> usize {
    usize::try_from(HEADER_LIST_BYTES_MAX).unwrap_or(usize::MAX)
}

fn malformed(payload: &[u8], at: usize) -> Status {
    Status::internal(format!(
        "the metadata of {} bytes is none from byte {at} on: its number or a length in it is wrong; ask whoever wrote the other \
         side",
        payload.len()
    ))
}

fn too_many() -> Status {
    Status::resource_exhausted(MetadataError::TooMany { limit: METADATA_ENTRIES_MAX }.to_string())
}

fn too_much(bytes: usize) -> Status {
    Status::resource_exhausted(format!(
        "the metadata of a call takes {bytes} bytes or more, over the limit of {HEADER_LIST_BYTES_MAX}; send large values in a \
         message"
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contract::Code;

    /// The metadata of a CALL in `tests/vectors/binary_wire.json`.
    const VECTOR: &[u8] =
        b"\x03\x00\x06\x00tenant\x04\x00blue\x09\x00trace-bin\x02\x00\x00\xff\x06\x00tenant\x00\x00";

    fn sample() -> Metadata {
        let mut metadata = Metadata::new();
        metadata.append("tenant", "blue").unwrap();
        metadata.append_bin("trace-bin", vec![0, 255]).unwrap();
        metadata.append("tenant", "").unwrap();
        metadata
    }

    fn encoded(metadata: &Metadata) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(metadata, u32::MAX, &mut bytes).unwrap();
        bytes
    }

    /// Metadata of entries that need not be any.
    fn raw(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut bytes = u16::try_from(entries.len()).unwrap().to_le_bytes().to_vec();
        for (key, value) in entries {
            put_short(&mut bytes, key);
            put_short(&mut bytes, value);
        }
        bytes
    }

    #[test]
    fn metadata_crosses_as_the_page_says() {
        assert_eq!(encoded(&sample()), VECTOR);
        assert_eq!(decode(VECTOR).unwrap(), sample());
        for nothing in [&[][..], &[0, 0]] {
            assert!(decode(nothing).unwrap().is_empty());
        }
    }

    #[test]
    fn what_is_cut_or_goes_on_is_an_error_that_says_where() {
        for length in 1..VECTOR.len() {
            let status = decode(&VECTOR[..length]).unwrap_err();
            assert_eq!(status.code(), Code::Internal, "{length}");
        }
        let status = decode(&[VECTOR, b"\0"].concat()).unwrap_err();
        assert!(status.message().contains("of 42 bytes is none from byte 41 on"), "{status}");
    }

    #[test]
    fn what_cannot_be_metadata_is_left_out() {
        let bytes = raw(&[
            (b"grpc-timeout", b"1S"),
            (b"content-type", b"x"),
            (b"", b"x"),
            (b"Upper", b"x"),
            (b"\xff", b"x"),
            (b"text", b"\xe4"),
            (b"text", b"\t"),
            (b"text", "\u{e4}".as_bytes()),
            (b"kept", b"1"),
        ]);
        let metadata = decode(&bytes).unwrap();
        assert_eq!((metadata.len(), metadata.get("kept")), (1, Some("1")));
    }

    #[test]
    fn too_much_is_refused_and_not_left_out() {
        let many = vec![(&b"a"[..], &b""[..]); 496];
        assert_eq!(decode(&raw(&many)).unwrap().len(), 496, "33 bytes each are counted");
        let status = decode(&raw(&vec![many[0]; 497])).unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.message().contains("takes 16401 bytes or more, over the limit of 16384"), "{status}");
        // Also of what is left out, and before anything is looked at.
        let status = decode(&513_u16.to_le_bytes()).unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.message().contains("at most 512 entries"), "{status}");
        let long = vec![0; 16_384 - 32 - 5];
        assert_eq!(decode(&raw(&[(b"a-bin", &long)])).unwrap().len(), 1);
        let status = decode(&raw(&[(b"a-bin", &long), (b"te", b"")])).unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
    }

    #[test]
    fn what_the_other_side_does_not_take_is_not_sent() {
        let metadata = sample();
        let takes = u32::try_from(VECTOR.len() - 2 + 3 * (32 - 4)).unwrap();
        encode(&metadata, takes, &mut Vec::new()).unwrap();
        let mut bytes = Vec::new();
        let status = encode(&metadata, takes - 1, &mut bytes).unwrap_err();
        assert_eq!((status.code(), bytes.len()), (Code::ResourceExhausted, 0));
        let mut large = Metadata::new();
        large.append_bin("a-bin", vec![0; 8 * 1024]).unwrap();
        let status = encode(&large, u32::MAX, &mut bytes).unwrap_err();
        // gRPC could not carry it.
        assert!(status.message().contains("over the limit of 10240"), "{status}");
    }

    proptest! {
        #[test]
        fn metadata_survives(entries: Vec<(bool, Vec<u8>)>) {
            let mut metadata = Metadata::new();
            for (is_text, bytes) in entries {
                let text: String = bytes.iter().map(|byte| char::from(b' ' + byte % 95)).collect();
                if is_text {
                    metadata.append("text", &text).unwrap();
                } else {
                    metadata.append_bin("some-bin", bytes).unwrap();
                }
            }
            let mut bytes = Vec::new();
            // More than a call carries is refused.
            if encode(&metadata, u32::MAX, &mut bytes).is_ok() {
                prop_assert_eq!(decode(&bytes).unwrap(), metadata);
            }
        }

        #[test]
        fn any_bytes_are_read_without_more_memory_than_they_have(bytes: Vec<u8>) {
            if let Ok(metadata) = decode(&bytes) {
                let taken: usize = metadata.iter().map(|(key, value)| key.len() + bytes_of(value).len()).sum();
                prop_assert!(taken <= bytes.len());
            }
        }
    }
}

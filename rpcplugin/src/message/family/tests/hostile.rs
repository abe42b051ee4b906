//! Bytes of a stranger: damaged, lying about lengths, or random.

use proptest::prelude::*;

use super::sample::{Guarded, Polite, Telemetry, encode_frame};
use super::{PLENTY, decode, hex, reader, refuse};
use crate::message::family::append_frame;
use crate::message::{DecodeErrorKind, FrameReader, Message};

#[test]
fn every_damaged_bit_of_a_checksummed_frame_is_found() {
    for message in [Guarded::Value { value: 1 }, Guarded::Note { text: "grüße".to_owned() }] {
        let frame = encode_frame(&message).unwrap();
        for bit in 0..frame.len() * 8 {
            let mut damaged = frame.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let error = refuse::<Guarded>(&damaged);
            assert!(
                matches!(
                    error.kind(),
                    DecodeErrorKind::Checksum { .. }
                        | DecodeErrorKind::UnknownMessage { .. }
                        | DecodeErrorKind::Truncated { .. }
                        | DecodeErrorKind::TrailingBytes { .. }
                ),
                "bit {bit}: {error}"
            );
            // A stream waits for more where a length got longer; it never gives out a message.
            let mut reader = reader::<Guarded>();
            reader.push(&damaged);
            assert!(!matches!(reader.next_frame(), Ok(Some(_))), "bit {bit} passed");
        }
    }
}

#[test]
fn a_checksum_error_says_what_was_expected_and_where() {
    let error = refuse::<Guarded>(&hex("0001 00000001 fba5b800"));
    assert_eq!(
        error.to_string(),
        "cannot decode `Guarded` at `Value`, byte 6: expected the checksum [fb, a5, b8, 85], found [fb, a5, b8, 00]; \
         were the bytes damaged on their way, or does their sender use another checksum?"
    );
}

#[test]
fn a_length_is_held_against_the_limit_before_anything_is_waited_for_or_allocated() {
    const LIMIT: usize = 1000;
    let begin = |length: u32| {
        let mut reader = FrameReader::<Telemetry>::new(LIMIT);
        reader.push(&[&[0, 3][..], &length.to_be_bytes()].concat());
        let read = reader.next_frame();
        assert!(reader.buffered() <= 6);
        read
    };
    // No room for the length of the field, or not all of it there: no message, and no refusal by the frame.
    assert!(matches!(begin(0).unwrap_err().kind(), DecodeErrorKind::Truncated { .. }));
    assert_eq!(begin(1).unwrap(), None);
    assert_eq!(begin(1000).unwrap(), None);
    for length in [1001, 1 << 31, u32::MAX] {
        let error = begin(length).unwrap_err();
        let found = usize::try_from(length).unwrap();
        assert_eq!(error.kind(), &DecodeErrorKind::FrameTooLong { limit: LIMIT, found });
        assert_eq!((error.path().as_str(), error.offset()), ("Blob", Some(2)));
    }
}

#[test]
fn the_limit_holds_for_payloads_of_a_fixed_size_too() {
    let frame = encode_frame(&Telemetry::sensor()).unwrap();
    let mut reader = FrameReader::<Telemetry>::new(16);
    reader.push(&frame);
    assert_eq!(reader.next_frame().unwrap(), Some(Telemetry::sensor()));
    let mut reader = FrameReader::<Telemetry>::new(15);
    reader.push(&frame);
    let error = reader.next_frame().unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::FrameTooLong { limit: 15, found: 16 });
}

#[cfg(feature = "family")]
#[test]
fn memory_grows_with_the_bytes_that_came_and_is_given_back() {
    use bytes::Bytes;

    use crate::limits::{FAMILY_KEPT_BYTES_MAX, FAMILY_READ_BYTES};

    let message = Telemetry::Blob { data: Bytes::from(vec![1; 900_000]) };
    let frame = encode_frame(&message).unwrap();
    let mut reader = FrameReader::<Telemetry>::new(PLENTY);
    let mut come = 0;
    for piece in frame.chunks(1000) {
        reader.room().extend_from_slice(piece);
        come += piece.len();
        let capacity = reader.room().capacity();
        assert!(capacity <= 2 * come + 2 * FAMILY_READ_BYTES, "{capacity} bytes of room for {come}");
        if come < frame.len() {
            assert_eq!(reader.next_frame().unwrap(), None);
        }
    }
    assert_eq!(reader.next_frame().unwrap(), Some(message));
    assert!(reader.room().capacity() <= FAMILY_KEPT_BYTES_MAX);
}

#[test]
fn after_a_frame_whose_end_is_not_known_nothing_is_read_any_more() {
    let unknown = hex("0009 0004");
    let too_long = hex("0003 ffffffff 0004");
    for (bytes, limit) in [(unknown, PLENTY), (too_long, 10)] {
        let mut reader = FrameReader::<Telemetry>::new(limit);
        reader.push(&bytes);
        let error = reader.next_frame().unwrap_err();
        reader.push(&hex("0004"));
        assert_eq!(reader.next_frame().unwrap_err(), error, "the place in the stream is lost");
    }
    let mut reader = reader::<Guarded>();
    reader.push(&hex("0001 00000001 00000000"));
    reader.push(&encode_frame(&Guarded::Value { value: 1 }).unwrap());
    let error = reader.next_frame().unwrap_err();
    assert!(matches!(error.kind(), DecodeErrorKind::Checksum { .. }));
    assert_eq!(reader.next_frame().unwrap_err(), error);
}

#[test]
fn an_unknown_type_is_named() {
    let error = refuse::<Telemetry>(&hex("03e7"));
    assert_eq!(error.kind(), &DecodeErrorKind::UnknownMessage { found: 999 });
    assert_eq!(
        error.to_string(),
        "cannot decode `Telemetry` at byte 0: expected the type of a message of the family, found 999; \
         is the variant missing on this side, or is the header declared differently by its sender?"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_a_message_that_comes_back_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..64), kind in 0u8..6) {
        let mut frame = bytes;
        if let [first, second, ..] = frame.as_mut_slice() {
            (*first, *second) = (0, kind);
        }
        if let Ok(message) = decode::<Telemetry>(&frame) {
            prop_assert_eq!(message.encode().unwrap(), frame.clone());
        }
        let _refused_or_not = decode::<Guarded>(&frame);
        let _refused_or_not = decode::<Polite>(&frame);
        let mut reader = reader::<Telemetry>();
        reader.push(&frame);
        // Every frame takes at least its header, so this ends.
        for _ in 0..=frame.len() {
            if !matches!(reader.next_frame(), Ok(Some(_))) {
                break;
            }
        }
    }

    #[test]
    fn a_stream_cut_anywhere_gives_the_same_messages(
        texts in prop::collection::vec(".{0,20}", 1..8),
        cuts in prop::collection::vec(1usize..40, 1..40),
    ) {
        let messages: Vec<Telemetry> = texts.iter().map(|text| Telemetry::status(text)).collect();
        let mut bytes = Vec::new();
        for message in &messages {
            append_frame(message, &mut bytes).unwrap();
        }
        let mut reader = reader::<Telemetry>();
        let mut read = Vec::new();
        let mut rest = bytes.as_slice();
        for cut in cuts.iter().cycle() {
            let (piece, others) = rest.split_at((*cut).min(rest.len()));
            reader.push(piece);
            while let Some(message) = reader.next_frame().unwrap() {
                read.push(message);
            }
            rest = others;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(read, messages);
    }
}

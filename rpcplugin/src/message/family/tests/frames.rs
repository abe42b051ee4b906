use bytes::Bytes;

use super::sample::{
    Guarded, Polite, Telemetry, decode_frame, encode_frame, no_checksum, sample_family, slow_crc32,
};
use super::{decode, hex, reader, refuse};
use crate::message::family::append_frame;
use crate::message::{
    DecodeErrorKind, EncodeError, EncodeErrorKind, Family, FrameExtent, Message, Payload, frame_extent,
    generated::{Reader, Writer},
};

sample_family! {
    LittleHeader, header: u32 "little", checksum: no_checksum;
    0x0102 => Value { value: u8 as "big" }
}

sample_family! {
    WideHeader, header: u64 "big", checksum: no_checksum, not_found: Unknown;
    0x0102_0304_0506_0708 => Value { value: u8 as "big" }
}

#[test]
fn a_header_has_the_width_and_the_order_that_the_family_says() {
    let message = LittleHeader::Value { value: 9 };
    assert_eq!(encode_frame(&message).unwrap(), hex("02010000 09"));
    assert_eq!(decode::<LittleHeader>(&hex("02010000 09")).unwrap(), message);

    let message = WideHeader::Value { value: 9 };
    assert_eq!(encode_frame(&message).unwrap(), hex("0102030405060708 09"));
    assert_eq!(decode::<WideHeader>(&hex("0102030405060708 09")).unwrap(), message);
    assert_eq!(encode_frame(&WideHeader::Unknown).unwrap()[..], [0xff; 8]);
    assert_eq!(decode::<WideHeader>(&[0xff; 8]).unwrap(), WideHeader::Unknown);
}

#[test]
fn not_found_is_a_header_and_nothing_else_even_in_a_family_with_checksums() {
    assert_eq!(encode_frame(&Polite::Unknown).unwrap(), hex("ff"));
    assert_eq!(Polite::Unknown.encoded_len(), 1);
    assert_eq!(decode::<Polite>(&hex("ff")).unwrap(), Polite::Unknown);
    assert_eq!(refuse::<Polite>(&hex("ff 00000000")).kind(), &DecodeErrorKind::TrailingBytes { found: 4 });
}

#[test]
fn not_found_is_an_error_where_the_family_has_no_value_for_it_and_the_next_frame_is_read() {
    let error = refuse::<Telemetry>(&hex("ffff"));
    assert_eq!((error.kind(), error.type_name()), (&DecodeErrorKind::NotFound, "Telemetry"));

    let mut reader = reader::<Telemetry>();
    reader.push(&hex("ffff 0004"));
    assert_eq!(reader.next_frame().unwrap_err().kind(), &DecodeErrorKind::NotFound);
    assert_eq!(reader.next_frame().unwrap(), Some(Telemetry::Ping {}));
}

#[test]
fn frames_that_came_at_once_are_cut_apart() {
    let messages = [Telemetry::sensor(), Telemetry::status("a"), Telemetry::Ping {}, Telemetry::status("")];
    let mut bytes = Vec::new();
    for message in &messages {
        append_frame(message, &mut bytes).unwrap();
    }
    let mut whole = reader::<Telemetry>();
    whole.push(&bytes);
    let mut dripping = reader::<Telemetry>();
    let mut dripped = Vec::new();
    for byte in bytes.chunks(1) {
        dripping.push(byte);
        dripped.extend(dripping.next_frame().unwrap());
    }
    assert_eq!(dripped, messages);
    let mut cut = Vec::new();
    while let Some(message) = whole.next_frame().unwrap() {
        cut.push(message);
    }
    assert_eq!(cut, messages);
}

#[test]
fn bytes_of_a_message_are_a_part_of_its_frame_and_no_copy() {
    let frame = encode_frame(&Telemetry::Blob { data: Bytes::from_static(b"payload") }).unwrap();
    let Telemetry::Blob { data } = decode_frame(&frame).unwrap() else { panic!("a blob") };
    assert!(frame.as_ptr_range().contains(&data.as_ptr()), "the bytes were copied");
}

#[test]
fn an_extent_grows_with_what_is_known() {
    let frame = encode_frame(&Guarded::Note { text: "ab".to_owned() }).unwrap();
    assert_eq!(frame.len(), 2 + 4 + 6 + 4);
    for come in 0..frame.len() {
        let needed = match come {
            0..2 => 2,
            2..6 => 6,
            _ => frame.len(),
        };
        let extent = frame_extent::<Guarded>(&frame[..come], 6).unwrap();
        assert_eq!(extent, FrameExtent::Incomplete { needed }, "{come}");
    }
    let more = [frame.as_ref(), &[1, 2, 3]].concat();
    let extent = frame_extent::<Guarded>(&more, 6).unwrap();
    assert_eq!(extent, FrameExtent::Complete { length: frame.len(), message_type: 2 });
}

#[test]
fn a_payload_that_is_wrong_costs_its_own_frame_only() {
    let mut reader = reader::<Telemetry>();
    // Text that is no UTF-8, text that is longer than its payload, a byte too many; then a good one.
    reader.push(&hex("0002 00000009 000000c8 00000001 ff"));
    reader.push(&hex("0002 00000009 000000c8 00000009 78"));
    reader.push(&hex("0002 00000009 000000c8 00000000 78"));
    reader.push(&hex("0004"));
    let error = reader.next_frame().unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (&DecodeErrorKind::Utf8, "Status.text"));
    assert_eq!(error.offset(), Some(14), "counted from the beginning of the frame");
    let error = reader.next_frame().unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Truncated { expected: 9, found: 1 });
    let error = reader.next_frame().unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::TrailingBytes { found: 1 });
    assert_eq!(error.offset(), Some(14));
    assert_eq!(reader.next_frame().unwrap(), Some(Telemetry::Ping {}));
}

#[test]
fn the_checksum_of_the_tests_is_crc_32() {
    assert_eq!(slow_crc32(b"123456789"), [0xcb, 0xf4, 0x39, 0x26]);
}

#[cfg(feature = "crc32")]
#[test]
fn the_crc_32_of_users_is_that_of_the_peers() {
    use crate::checksum::crc32;

    sample_family! {
        Checksummed, header: u16 "big", checksum: crc32;
        1 => Value { value: u32 as "big" }
    }

    assert_eq!(Checksummed::CHECKSUM_BYTES, 4);
    let message = Checksummed::Value { value: 1 };
    let frame = hex("0001 00000001 fba5b885");
    assert_eq!(encode_frame(&message).unwrap(), frame);
    assert_eq!(decode::<Checksummed>(&frame).unwrap(), message);
    for length in 0..frame.len() {
        assert_eq!(crc32(&frame[..length]), slow_crc32(&frame[..length]));
    }
}

/// A checksum that does not fit where short ones are computed.
fn long_checksum(frame: &[u8]) -> [u8; 100] {
    let crc = slow_crc32(frame);
    std::array::from_fn(|index| crc[index % crc.len()])
}

sample_family! {
    LongChecksum, header: u8 "big", checksum: long_checksum;
    1 => Value { value: u8 as "big" }
}

#[test]
fn a_checksum_may_be_long() {
    let frame = encode_frame(&LongChecksum::Value { value: 7 }).unwrap();
    assert_eq!(frame.len(), 102);
    assert_eq!(decode_frame::<LongChecksum>(&frame).unwrap(), LongChecksum::Value { value: 7 });
    let mut damaged = frame.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(matches!(refuse::<LongChecksum>(&damaged).kind(), DecodeErrorKind::Checksum { .. }));
}

/// A family that breaks its own word: a fixed payload of two bytes that is three bytes long.
#[derive(Debug)]
struct Liar;

impl Family for Liar {
    const FAMILY_NAME: &'static str = "Liar";
    const HEADER_BYTES: usize = 1;
    const HEADER_BIG_ENDIAN: bool = true;
    const CHECKSUM_BYTES: usize = 0;

    fn message_type(&self) -> u64 {
        1
    }

    fn payload(_message_type: u64) -> Option<Payload> {
        Some(Payload::Fixed(2))
    }

    fn not_found() -> Option<Self> {
        None
    }

    fn payload_len(&self) -> usize {
        3
    }

    fn write_payload(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        writer.put(&[1, 2, 3])
    }

    fn read_payload(_message_type: u64, _reader: &mut Reader<'_>) -> Result<Self, crate::DecodeError> {
        Ok(Self)
    }

    fn checksum(_frame: &[u8], _place: &mut [u8]) {}
}

impl Message for Liar {
    fn encoded_len(&self) -> usize {
        3
    }

    fn encode(&self) -> Result<Bytes, EncodeError> {
        encode_frame(self)
    }

    fn decode(bytes: Bytes) -> Result<Self, crate::DecodeError> {
        decode_frame(&bytes)
    }
}

#[test]
fn a_frame_never_grows_over_what_its_type_promises() {
    let mut buffer = vec![7, 7];
    let error = append_frame(&Liar, &mut buffer).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Miscounted { needed: 3, left: 2 });
    assert_eq!(error.type_name(), "Liar");
    assert_eq!(buffer, [7, 7], "the buffer is as it was");
    // A payload that is not read to its end is refused as well.
    assert_eq!(refuse::<Liar>(&[1, 0, 0]).kind(), &DecodeErrorKind::TrailingBytes { found: 2 });
}

//! Frames that `binary_protocol` 0.2.2 wrote, one family for each.

use bytes::Bytes;

use super::sample::{encode_frame, no_checksum, sample_family, slow_crc32};
use super::{decode, hex, reader, refuse};
use crate::message::family::append_frame;
use crate::message::{DecodeErrorKind, Family};

/// A family with one message, for one vector.
macro_rules! vector {
    ($name:ident, $number:literal, $family:ident { $($field:ident: $type:ty as $order:literal = $value:expr),* $(,)? }, $frame:expr) => {
        vector! { $name, u16 "big", no_checksum, $number, $family { $($field: $type as $order = $value),* }, $frame }
    };
    ($name:ident, $bytes:ident $header:literal, $checksum:ident, $number:literal,
        $family:ident { $($field:ident: $type:ty as $order:literal = $value:expr),* $(,)? }, $frame:expr) => {
        sample_family! {
            $family, header: $bytes $header, checksum: $checksum;
            $number => Message { $($field: $type as $order),* }
        }

        #[test]
        fn $name() {
            assert_frame(&$family::Message { $($field: $value),* }, &$frame);
        }
    };
}

vector! { four_floats, 1, FourFloats {
    sensor1: f32 as "big" = 1.5, sensor2: f32 as "big" = -2.25, sensor3: f32 as "big" = 0.1, sensor4: f32 as "big" = 3.4e38,
}, hex("0001 3fc00000 c0100000 3dcccccd 7f7fc99e") }

vector! { a_status, 2, Status {
    status_code: u32 as "big" = 200, message: String as "big" = "ok".to_owned(),
}, hex("0002 0000000a 000000c8 00000002 6f6b") }

vector! { one_u32, 1, OneNumber { value: u32 as "big" = 0xdead_beef }, hex("0001 deadbeef") }

vector! { all_integers_most_significant_byte_first, 1, BigIntegers {
    a: i8 as "big" = -128, b: u8 as "big" = 255, c: i16 as "big" = -2, d: u16 as "big" = 65535, e: i32 as "big" = i32::MIN,
    f: u32 as "big" = u32::MAX, g: i64 as "big" = -1, h: u64 as "big" = u64::MAX,
}, hex("0001 80 ff fffe ffff 80000000 ffffffff ffffffffffffffff ffffffffffffffff") }

vector! { all_integers_least_significant_byte_first, 1, LittleIntegers {
    a: i16 as "little" = -2, b: u16 as "little" = 1, c: i32 as "little" = -2, d: u32 as "little" = 1, e: i64 as "little" = -2,
    f: u64 as "little" = 1,
}, hex("0001 feff 0100 feffffff 01000000 feffffffffffffff 0100000000000000") }

vector! { special_floats_in_both_orders, 1, SpecialFloats {
    a: f64 as "big" = std::f64::consts::PI, b: f32 as "big" = f32::INFINITY, c: f64 as "big" = f64::NEG_INFINITY,
    d: f64 as "little" = -0.0,
}, hex("0001 400921fb54442d18 7f800000 fff0000000000000 0000000000000080") }

vector! { a_bool, 1, Bool { flag: bool as "big" = true, n: u8 as "big" = 7 }, hex("0001 01 07") }

vector! { padded_text, 1, PaddedText {
    name: [u8; 8] as "big" = *b"abc\0\0\0\0\0", n: u16 as "big" = 513,
}, hex("0001 6162630000000000 0201") }

vector! { padded_bytes, 1, PaddedBytes {
    id: [u8; 4] as "big" = [1, 2, 0, 0], tail: [u8; 2] as "big" = [0xff, 0xfe],
}, hex("0001 01020000 fffe") }

vector! { text, 1, Text { s: String as "big" = "héllo ✓".to_owned() }, hex(
    "0001 0000000e 0000000a 68c3a96c6c6f20e29c93",
) }

vector! { bytes, 1, SomeBytes { data: Bytes as "big" = (0..16).collect() }, hex(
    "0001 00000014 00000010 000102030405060708090a0b0c0d0e0f",
) }

vector! { empty_text_and_bytes, 1, EmptyTexts {
    s: String as "big" = String::new(), b: Bytes as "big" = Bytes::new(),
}, hex("0001 00000008 00000000 00000000") }

// The fixed length of a field is no longer kept once another field of its message is variable.
vector! { a_fixed_field_among_variable_ones, 1, FixedAmongVariable {
    name: String as "big" = "abc".to_owned(), body: String as "big" = "xy".to_owned(),
}, hex("0001 0000000d 00000003 616263 00000002 7879") }

vector! { bytes_64, 1, Bytes64 { data: Bytes as "big" = (0..64).collect() }, [
    hex("0001 00000044 00000040"), (0..64).collect(),
].concat() }

vector! { bytes_1024, 1, Bytes1024 { data: Bytes as "big" = sevens().into() }, [
    hex("0001 00000404 00000400"), sevens(),
].concat() }

vector! { an_empty_message, 65534, Empty {}, hex("fffe") }

vector! { a_header_of_one_byte, u8 "big", no_checksum, 2, OneByteHeader { v: u8 as "big" = 1 }, hex("02 01") }

vector! { a_checksum, u16 "big", slow_crc32, 1, Checksummed { value: u32 as "big" = 1 }, hex("0001 00000001 fba5b885") }

/// Each byte is seven more than the one before.
fn sevens() -> Vec<u8> {
    std::iter::successors(Some(0u8), |byte| Some(byte.wrapping_add(7))).take(1024).collect()
}

/// The message is this frame, and this frame, cut anywhere, is the message.
fn assert_frame<F: Family + PartialEq + std::fmt::Debug>(message: &F, frame: &[u8]) {
    assert_eq!(encode_frame(message).unwrap(), frame);
    assert_eq!(message.encoded_len(), frame.len(), "the length is known beforehand");
    let mut appended = vec![9];
    assert_eq!(append_frame(message, &mut appended).unwrap(), frame.len());
    assert_eq!(appended, [&[9], frame].concat());

    assert_eq!(&decode::<F>(frame).unwrap(), message);
    let longer = [frame, &[0]].concat();
    assert_eq!(refuse::<F>(&longer).kind(), &DecodeErrorKind::TrailingBytes { found: 1 });
    assert_eq!(refuse::<F>(&longer).offset(), Some(frame.len()));

    for cut in 0..frame.len() {
        let (front, back) = frame.split_at(cut);
        let error = refuse::<F>(front);
        let DecodeErrorKind::Truncated { expected, found } = *error.kind() else { panic!("{error}") };
        assert!(found == cut && cut < expected && expected <= frame.len(), "{error}");

        let mut reader = reader::<F>();
        reader.push(front);
        assert_eq!(reader.next_frame().unwrap(), None, "a message of {cut} bytes");
        reader.push(back);
        assert_eq!(reader.next_frame().unwrap().as_ref(), Some(message));
        assert_eq!((reader.next_frame().unwrap(), reader.buffered()), (None, 0));
    }
}

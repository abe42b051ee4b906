//! The packed layout against `struct.pack`.

use bytes::Bytes;

use super::{assert_bytes, decode, encode};
use crate::{BinaryMessage, DecodeErrorKind, EncodeError, Layout, Message};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Header {
    kind: u8,
    size: u32,
}

#[test]
fn a_header_is_what_struct_pack_writes() {
    // struct.pack('<BI', 1, 100)
    assert_bytes(&Header { kind: 1, size: 100 }, &[1, 100, 0, 0, 0]);
    assert_eq!(Header::LAYOUT, Layout::Packed);
    assert_eq!(Header::NAME, "Header");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Typed {
    message_type: u8,
    data: Vec<u8>,
}

/// The payload, which has its size before it.
#[test]
fn a_payload_behind_its_header_is_what_struct_pack_writes() {
    // struct.pack('<BI', 1, 9) + b'test data'
    let message = Typed { message_type: 1, data: b"test data".to_vec() };
    assert_bytes(&message, b"\x01\x09\0\0\0test data");
    // A header that speaks of 100 bytes where there are 9.
    let error = Typed::decode_slice(b"\x01\x64\0\0\0test data").unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("data", Some(1)));
    assert_eq!(error.kind(), &DecodeErrorKind::Count { expected: 9, found: 100 });
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Numbers {
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: i8,
    f: i16,
    g: i32,
    h: i64,
    i: f32,
    j: f64,
    k: bool,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct NumbersBig {
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: i8,
    f: i16,
    g: i32,
    h: i64,
    i: f32,
    j: f64,
    k: bool,
}

macro_rules! numbers {
    ($name:ident) => {
        $name {
            a: 0x12,
            b: 0x1234,
            c: 0x1234_5678,
            d: 0x1234_5678_9abc_def0,
            e: -2,
            f: -3,
            g: -4,
            h: -5,
            i: 1.5,
            j: -2.25,
            k: true,
        }
    };
}

#[test]
fn every_number_is_what_struct_pack_writes_in_both_orders() {
    // struct.pack('<BHIQbhiqfd?', ...) and '>' of the same.
    let little = [
        0x12, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0xfe, 0xfd,
        0xff, 0xfc, 0xff, 0xff, 0xff, 0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0xc0, 0x3f,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xc0, 0x01,
    ];
    let big = [
        0x12, 0x12, 0x34, 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0xfe, 0xff,
        0xfd, 0xff, 0xff, 0xff, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfb, 0x3f, 0xc0, 0x00, 0x00,
        0xc0, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
    ];
    assert_bytes(&numbers!(Numbers), &little);
    assert_bytes(&numbers!(NumbersBig), &big);
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Wide {
    a: u128,
    b: i128,
}

#[test]
fn wide_numbers_take_sixteen_bytes() {
    let mut bytes = vec![0; 32];
    bytes[0] = 1;
    bytes[15] = 0x80;
    bytes[16..].fill(0xff);
    assert_bytes(&Wide { a: (1 << 127) | 1, b: -1 }, &bytes);
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Sensors {
    values: [f32; 4],
}

#[test]
fn an_array_has_no_count() {
    // The four floats of the binary_protocol package's own first example.
    let bytes = [0x3f, 0xc0, 0, 0, 0xc0, 0x10, 0, 0, 0x3d, 0xcc, 0xcc, 0xcd, 0x7f, 0x7f, 0xc9, 0x9e];
    assert_bytes(&Sensors { values: [1.5, -2.25, 0.1, 3.4e38] }, &bytes);
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Containers {
    name: String,
    body: Vec<u8>,
    shared: Bytes,
    key: [u8; 2],
    maybe: Option<u16>,
    nothing: Option<String>,
    list: Vec<u16>,
    headers: Vec<Header>,
    pairs: [Option<bool>; 2],
    inner: Box<Header>,
}

#[test]
fn lengths_and_flags_stand_before_what_they_speak_of() {
    let message = Containers {
        name: "hé".into(),
        body: vec![1, 2],
        shared: Bytes::from_static(b"xyz"),
        key: [8, 9],
        maybe: Some(0x0102),
        nothing: None,
        list: vec![1, 0x0203],
        headers: vec![Header { kind: 1, size: 2 }],
        pairs: [Some(true), None],
        inner: Box::new(Header { kind: 3, size: 4 }),
    };
    #[rustfmt::skip]
    let bytes = [
        3, 0, 0, 0, b'h', 0xc3, 0xa9,
        2, 0, 0, 0, 1, 2,
        3, 0, 0, 0, b'x', b'y', b'z',
        8, 9,
        1, 2, 1,
        0,
        2, 0, 0, 0, 1, 0, 3, 2,
        1, 0, 0, 0, 1, 2, 0, 0, 0,
        1, 1, 0,
        3, 4, 0, 0, 0,
    ];
    assert_bytes(&message, &bytes);
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Outer {
    before: u16,
    header: Header,
    after: Vec<u16>,
}

#[test]
fn a_nested_message_keeps_its_own_byte_order() {
    let message = Outer { before: 1, header: Header { kind: 2, size: 3 }, after: vec![4] };
    assert_bytes(&message, &[0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 0, 4]);
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Nothing {}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Odd {
    r#type: u8,
    self_: u16,
    r#match: Option<u8>,
}

#[test]
fn fields_may_be_named_as_keywords() {
    assert_bytes(&Odd { r#type: 1, self_: 2, r#match: None }, &[1, 2, 0, 0]);
    assert_eq!(super::refuse::<Odd>(&[1, 2, 0, 7]).path(), "match");
}

#[test]
fn floats_keep_their_bits() {
    let bits = [0x7ff8_dead_beef_0001_u64, 0x8000_0000_0000_0000, 0x7ff0_0000_0000_0000, 1];
    for bits in bits {
        let message = Float { value: f64::from_bits(bits) };
        assert_eq!(decode::<Float>(&encode(&message)).unwrap().value.to_bits(), bits);
    }
}

#[derive(BinaryMessage)]
struct Float {
    value: f64,
}

#[derive(BinaryMessage)]
struct Chunk {
    sequence: u32,
    body: Bytes,
}

#[test]
fn a_bytes_field_is_a_slice_of_the_message() {
    let bytes = encode(&Chunk { sequence: 7, body: Bytes::from_static(b"payload") });
    let start = bytes.as_ptr();
    let chunk = <Chunk as Message>::decode(bytes).unwrap();
    assert_eq!(chunk.sequence, 7);
    assert_eq!(chunk.body, "payload");
    assert_eq!(chunk.body.as_ptr(), start.wrapping_add(8));
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Void {
    items: Vec<Nothing>,
}

#[test]
fn items_without_bytes_are_counted() {
    assert_bytes(&Void { items: vec![Nothing {}, Nothing {}] }, &[2, 0, 0, 0]);
    let many = Void { items: (0..65_537).map(|_| Nothing {}).collect() };
    let error: EncodeError = many.encode().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot encode `Void` at `items`: expected at most 65536 items that take no bytes, found more; send their number"
    );
}

#[derive(BinaryMessage)]
struct Chunks {
    bodies: Vec<Bytes>,
}

#[cfg(target_pointer_width = "64")]
#[test]
fn a_value_that_no_memory_holds_is_refused() {
    // The items share memory that nobody touches; their bytes would fill 2^48.
    let body = Bytes::from(vec![0; 1 << 28]);
    let message = Chunks { bodies: std::iter::repeat_n(body, 1 << 20).collect() };
    let error = message.encode().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot encode `Chunks`: no memory for 281474980904964 bytes; send the value in parts"
    );
}

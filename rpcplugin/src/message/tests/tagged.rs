//! The tagged layout, byte by byte.

use bytes::Bytes;

use super::{assert_bytes, decode, encode, refuse};
use crate::{BinaryMessage, DecodeErrorKind, Layout, Message};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Scalars {
    #[binary(id = 1)]
    a: u32,
    #[binary(id = 2)]
    b: u64,
    #[binary(id = 3)]
    c: i32,
    #[binary(id = 4)]
    d: i64,
    #[binary(id = 5)]
    e: bool,
    #[binary(id = 6)]
    f: f32,
    #[binary(id = 7)]
    g: f64,
    #[binary(id = 15)]
    h: String,
    #[binary(id = 16)]
    i: Vec<u8>,
    #[binary(id = 536_870_911)]
    j: Bytes,
}

fn scalars() -> Scalars {
    let (h, i, j) = (String::new(), Vec::new(), Bytes::new());
    Scalars { a: 0, b: 0, c: 0, d: 0, e: false, f: 0.0, g: 0.0, h, i, j }
}

#[test]
fn defaults_are_left_out() {
    assert_bytes(&scalars(), &[]);
    assert_eq!(Scalars::LAYOUT, Layout::Tagged);
}

#[test]
fn every_scalar_is_what_protobuf_writes() {
    let mut negative = vec![0xff; 9];
    negative.push(1);
    assert_bytes(&Scalars { a: 150, ..scalars() }, &[0x08, 0x96, 0x01]);
    assert_bytes(&Scalars { b: u64::MAX, ..scalars() }, &[&[0x10], &negative[..]].concat());
    assert_bytes(&Scalars { c: -1, ..scalars() }, &[&[0x18], &negative[..]].concat());
    assert_bytes(&Scalars { d: -1, ..scalars() }, &[&[0x20], &negative[..]].concat());
    assert_bytes(&Scalars { e: true, ..scalars() }, &[0x28, 1]);
    assert_bytes(&Scalars { f: 1.5, ..scalars() }, &[0x35, 0, 0, 0xc0, 0x3f]);
    assert_bytes(&Scalars { g: -2.25, ..scalars() }, &[0x39, 0, 0, 0, 0, 0, 0, 2, 0xc0]);
    assert_bytes(&Scalars { h: "é".into(), ..scalars() }, &[0x7a, 2, 0xc3, 0xa9]);
    assert_bytes(&Scalars { i: vec![0], ..scalars() }, &[0x82, 0x01, 1, 0]);
    assert_bytes(
        &Scalars { j: Bytes::from_static(&[7]), ..scalars() },
        &[0xfa, 0xff, 0xff, 0xff, 0x0f, 1, 7],
    );
}

#[test]
fn negative_zero_keeps_its_sign() {
    let bytes = encode(&Scalars { f: -0.0, g: -0.0, ..scalars() });
    assert_eq!(bytes[..], [0x35, 0, 0, 0, 0x80, 0x39, 0, 0, 0, 0, 0, 0, 0, 0x80]);
    let read = decode::<Scalars>(&bytes).unwrap();
    assert!(read.f.is_sign_negative() && read.g.is_sign_negative());
}

#[test]
fn a_wider_number_is_cut_as_protobuf_cuts_it() {
    let read = decode::<Scalars>(&[0x08, 0x81, 0x80, 0x80, 0x80, 0x10, 0x28, 2]).unwrap();
    assert_eq!(read, Scalars { a: 1, e: true, ..scalars() });
}

#[test]
fn the_last_of_a_field_that_came_twice_counts() {
    let read = decode::<Scalars>(&[0x08, 1, 0x7a, 1, b'a', 0x08, 2, 0x7a, 1, b'b']).unwrap();
    assert_eq!(read, Scalars { a: 2, h: "b".into(), ..scalars() });
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Point {
    #[binary(id = 1)]
    x: i32,
    #[binary(id = 2)]
    y: i32,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Shape {
    #[binary(id = 1)]
    origin: Point,
    #[binary(id = 2)]
    label: Option<String>,
    #[binary(id = 3)]
    size: Option<u32>,
    #[binary(id = 4)]
    centre: Option<Point>,
    #[binary(id = 5)]
    points: Vec<Point>,
    #[binary(id = 6)]
    numbers: Vec<u32>,
    #[binary(id = 7)]
    weights: Vec<f32>,
    #[binary(id = 8)]
    names: Vec<String>,
    #[binary(id = 9)]
    parts: Vec<Vec<u8>>,
    #[binary(id = 10)]
    boxed: Option<Box<Point>>,
}

const ORIGIN: Point = Point { x: 0, y: 0 };

fn shape() -> Shape {
    Shape {
        origin: ORIGIN,
        label: None,
        size: None,
        centre: None,
        points: vec![],
        numbers: vec![],
        weights: vec![],
        names: vec![],
        parts: vec![],
        boxed: None,
    }
}

#[test]
fn a_nested_message_with_defaults_is_left_out_and_an_option_is_not() {
    assert_bytes(&shape(), &[]);
    assert_bytes(&Shape { origin: Point { x: 1, y: 0 }, ..shape() }, &[0x0a, 2, 0x08, 1]);
    assert_bytes(&Shape { label: Some(String::new()), ..shape() }, &[0x12, 0]);
    assert_bytes(&Shape { size: Some(0), ..shape() }, &[0x18, 0]);
    assert_bytes(&Shape { centre: Some(ORIGIN), ..shape() }, &[0x22, 0]);
    assert_bytes(&Shape { boxed: Some(Box::new(Point { x: 0, y: 2 })), ..shape() }, &[0x52, 2, 0x10, 2]);
    // Another implementation may write the message that we leave out.
    assert_eq!(decode::<Shape>(&[0x0a, 0]).unwrap(), shape());
}

#[test]
fn a_list_of_numbers_is_packed_and_any_other_list_is_not() {
    assert_bytes(&Shape { numbers: vec![1, 300, 0], ..shape() }, &[0x32, 4, 1, 0xac, 0x02, 0]);
    assert_bytes(&Shape { weights: vec![0.0], ..shape() }, &[0x3a, 4, 0, 0, 0, 0]);
    assert_bytes(&Shape { names: vec!["a".into(), String::new()], ..shape() }, &[0x42, 1, b'a', 0x42, 0]);
    assert_bytes(&Shape { parts: vec![vec![1], vec![]], ..shape() }, &[0x4a, 1, 1, 0x4a, 0]);
    assert_bytes(
        &Shape { points: vec![ORIGIN, Point { x: 1, y: 0 }], ..shape() },
        &[0x2a, 0, 0x2a, 2, 0x08, 1],
    );
}

#[test]
fn a_list_of_numbers_is_read_packed_unpacked_and_mixed() {
    let read = decode::<Shape>(&[0x30, 1, 0x32, 2, 2, 3, 0x30, 4, 0x3d, 0, 0, 0xc0, 0x3f]).unwrap();
    assert_eq!(read, Shape { numbers: vec![1, 2, 3, 4], weights: vec![1.5], ..shape() });
    assert_eq!(decode::<Shape>(&[0x32, 0]).unwrap(), shape());
}

#[test]
fn a_nested_message_that_came_twice_is_merged() {
    let read =
        decode::<Shape>(&[0x0a, 2, 0x08, 1, 0x22, 2, 0x08, 5, 0x0a, 2, 0x10, 2, 0x22, 2, 0x10, 6]).unwrap();
    assert_eq!(read, Shape { origin: Point { x: 1, y: 2 }, centre: Some(Point { x: 5, y: 6 }), ..shape() });
}

#[test]
fn unknown_fields_of_every_kind_are_skipped() {
    #[rustfmt::skip]
    let bytes = [
        0x90, 0x03, 0x96, 0x01,
        0x91, 0x03, 1, 2, 3, 4, 5, 6, 7, 8,
        0x92, 0x03, 2, 1, 2,
        // A group 50 with a field, a group 51 and a string in it.
        0x93, 0x03, 0x08, 1, 0x9b, 0x03, 0x9c, 0x03, 0x12, 1, b'x', 0x94, 0x03,
        0x95, 0x03, 1, 2, 3, 4,
        0x08, 7,
    ];
    assert_eq!(decode::<Point>(&bytes).unwrap(), Point { x: 7, y: 0 });
}

#[test]
fn a_field_of_another_type_is_refused_by_name() {
    let error = refuse::<Shape>(&[0x2a, 0, 0x2a, 4, 0x0a, 2, 1, 2]);
    assert_eq!(
        error.to_string(),
        "cannot decode `Shape` at `points[1].x`, byte 5: expected the wire type varint, found length-delimited; \
         its sender gives this id to a field of another type"
    );
    assert_eq!(refuse::<Shape>(&[0x10, 1]).path(), "label");
    assert_eq!(refuse::<Shape>(&[0x30, 1, 0x31, 0, 0, 0, 0, 0, 0, 0, 0]).path(), "numbers[1]");
}

#[test]
fn what_is_no_protobuf_is_refused_as_such() {
    let kind = |bytes: &[u8]| refuse::<Point>(bytes).kind().clone();
    assert_eq!(kind(&[0x00, 1]), DecodeErrorKind::FieldKey { found: 0 });
    assert_eq!(kind(&[0x0e]), DecodeErrorKind::FieldKey { found: 14 });
    assert_eq!(kind(&[0x0f]), DecodeErrorKind::FieldKey { found: 15 });
    assert_eq!(kind(&[0x80, 0x80, 0x80, 0x80, 0x10]), DecodeErrorKind::FieldKey { found: 1 << 32 });
    assert_eq!(kind(&[0x0c]), DecodeErrorKind::WireType { expected: "varint", found: "end of a group" });
    assert_eq!(kind(&[0x94, 0x03]), DecodeErrorKind::GroupEnd { found: 50 });
    assert_eq!(kind(&[0x93, 0x03, 0x9c, 0x03]), DecodeErrorKind::GroupEnd { found: 51 });
    assert_eq!(kind(&[0x93, 0x03]), DecodeErrorKind::Truncated { expected: 1, found: 0 });
    let overlong = [&[0x08], &[0x80; 10][..], &[0]].concat();
    assert_eq!(kind(&overlong), DecodeErrorKind::Varint);
    let too_wide = [&[0x08], &[0xff; 9][..], &[2]].concat();
    assert_eq!(kind(&too_wide), DecodeErrorKind::Varint);
}

#[test]
fn a_bytes_field_is_a_slice_of_the_message() {
    let bytes = encode(&Scalars { a: 1, j: Bytes::from_static(b"payload"), ..scalars() });
    let start = bytes.as_ptr();
    let read = <Scalars as Message>::decode(bytes).unwrap();
    assert_eq!(read.j, "payload");
    assert_eq!(read.j.as_ptr(), start.wrapping_add(2 + 6));
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Nothing {}

#[derive(Debug, PartialEq, BinaryMessage)]
struct InPacked {
    before: u8,
    nothing: Nothing,
    after: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct InTagged {
    #[binary(id = 1)]
    nothing: Nothing,
    #[binary(id = 2)]
    maybe: Option<Nothing>,
    #[binary(id = 3)]
    many: Vec<Nothing>,
}

#[test]
fn a_message_without_fields_lies_in_either_layout_and_may_grow_like_a_tagged_one() {
    assert_eq!(Nothing::LAYOUT, Layout::Tagged);
    assert_bytes(&Nothing {}, &[]);
    assert_eq!(decode::<Nothing>(&[0x08, 1]).unwrap(), Nothing {});
    assert_bytes(&InPacked { before: 1, nothing: Nothing {}, after: 2 }, &[1, 2]);
    let full = InTagged { nothing: Nothing {}, maybe: Some(Nothing {}), many: vec![Nothing {}, Nothing {}] };
    assert_bytes(&full, &[0x12, 0, 0x1a, 0, 0x1a, 0]);
}

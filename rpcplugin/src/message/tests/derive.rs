//! What the derive understands, by its bytes.

use crate::{BinaryMessage, DecodeErrorKind, DecodeFrom, EncodeErrorKind, FixedMessage, Message};
use bytes::Bytes;

fn round_trip<T>(value: &T, bytes: &[u8])
where
    T: for<'a> DecodeFrom<'a> + Message + PartialEq + std::fmt::Debug,
{
    assert_eq!(value.encode_to_vec().unwrap(), bytes);
    assert_eq!(value.encoded_size(), bytes.len());
    assert_eq!(&T::decode_slice(bytes).unwrap(), value);
    assert_eq!(&T::decode(Bytes::copy_from_slice(bytes)).unwrap(), value);
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Unit;

#[derive(Debug, PartialEq, BinaryMessage)]
struct Identifier(u64);

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Pair(u16, #[binary(endian = "little")] u16);

#[test]
fn unit_and_tuple_structs_are_messages() {
    round_trip(&Unit, &[]);
    round_trip(&Identifier(1), &[1, 0, 0, 0, 0, 0, 0, 0]);
    round_trip(&Pair(1, 1), &[0, 1, 1, 0]);
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Owner {
    #[binary(id = 3)]
    owner: Identifier,
    #[binary(id = 4)]
    others: Vec<Identifier>,
}

#[test]
fn a_newtype_lies_in_a_tagged_message_as_its_field() {
    let owner = Owner { owner: Identifier(300), others: vec![Identifier(1), Identifier(2)] };
    round_trip(&owner, &[0x18, 0xac, 0x02, 0x22, 2, 1, 2]);
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(magic = b"RP", prefix = u16, endian = "big")]
struct Formatted {
    #[binary(pad_before = 1, pad_after = 2)]
    kind: u8,
    #[binary(prefix = u8)]
    name: String,
    values: Vec<u16>,
    #[binary(skip)]
    cached: u32,
    #[binary(skip, default = 7)]
    seven: u32,
    #[binary(magic = b"!")]
    last: i8,
}

#[test]
fn magic_padding_prefix_and_skip() {
    let value = Formatted { kind: 9, name: "ab".into(), values: vec![1, 2], cached: 0, seven: 7, last: -1 };
    let bytes = [b'R', b'P', 0, 9, 0, 0, 2, b'a', b'b', 0, 2, 0, 1, 0, 2, b'!', 0xff];
    round_trip(&value, &bytes);
    let mut other = bytes;
    other[1] = b'Q';
    let error = Formatted::decode_slice(&other).unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Magic { expected: b"RP", found: b"RQ".to_vec() });
    assert_eq!(error.offset(), Some(0));
    let mut other = bytes;
    other[15] = b'?';
    let error = Formatted::decode_slice(&other).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("last", Some(15)));
}

mod as_millis {
    use std::time::Duration;

    pub(super) type Wire = u32;

    pub(super) fn encode(value: &Duration) -> Wire {
        u32::try_from(value.as_millis()).unwrap_or(u32::MAX)
    }

    pub(super) fn decode(wire: Wire) -> Result<Duration, &'static str> {
        if wire == 13 {
            return Err("13 is refused");
        }
        Ok(Duration::from_millis(u64::from(wire)))
    }
}

fn even(value: &u16) -> Result<(), String> {
    if value.is_multiple_of(2) { Ok(()) } else { Err(format!("{value} is odd")) }
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Checked {
    #[binary(with = as_millis)]
    wait: std::time::Duration,
    #[binary(validate = even)]
    number: u16,
}

#[test]
fn a_module_converts_and_a_function_validates() {
    let value = Checked { wait: std::time::Duration::from_millis(5), number: 2 };
    round_trip(&value, &[5, 0, 0, 0, 2, 0]);
    let error = Checked::decode_slice(&[13, 0, 0, 0, 2, 0]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("wait", Some(0)));
    assert_eq!(error.kind(), &DecodeErrorKind::Invalid { reason: "13 is refused".into() });
    let error = Checked::decode_slice(&[5, 0, 0, 0, 3, 0]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("number", Some(4)));
    let odd = Checked { wait: std::time::Duration::ZERO, number: 3 };
    let error = odd.encode_to_vec().unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Invalid { reason: "3 is odd".into() });
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(extensible)]
struct First {
    a: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(extensible)]
struct Second {
    a: u8,
    #[binary(since = 2)]
    b: u16,
    #[binary(since = 2, default = 5)]
    c: u8,
    #[binary(since = 3)]
    d: Option<u8>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Holder<T> {
    inner: Vec<T>,
    end: u8,
}

#[test]
fn versions_of_a_message_read_each_other() {
    let second = Second { a: 1, b: 2, c: 3, d: Some(4) };
    round_trip(&second, &[1, 2, 0, 3, 1, 4]);
    assert_eq!(First::decode_slice(&[1, 2, 0, 3, 1, 4]).unwrap(), First { a: 1 });
    assert_eq!(Second::decode_slice(&[1]).unwrap(), Second { a: 1, b: 0, c: 5, d: None });
    assert_eq!(Second::decode_slice(&[1, 2, 0, 3]).unwrap(), Second { a: 1, b: 2, c: 3, d: None });
    // A version is there as a whole or not at all.
    assert_eq!(Second::decode_slice(&[1, 2, 0]).unwrap_err().path(), "c");

    let new = Holder { inner: vec![Second { a: 1, b: 2, c: 3, d: None }], end: 9 };
    let bytes = new.encode_to_vec().unwrap();
    assert_eq!(bytes, [1, 0, 0, 0, 5, 0, 0, 0, 1, 2, 0, 3, 0, 9]);
    assert_eq!(
        Holder::<First>::decode_slice(&bytes).unwrap(),
        Holder { inner: vec![First { a: 1 }], end: 9 }
    );
    let old = Holder { inner: vec![First { a: 1 }], end: 9 }.encode_to_vec().unwrap();
    let read = Holder::<Second>::decode_slice(&old).unwrap();
    assert_eq!(read, Holder { inner: vec![Second { a: 1, b: 0, c: 5, d: None }], end: 9 });
}

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
enum Level {
    Low = 0,
    High = 200,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(id_type = u16, endian = "big")]
enum Shape {
    #[binary(id = 1)]
    Point,
    #[binary(id = 2)]
    Circle(f32),
    #[binary(id = 300)]
    Box {
        level: Level,
        #[binary(endian = "little")]
        width: u16,
    },
    #[binary(other)]
    Unknown(u16),
}

#[test]
fn enums_have_a_number_before_them() {
    round_trip(&Level::High, &[200]);
    round_trip(&Shape::Point, &[0, 1]);
    round_trip(&Shape::Circle(1.5), &[0, 2, 0x3f, 0xc0, 0, 0]);
    round_trip(&Shape::Box { level: Level::Low, width: 1 }, &[1, 44, 0, 1, 0]);
    round_trip(&Shape::Unknown(9), &[0, 9]);
    let error = Level::decode_slice(&[1]).unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Variant { name: "Level", found: 1 });
    let error = Shape::decode_slice(&[1, 44, 1, 1, 0]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("Box.level", Some(2)));
}

/// What a sensor says.
#[derive(Debug, PartialEq, Clone, BinaryMessage)]
#[binary(fixed, endian = "big", magic = b"S")]
struct Sensor {
    level: Level,
    ok: bool,
    /// Degrees.
    #[binary(pad_before = 1)]
    values: [f32; 2],
    #[binary(endian = "little")]
    counter: u16,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Batch {
    sensors: Vec<Sensor>,
    pair: [Sensor; 2],
}

#[test]
fn a_fixed_message_is_viewed_in_place() {
    let sensor = Sensor { level: Level::High, ok: true, values: [1.5, -2.0], counter: 258 };
    let bytes = [b'S', 200, 1, 0, 0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0, 2, 1];
    round_trip(&sensor, &bytes);
    let view = Sensor::view(&bytes).unwrap();
    assert_eq!(
        (view.level(), view.ok(), view.values(), view.counter()),
        (Level::High, true, [1.5, -2.0], 258)
    );
    assert_eq!(view.to_value(), sensor);
    let mut two = bytes.to_vec();
    two.extend_from_slice(&bytes);
    assert_eq!(Sensor::views(&two).unwrap().len(), 2);
    two[14 + 2] = 2;
    let error = Sensor::views(&two).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("[1].ok", Some(16)));
    assert_eq!(Sensor::view(&two).unwrap_err().offset(), Some(14));
    assert_eq!(
        Sensor::view(&two[..3]).unwrap_err().kind(),
        &DecodeErrorKind::Truncated { expected: 14, found: 3 }
    );

    let batch = Batch { sensors: vec![sensor.clone(), sensor.clone()], pair: [sensor.clone(), sensor] };
    let mut expected = vec![2, 0, 0, 0];
    for _ in 0..4 {
        expected.extend_from_slice(&bytes);
    }
    round_trip(&batch, &expected);
    expected[4 + 14 + 2] = 7;
    let error = Batch::decode_slice(&expected).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("sensors[1].ok", Some(20)));
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Both<T: Clone, const N: usize>
where
    T: PartialEq,
{
    items: [T; N],
    one: T,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct FixedBoth<T, const N: usize> {
    items: [T; N],
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Page<T> {
    #[binary(id = 1)]
    items: Vec<T>,
    #[binary(id = 2)]
    next: Option<T>,
}

#[test]
fn generics_take_their_types() {
    round_trip(&Both { items: [1u8, 2], one: 3 }, &[1, 2, 3]);
    round_trip(&FixedBoth { items: [1u16, 2] }, &[1, 0, 2, 0]);
    assert_eq!(FixedBoth::<u16, 2>::view(&[1, 0, 2, 0]).unwrap().items(), [1, 2]);
    round_trip(&Page { items: vec![1u32, 2], next: Some(0) }, &[10, 2, 1, 2, 16, 0]);
}

#[test]
fn a_buffer_takes_a_message() {
    let mut buffer = [0xaa; 4];
    assert_eq!(Pair(1, 2).encode_to_slice(&mut buffer[..]).unwrap(), 4);
    assert_eq!(buffer, [0, 1, 2, 0]);
    let error = Pair(1, 2).encode_to_slice(&mut buffer[..3]).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Buffer { needed: 4, found: 3 });
    let mut list = vec![9];
    assert_eq!(Pair(1, 2).encode_append(&mut list).unwrap(), 4);
    assert_eq!(list, [9, 0, 1, 2, 0]);
}

//! `oneof`, against prost's.

use proptest::prelude::*;
use prost::Message as _;

use super::tagged_field::{read_message, write_message};
use crate::message::tagged::{has_id_within, have_common_id};
use crate::{BinaryMessage, DecodeErrorKind};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Point {
    #[binary(id = 1)]
    x: i32,
    #[binary(id = 2)]
    y: i32,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(oneof)]
enum What {
    #[binary(id = 2)]
    Number(u32),
    #[binary(id = 3)]
    Text(String),
    #[binary(id = 4)]
    Point(Box<Point>),
    #[binary(id = 2000)]
    Small(#[binary(encoding = "zigzag")] i64),
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Event {
    #[binary(id = 1)]
    id: u64,
    #[binary(oneof)]
    what: Option<What>,
}

fn event(what: What) -> Event {
    Event { id: 0, what: Some(what) }
}

fn assert_event(event: &Event, bytes: &[u8]) {
    assert_eq!(write_message(event), bytes);
    assert_eq!(&read_message::<Event>(bytes).unwrap(), event);
}

#[test]
fn a_variant_is_a_field_of_the_message_around_it() {
    assert_event(&Event { id: 7, what: None }, &[0x08, 7]);
    assert_event(&Event { id: 7, what: Some(What::Number(150)) }, &[0x08, 7, 0x10, 0x96, 0x01]);
    assert_event(&event(What::Text("a".to_owned())), &[0x1a, 1, b'a']);
    assert_event(&event(What::Point(Box::new(Point { x: 1, y: 0 }))), &[0x22, 2, 0x08, 1]);
    assert_event(&event(What::Small(-1)), &[0x80, 0x7d, 1]);
}

#[test]
fn a_variant_with_a_default_is_there() {
    assert_event(&event(What::Number(0)), &[0x10, 0]);
    assert_event(&event(What::Text(String::new())), &[0x1a, 0]);
    assert_event(&event(What::Point(Box::new(Point { x: 0, y: 0 }))), &[0x22, 0]);
    assert_event(&event(What::Small(0)), &[0x80, 0x7d, 0]);
}

#[test]
fn the_last_variant_counts_and_a_message_is_merged_into_the_same_variant_before_it() {
    let read = |bytes: &[u8]| read_message::<Event>(bytes).unwrap().what.unwrap();
    assert_eq!(read(&[0x10, 1, 0x1a, 1, b'a']), What::Text("a".to_owned()));
    assert_eq!(read(&[0x1a, 1, b'a', 0x10, 1, 0x10, 2]), What::Number(2));
    assert_eq!(read(&[0x1a, 1, b'a', 0x1a, 0]), What::Text(String::new()));
    let (x, y) = ([0x22, 2, 0x08, 1], [0x22, 2, 0x10, 2]);
    assert_eq!(read(&[x, y].concat()), What::Point(Box::new(Point { x: 1, y: 2 })));
    // What is between them was the last, for a while: nothing is left to merge into.
    let between = [&x[..], &[0x10, 5], &y].concat();
    assert_eq!(read(&between), What::Point(Box::new(Point { x: 0, y: 2 })));
}

#[test]
fn a_fault_in_a_variant_is_found_by_name() {
    let error = read_message::<Event>(&[0x22, 3, 0x0a, 1, 0]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("what.Point.x", Some(3)));
    let error = read_message::<Event>(&[0x18, 1]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("what.Text", Some(1)));
    let kind = DecodeErrorKind::WireType { expected: "length-delimited", found: "varint" };
    assert_eq!(error.kind(), &kind);
}

#[test]
fn ids_of_a_oneof_are_compared_with_those_beside_it() {
    assert!(!has_id_within(&[], 1, 9));
    assert!(!has_id_within(&[4, 6], 5, 5));
    assert!(has_id_within(&[4, 6], 6, 6));
    assert!(has_id_within(&[4, 6], 5, 9), "a range");
    assert!(!have_common_id(&[4, 5], &[6]));
    assert!(have_common_id(&[4, 5], &[6, 5]));
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirPoint {
    #[prost(int32, tag = "1")]
    x: i32,
    #[prost(int32, tag = "2")]
    y: i32,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum TheirWhat {
    #[prost(uint32, tag = "2")]
    Number(u32),
    #[prost(string, tag = "3")]
    Text(String),
    #[prost(message, tag = "4")]
    Point(TheirPoint),
    #[prost(sint64, tag = "2000")]
    Small(i64),
}

#[derive(Clone, PartialEq, prost::Message)]
struct Theirs {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(oneof = "TheirWhat", tags = "2, 3, 4, 2000")]
    what: Option<TheirWhat>,
}

fn arbitrary_theirs() -> impl Strategy<Value = Theirs> {
    let what = prop_oneof![
        prop_oneof![Just(0), any::<u32>()].prop_map(TheirWhat::Number),
        any::<String>().prop_map(TheirWhat::Text),
        (-1..2, -1..2).prop_map(|(x, y)| TheirWhat::Point(TheirPoint { x, y })),
        any::<i64>().prop_map(TheirWhat::Small),
    ];
    (any::<u64>(), prop::option::of(what)).prop_map(|(id, what)| Theirs { id, what })
}

proptest! {
    #[test]
    fn both_write_the_same_bytes_and_read_each_other(theirs in arbitrary_theirs()) {
        let written = theirs.encode_to_vec();
        let ours = read_message::<Event>(&written).unwrap();
        let bytes = write_message(&ours);
        prop_assert_eq!(&bytes, &written);
        prop_assert_eq!(Theirs::decode(&bytes[..]).unwrap(), theirs);
    }

    #[test]
    fn both_take_the_same_variant_of_several(parts in prop::collection::vec(arbitrary_theirs(), 0..5)) {
        // Messages one behind the other are one message: fields come twice, variants follow one another.
        let written = parts.iter().flat_map(prost::Message::encode_to_vec).collect::<Vec<u8>>();
        let ours = read_message::<Event>(&written).unwrap();
        let theirs = Theirs::decode(&written[..]).unwrap();
        prop_assert_eq!(write_message(&ours), theirs.encode_to_vec());
    }

    #[test]
    fn both_accept_and_refuse_the_same_bytes(bytes in prop::collection::vec(0_u8..0x28, 0..12)) {
        match (read_message::<Event>(&bytes), Theirs::decode(&bytes[..])) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(write_message(&ours), theirs.encode_to_vec()),
            (ours, theirs) => prop_assert!(ours.is_err() && theirs.is_err(), "{:?} {:?}", ours, theirs),
        }
    }
}

//! Numbers in the encodings that are asked for: `sint32`, `sint64`, and those of a fixed width.

use proptest::prelude::*;
use prost::Message as _;

use super::tagged_field::{assert_field, read, write};
use crate::DecodeErrorKind;
use crate::message::tagged::{FIXED_WIDTH, TaggedField, ZIGZAG};

#[test]
fn zigzag_counts_away_from_zero_to_both_sides() {
    // The table of protobuf's page on encodings.
    for (value, written) in [(-1, 1), (1, 2), (-2, 3)] {
        assert_field::<i32, ZIGZAG>(&value, &[0x08, written]);
        assert_field::<i64, ZIGZAG>(&value.into(), &[0x08, written]);
    }
    assert_field::<i32, ZIGZAG>(&i32::MAX, &[0x08, 0xfe, 0xff, 0xff, 0xff, 0x0f]);
    assert_field::<i32, ZIGZAG>(&i32::MIN, &[0x08, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    let widest = |first| [&[0x08, first], &[0xff; 8][..], &[1]].concat();
    let (most, least) = (widest(0xfe), widest(0xff));
    assert_field::<i64, ZIGZAG>(&i64::MAX, &most);
    assert_field::<i64, ZIGZAG>(&i64::MIN, &least);
}

#[test]
fn a_fixed_width_is_four_or_eight_bytes_whatever_the_number() {
    assert_field::<u32, FIXED_WIDTH>(&1, &[0x0d, 1, 0, 0, 0]);
    assert_field::<i32, FIXED_WIDTH>(&-2, &[0x0d, 0xfe, 0xff, 0xff, 0xff]);
    assert_field::<u64, FIXED_WIDTH>(&0x0102, &[0x09, 2, 1, 0, 0, 0, 0, 0, 0]);
    assert_field::<i64, FIXED_WIDTH>(&-1, &[0x09, 255, 255, 255, 255, 255, 255, 255, 255]);
}

#[test]
fn zero_is_left_out_in_every_encoding_unless_it_is_optional() {
    assert_field::<i32, ZIGZAG>(&0, &[]);
    assert_field::<u32, FIXED_WIDTH>(&0, &[]);
    assert_field::<i64, FIXED_WIDTH>(&0, &[]);
    assert_field::<Option<i64>, ZIGZAG>(&Some(0), &[0x08, 0]);
    assert_field::<Option<i32>, FIXED_WIDTH>(&Some(0), &[0x0d, 0, 0, 0, 0]);
    assert_field::<Option<i32>, FIXED_WIDTH>(&None, &[]);
    assert_field::<Box<i32>, ZIGZAG>(&Box::new(-1), &[0x08, 1]);
}

#[test]
fn a_list_of_them_is_packed_and_read_in_both_forms() {
    assert_field::<Vec<i32>, ZIGZAG>(&vec![0, -1, -65], &[0x0a, 4, 0, 1, 0x81, 1]);
    assert_field::<Vec<u32>, FIXED_WIDTH>(&vec![1, 0], &[0x0a, 8, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(read::<Vec<i32>, ZIGZAG>(&[0x08, 1, 0x0a, 1, 2, 0x08, 3]).unwrap(), [-1, 1, -2]);
    let mixed = [0x0d, 1, 0, 0, 0, 0x0a, 4, 2, 0, 0, 0];
    assert_eq!(read::<Vec<i32>, FIXED_WIDTH>(&mixed).unwrap(), [1, 2]);
}

#[test]
fn the_same_number_in_another_encoding_is_another_type() {
    let kind = |error: crate::DecodeError| error.kind().clone();
    let error = read::<u32, FIXED_WIDTH>(&[0x08, 1]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("field", Some(1)));
    assert_eq!(kind(error), DecodeErrorKind::WireType { expected: "32-bit", found: "varint" });
    let error = read::<i64, ZIGZAG>(&[0x09, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap_err();
    assert_eq!(kind(error), DecodeErrorKind::WireType { expected: "varint", found: "64-bit" });
    let error = read::<Vec<u64>, FIXED_WIDTH>(&[0x0a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("field[1]", Some(10)));
    assert_eq!(kind(error), DecodeErrorKind::Truncated { expected: 8, found: 1 });
}

#[test]
fn a_list_of_a_fixed_width_takes_no_more_memory_than_its_bytes() {
    let bytes = write::<Vec<u64>, FIXED_WIDTH>(&vec![7; 1000]);
    let read = read::<Vec<u64>, FIXED_WIDTH>(&bytes).unwrap();
    assert_eq!((read.len(), read.capacity()), (1000, 1000));
    // A length that promises more than there is takes nothing.
    assert!(super::tagged_field::read::<Vec<u64>, FIXED_WIDTH>(&[0x0a, 0xff, 0xff, 0xff, 0xff, 7]).is_err());
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsSint32 {
    #[prost(sint32, tag = "1")]
    field: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsSint64List {
    #[prost(sint64, repeated, tag = "1")]
    field: Vec<i64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsFixed32 {
    #[prost(fixed32, optional, tag = "1")]
    field: Option<u32>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsSfixed32List {
    #[prost(sfixed32, repeated, tag = "1")]
    field: Vec<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsSfixed64 {
    #[prost(sfixed64, tag = "1")]
    field: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsFixed64List {
    #[prost(fixed64, repeated, tag = "1")]
    field: Vec<u64>,
}

fn same<T, const E: u8>(field: &T, theirs: &impl prost::Message)
where
    T: for<'a> TaggedField<'a, E> + PartialEq + std::fmt::Debug,
{
    assert_eq!(write::<T, E>(field), theirs.encode_to_vec());
    assert_eq!(&read::<T, E>(&theirs.encode_to_vec()).unwrap(), field);
}

proptest! {
    #[test]
    fn both_write_the_same_bytes(
        numbers in any::<(i32, Option<u32>, i64)>(), longs in any::<Vec<i64>>(), shorts in any::<Vec<i32>>(),
        wide in any::<Vec<u64>>(),
    ) {
        let (number, option, long) = numbers;
        same::<_, ZIGZAG>(&number, &TheirsSint32 { field: number });
        same::<_, ZIGZAG>(&longs, &TheirsSint64List { field: longs.clone() });
        same::<_, FIXED_WIDTH>(&option, &TheirsFixed32 { field: option });
        same::<_, FIXED_WIDTH>(&shorts, &TheirsSfixed32List { field: shorts.clone() });
        same::<_, FIXED_WIDTH>(&long, &TheirsSfixed64 { field: long });
        same::<_, FIXED_WIDTH>(&wide, &TheirsFixed64List { field: wide.clone() });
    }

    #[test]
    fn both_read_any_varint_as_the_same_number(bytes in prop::collection::vec(any::<u8>(), 1..12)) {
        let bytes = [&[0x08], &bytes[..]].concat();
        let ours = read::<i32, ZIGZAG>(&bytes).ok();
        let theirs = TheirsSint32::decode(&bytes[..]).ok();
        prop_assert_eq!(ours, theirs.map(|read| read.field));
    }
}

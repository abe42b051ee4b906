//! Tuple structs of one field: they lie as the field would.

use std::collections::BTreeMap;

use super::assert_bytes;
use crate::{BinaryMessage, FixedMessage};

#[derive(Debug, PartialEq, BinaryMessage)]
struct Label(String);

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Price(u32);

/// With a byte order of its own it is a message like any other.
#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "little")]
struct Size(u16);

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big", prefix = u8)]
struct Quote {
    label: Label,
    price: Price,
    size: Size,
    others: Vec<Price>,
    #[binary(endian = "little")]
    pair: (Price, u16),
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed, endian = "big")]
struct Ladder {
    bid: Price,
    asks: [Price; 2],
}

#[test]
fn a_newtype_lies_as_its_field_would_in_its_place() {
    let value = Quote {
        label: Label("ab".into()),
        price: Price(1),
        size: Size(2),
        others: vec![Price(3)],
        pair: (Price(4), 5),
    };
    let bytes = [2, b'a', b'b', 0, 0, 0, 1, 2, 0, 1, 0, 0, 0, 3, 4, 0, 0, 0, 5, 0];
    assert_bytes(&value, &bytes);
    // Alone it has no holder.
    assert_bytes(&Price(1), &[1, 0, 0, 0]);
    assert_eq!(Price::view(&[1, 0, 0, 0]).unwrap().field_0(), 1);

    let ladder = Ladder { bid: Price(1), asks: [Price(2), Price(3)] };
    let bytes = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
    assert_bytes(&ladder, &bytes);
    assert_eq!(Ladder::view(&bytes).unwrap().asks(), [Price(2), Price(3)]);

    assert_eq!(
        Quote::SCHEMA.canonical_layout().unwrap(),
        "{label:text(u8),price:u32be,size:{0:u16le},others:list(u8)<u32be>,pair:(u32le,u16le)}"
    );
}

fn even(number: &Even) -> Result<(), &'static str> {
    if number.0.is_multiple_of(2) { Ok(()) } else { Err("expected an even number") }
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(validate = even)]
struct Even(u32);

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Packed {
    even: Even,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    even: Even,
}

#[test]
fn a_newtype_with_a_rule_keeps_it_in_both_layouts() {
    assert_bytes(&Packed { even: Even(2) }, &[0, 0, 0, 2]);
    assert_bytes(&Tagged { even: Even(2) }, &[8, 2]);
    for error in [super::refuse::<Packed>(&[0, 0, 0, 1]), super::refuse::<Tagged>(&[8, 1])] {
        assert!(error.to_string().contains("expected an even number"), "{error}");
        assert_eq!(error.path(), "even");
    }
    assert!(Packed { even: Even(1) }.encode_to_vec().is_err());
    assert!(Tagged { even: Even(1) }.encode_to_vec().is_err());
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(extensible)]
struct Grows {
    one: u8,
    #[binary(since = 2)]
    two: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Named(Grows);

/// Has the name of what it holds.
#[derive(Debug, PartialEq, BinaryMessage)]
struct Bytes(bytes::Bytes);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Change(i64);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Changes {
    #[binary(id = 1, encoding = "zigzag")]
    change: Change,
    #[binary(id = 2, encoding = "fixed")]
    changes: Vec<Change>,
    #[binary(id = 3)]
    bytes: Bytes,
}

#[test]
fn a_newtype_adds_nothing_to_what_it_holds() {
    assert_bytes(&Named(Grows { one: 1, two: 2 }), &[1, 2]);
    assert_eq!(super::decode::<Named>(&[1]).unwrap(), Named(Grows { one: 1, two: 0 }), "an older one");
    let changes = Changes { change: Change(-1), changes: vec![Change(2)], bytes: Bytes("ab".into()) };
    assert_bytes(&changes, &[8, 1, 18, 8, 2, 0, 0, 0, 0, 0, 0, 0, 26, 2, b'a', b'b']);
    let error = super::refuse::<Named>(&[]);
    assert_eq!(error.path(), "one");
}

#[derive(Debug, PartialEq, Clone, BinaryMessage)]
#[binary(extensible)]
struct Version {
    one: u8,
    #[binary(since = 2)]
    two: u8,
}

/// Not extensible: only at the end of the outermost message a version may end.
#[derive(Debug, PartialEq, BinaryMessage)]
struct Plain {
    one: u8,
    #[binary(since = 2)]
    two: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Many(Vec<Version>);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Two((Version, Version));

#[derive(Debug, PartialEq, BinaryMessage)]
struct Three([Version; 3]);

#[derive(Debug, PartialEq, BinaryMessage)]
struct ByName(BTreeMap<u8, Version>);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Of<T>(Option<T>);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Plains((Plain, Plain));

#[test]
fn only_a_message_in_a_newtype_is_the_outermost_one() {
    let version = |one| Version { one, two: 9 };
    assert_bytes(&Many(vec![version(1), version(2)]), &[2, 0, 0, 0, 2, 0, 0, 0, 1, 9, 2, 0, 0, 0, 2, 9]);
    assert_bytes(&Two((version(1), version(2))), &[2, 0, 0, 0, 1, 9, 2, 0, 0, 0, 2, 9]);
    let three = [2, 0, 0, 0, 1, 9, 2, 0, 0, 0, 1, 9, 2, 0, 0, 0, 1, 9];
    assert_bytes(&Three([version(1), version(1), version(1)]), &three);
    assert_bytes(&ByName(BTreeMap::from([(7, version(1))])), &[1, 0, 0, 0, 7, 2, 0, 0, 0, 1, 9]);
    assert_bytes(&Of(Some(version(1))), &[1, 2, 0, 0, 0, 1, 9]);
    let plains = Plains((Plain { one: 1, two: 2 }, Plain { one: 3, two: 4 }));
    assert_bytes(&plains, &[1, 2, 3, 4]);
    assert!(super::decode::<Plains>(&[1, 2, 3]).is_err(), "the second one is cut off");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Short(#[binary(max_len = 2)] String);

#[derive(Debug, PartialEq, BinaryMessage)]
struct EvenField(#[binary(validate = is_even)] u32);

fn is_even(number: &u32) -> Result<(), &'static str> {
    if number.is_multiple_of(2) { Ok(()) } else { Err("expected an even number") }
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big", prefix = u16)]
struct PackedRules {
    short: Short,
    even: EvenField,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct TaggedRules {
    #[binary(id = 1)]
    short: Short,
    #[binary(id = 2)]
    even: EvenField,
}

#[test]
fn a_rule_of_the_field_says_nothing_about_how_it_lies() {
    let rules = |short: &str, even| (Short(short.to_owned()), EvenField(even));
    let packed = |(short, even)| PackedRules { short, even };
    assert_bytes(&packed(rules("ab", 2)), &[0, 2, b'a', b'b', 0, 0, 0, 2]);
    let tagged = |(short, even)| TaggedRules { short, even };
    assert_bytes(&tagged(rules("ab", 2)), &[10, 2, b'a', b'b', 16, 2]);
    let path = |error: crate::DecodeError| error.path();
    assert_eq!(path(super::refuse::<PackedRules>(&[0, 3, b'a', b'b', b'c', 0, 0, 0, 2])), "short.0");
    assert_eq!(path(super::refuse::<PackedRules>(&[0, 0, 0, 0, 0, 1])), "even.0");
    assert_eq!(path(super::refuse::<TaggedRules>(&[10, 3, b'a', b'b', b'c'])), "short.0");
    assert_eq!(path(super::refuse::<TaggedRules>(&[16, 1])), "even.0");
    for (short, even) in [("abc", 2), ("ab", 1)] {
        assert!(packed(rules(short, even)).encode_to_vec().is_err());
        assert!(tagged(rules(short, even)).encode_to_vec().is_err());
    }
}

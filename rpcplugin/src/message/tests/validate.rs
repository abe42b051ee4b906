//! `validate`, wherever a packed message or a field may have it: asked before encoding and after decoding.

use super::{assert_bytes, refuse};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, FixedMessage, Message};

fn even(number: &u32) -> Result<(), &'static str> {
    if number.is_multiple_of(2) { Ok(()) } else { Err("expected an even number") }
}

fn small(pair: &Pair) -> Result<(), &'static str> {
    if pair.even <= 10 { Ok(()) } else { Err("expected at most ten") }
}

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(fixed, validate = small)]
struct Pair {
    #[binary(validate = even)]
    even: u32,
    other: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Pairs {
    two: [Pair; 2],
    tuple: (u8, Pair),
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct List {
    pairs: Vec<Pair>,
}

fn low(level: &Level) -> Result<(), &'static str> {
    if *level == Level::High { Err("too high") } else { Ok(()) }
}

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(validate = low)]
enum Level {
    Low = 0,
    High = 1,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Levels {
    one: Level,
    all: Vec<Level>,
}

fn short(family: &Family) -> Result<(), &'static str> {
    if matches!(family, Family::Text { text } if text.len() > 2) { Err("too long") } else { Ok(()) }
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(family, header = u8, validate = short)]
enum Family {
    #[binary(id = 1)]
    Text { text: String },
    #[binary(id = 2)]
    Pair(Pair),
}

/// Both ways refuse, at this path.
fn refuse_both<T: BinaryMessage + Message + PartialEq + std::fmt::Debug>(
    message: &T,
    bytes: &[u8],
    path: &str,
    offset: usize,
) {
    let error = refuse::<T>(bytes);
    assert!(matches!(error.kind(), DecodeErrorKind::Invalid { .. }), "{error}");
    assert_eq!((error.path().as_str(), error.offset()), (path, Some(offset)), "{error}");
    let error = message.encode_to_vec().unwrap_err();
    assert!(matches!(error.kind(), EncodeErrorKind::Invalid { .. }), "{error}");
    assert_eq!(error.path(), path);
}

const GOOD: Pair = Pair { even: 2, other: 9 };
const ODD: Pair = Pair { even: 1, other: 9 };
const LARGE: Pair = Pair { even: 12, other: 9 };

#[test]
fn a_fixed_message_is_asked() {
    assert_bytes(&GOOD, &[2, 0, 0, 0, 9]);
    refuse_both(&ODD, &[1, 0, 0, 0, 9], "even", 0);
    refuse_both(&LARGE, &[12, 0, 0, 0, 9], "", 0);
    assert!(Pair::view(&[1, 0, 0, 0, 9]).is_err());
}

#[test]
fn a_fixed_message_within_others_is_asked() {
    let pairs = |second, last| Pairs { two: [GOOD, second], tuple: (7, last) };
    let good = [2, 0, 0, 0, 9, 2, 0, 0, 0, 9, 7, 2, 0, 0, 0, 9];
    assert_bytes(&pairs(GOOD, GOOD), &good);
    let mut bytes = good;
    bytes[5] = 1;
    refuse_both(&pairs(ODD, GOOD), &bytes, "two[1].even", 5);
    let mut bytes = good;
    bytes[11] = 12;
    refuse_both(&pairs(GOOD, LARGE), &bytes, "tuple[1]", 11);
    let list = List { pairs: vec![GOOD, ODD] };
    refuse_both(&list, &[2, 0, 0, 0, 2, 0, 0, 0, 9, 1, 0, 0, 0, 9], "pairs[1].even", 9);
}

#[test]
fn an_enum_without_payload_is_asked() {
    assert_bytes(&Levels { one: Level::Low, all: vec![Level::Low] }, &[0, 1, 0, 0, 0, 0]);
    refuse_both(&Level::High, &[1], "", 0);
    refuse_both(&Levels { one: Level::High, all: vec![] }, &[1, 0, 0, 0, 0], "one", 0);
    let levels = Levels { one: Level::Low, all: vec![Level::Low, Level::High] };
    refuse_both(&levels, &[0, 2, 0, 0, 0, 0, 1], "all[1]", 6);
}

#[test]
fn a_family_is_asked() {
    let text = |text: &str| Family::Text { text: text.to_owned() };
    assert_bytes(&text("ab"), &[1, 0, 0, 0, 6, 0, 0, 0, 2, b'a', b'b']);
    refuse_both(&text("abc"), &[1, 0, 0, 0, 7, 0, 0, 0, 3, b'a', b'b', b'c'], "", 5);
    refuse_both(&Family::Pair(ODD), &[2, 1, 0, 0, 0, 9], "Pair.0.even", 1);
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(extensible)]
struct Grown {
    value: u8,
    #[binary(since = 2)]
    later: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(family, header = u8)]
enum Versions {
    #[binary(id = 1)]
    Since {
        value: u8,
        #[binary(since = 2, default = 7)]
        later: u8,
    },
    #[binary(id = 2)]
    Grown { grown: Grown, behind: u8 },
}

#[test]
fn a_message_of_a_family_has_versions() {
    assert_bytes(&Versions::Since { value: 1, later: 2 }, &[1, 0, 0, 0, 2, 1, 2]);
    let older = <Versions as BinaryMessage>::decode_slice(&[1, 0, 0, 0, 1, 1]).unwrap();
    assert_eq!(older, Versions::Since { value: 1, later: 7 });
    // What may grow has its length before it, as in any other message.
    let grown = Versions::Grown { grown: Grown { value: 1, later: 2 }, behind: 3 };
    assert_bytes(&grown, &[2, 0, 0, 0, 7, 2, 0, 0, 0, 1, 2, 3]);
}

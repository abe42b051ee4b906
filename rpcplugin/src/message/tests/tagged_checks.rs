//! `validate`, `max_len` and `with` in tagged messages, which may come in parts or not at all.

use std::collections::{BTreeMap, HashMap};

use super::{assert_bytes, decode, encode, refuse};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind};

fn positive(number: &u32) -> Result<(), &'static str> {
    if *number > 0 { Ok(()) } else { Err("expected a number above zero") }
}

fn ordered(range: &Range) -> Result<(), String> {
    let Range { low, high, .. } = range;
    if low <= high { Ok(()) } else { Err(format!("expected {low} to be at most {high}")) }
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
#[binary(validate = ordered)]
struct Range {
    #[binary(id = 1)]
    low: u32,
    #[binary(id = 2)]
    high: u32,
    #[binary(id = 3)]
    inner: Option<Box<Self>>,
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Count {
    #[binary(id = 1, validate = positive)]
    count: u32,
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Report {
    #[binary(id = 1)]
    range: Range,
    #[binary(id = 2)]
    ranges: Vec<Range>,
    #[binary(id = 3)]
    counts: BTreeMap<u32, Count>,
    #[binary(oneof)]
    either: Option<Either>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(oneof)]
enum Either {
    #[binary(id = 4)]
    Range(Range),
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Needs {
    #[binary(id = 1)]
    count: Count,
}

/// Both ways refuse, at this path.
fn refuse_both(bytes: &[u8], value: &Report, path: &str) {
    let error = refuse::<Report>(bytes);
    assert!(matches!(error.kind(), DecodeErrorKind::Invalid { .. }), "{error}");
    assert_eq!((error.path().as_str(), error.offset()), (path, None), "{error}");
    let error = value.encode_to_vec().unwrap_err();
    assert!(matches!(error.kind(), EncodeErrorKind::Invalid { .. }), "{error}");
    assert_eq!(error.path(), path);
}

fn range(low: u32, high: u32) -> Range {
    Range { low, high, inner: None }
}

#[test]
fn every_message_within_is_asked() {
    refuse_both(&[10, 2, 8, 1], &Report { range: range(1, 0), ..Report::default() }, "range");
    let ranges = vec![range(0, 0), range(2, 1)];
    refuse_both(&[18, 0, 18, 4, 8, 2, 16, 1], &Report { ranges, ..Report::default() }, "ranges[1]");
    let inner = Some(Box::new(range(1, 0)));
    let nested = Report { range: Range { inner, ..range(1, 1) }, ..Report::default() };
    refuse_both(&[10, 8, 8, 1, 16, 1, 26, 2, 8, 1], &nested, "range.inner");
    let either = Some(Either::Range(range(1, 0)));
    refuse_both(&[34, 2, 8, 1], &Report { either, ..Report::default() }, "either.Range");
}

#[test]
fn what_is_not_there_is_asked_as_well() {
    let counts = BTreeMap::from([(7, Count { count: 0 })]);
    refuse_both(&[26, 2, 8, 7], &Report { counts, ..Report::default() }, "counts[0].value.count");
    assert_eq!(refuse::<Needs>(&[]).path(), "count.count");
    assert!(Needs { count: Count { count: 0 } }.encode_to_vec().is_err());
    assert_bytes(&Needs { count: Count { count: 1 } }, &[10, 2, 8, 1]);
}

#[test]
fn a_message_in_parts_is_asked_when_all_of_them_came() {
    let report = decode::<Report>(&[10, 2, 8, 1, 10, 2, 16, 1]).unwrap();
    assert_eq!(report.range, range(1, 1));
}

mod comma {
    #![expect(clippy::ptr_arg, reason = "what is given is the field")]

    pub(super) type Wire = Vec<String>;

    pub(super) fn encode(text: &String) -> Wire {
        if text.is_empty() { Vec::new() } else { text.split(',').map(str::to_owned).collect() }
    }

    pub(super) fn decode(parts: Wire) -> Result<String, String> {
        if parts.iter().any(|part| part.contains(',')) {
            Err("a comma".to_owned())
        } else {
            Ok(parts.join(","))
        }
    }
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Listed {
    #[binary(id = 1, with = comma, max_len = 9)]
    text: String,
    #[binary(id = 2)]
    inner: Option<Box<Self>>,
}

#[test]
fn all_items_of_a_list_come_to_the_module() {
    let listed = |text: &str| Listed { text: text.to_owned(), inner: None };
    assert_bytes(&listed("a,b,c"), &[10, 1, b'a', 10, 1, b'b', 10, 1, b'c']);
    assert_bytes(&listed(""), &[]);
    let parts = decode::<Listed>(&[18, 3, 10, 1, b'a', 18, 3, 10, 1, b'b']).unwrap();
    assert_eq!(parts.inner, Some(Box::new(listed("a,b"))), "a message in two parts");

    let error = refuse::<Listed>(&[18, 6, 10, 1, b'a', 10, 1, b',']);
    assert_eq!((error.path().as_str(), error.offset()), ("inner.text", Some(3)));
    let error = refuse::<Listed>(&[&[10, 9][..], b"123456789", &[10, 0]].concat());
    assert_eq!(error.kind(), &DecodeErrorKind::TooLong { limit: 9, found: 10 });
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Unbounded {
    #[binary(id = 1, with = comma)]
    text: String,
    #[binary(id = 2)]
    inner: Option<Box<Self>>,
}

#[test]
fn a_message_in_very_many_parts_is_refused_before_it_takes_long() {
    let mut bytes = vec![];
    for _ in 0..20_000 {
        bytes.extend([18, 3, 10, 1, b'a']);
    }
    let error = refuse::<Unbounded>(&bytes);
    assert!(matches!(error.kind(), DecodeErrorKind::Memory { .. }), "{error}");
    assert_eq!(error.path(), "inner.text");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct HasWire {
    #[binary(id = 1, with = counted)]
    counted: u32,
    #[binary(id = 2, with = counted_list)]
    all: Vec<u32>,
}

mod counted {
    pub(super) type Wire = super::Count;

    pub(super) fn encode(count: &u32) -> Wire {
        super::Count { count: *count }
    }

    pub(super) fn decode(wire: Wire) -> Result<u32, &'static str> {
        Ok(wire.count)
    }
}

mod counted_list {
    #![expect(clippy::ptr_arg, reason = "what is given is the field")]

    pub(super) type Wire = Vec<super::Count>;

    pub(super) fn encode(counts: &Vec<u32>) -> Wire {
        counts.iter().map(super::counted::encode).collect()
    }

    pub(super) fn decode(wire: Wire) -> Result<Vec<u32>, &'static str> {
        wire.into_iter().map(super::counted::decode).collect()
    }
}

#[test]
fn what_a_module_makes_is_asked_as_well() {
    assert_bytes(&HasWire { counted: 1, all: vec![2] }, &[10, 2, 8, 1, 18, 2, 8, 2]);
    assert_eq!(refuse::<HasWire>(&[10, 0]).path(), "counted.count");
    assert_eq!(refuse::<HasWire>(&[10, 2, 8, 1, 18, 2, 8, 2, 18, 0]).path(), "all[1].count");
    assert!(HasWire { counted: 0, all: vec![] }.encode_to_vec().is_err());
    assert!(HasWire { counted: 1, all: vec![0] }.encode_to_vec().is_err());
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Hashed {
    #[binary(id = 1)]
    counts: HashMap<u32, Count>,
}

#[test]
fn where_the_order_is_by_chance_no_place_is_named() {
    let counts = (0..20).map(|key| (key, Count { count: 0 })).collect();
    let error = Hashed { counts }.encode_to_vec().unwrap_err();
    assert_eq!(error.path(), "counts.value.count");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Changing {
    #[binary(id = 1)]
    inner: ChangingInner,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct ChangingInner {
    #[binary(id = 1, with = changing)]
    number: u32,
}

mod changing {
    use std::cell::Cell;

    thread_local! {
        static CALLS: Cell<u64> = const { Cell::new(1) };
    }

    pub(super) type Wire = u64;

    /// A number that takes a byte more each time.
    pub(super) fn encode(_: &u32) -> Wire {
        CALLS.set(CALLS.get().saturating_mul(128));
        CALLS.get()
    }

    pub(super) fn decode(_: Wire) -> Result<u32, &'static str> {
        Ok(0)
    }
}

#[test]
fn a_value_that_changes_while_it_is_written_is_noticed() {
    let changing = Changing { inner: ChangingInner { number: 0 } };
    let error = changing.encode_to_slice(&mut [0; 99]).unwrap_err();
    assert!(matches!(error.kind(), EncodeErrorKind::Miscounted { .. }), "{error}");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Bounded {
    #[binary(id = 1, max_len = 2)]
    numbers: Vec<u32>,
}

#[test]
fn a_list_that_is_too_long_is_refused_where_it_becomes_so() {
    let error = refuse::<Bounded>(&[8, 1, 8, 2, 8, 3, 8, 4]);
    assert_eq!(error.kind(), &DecodeErrorKind::TooLong { limit: 2, found: 3 });
    assert_eq!((error.path().as_str(), error.offset()), ("numbers", Some(5)));
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(id_type = u32)]
enum Wide {
    #[binary(id = 0)]
    Zero,
    #[binary(other)]
    Other(u32),
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct HasWide {
    #[binary(id = 1)]
    wide: Wide,
}

#[test]
fn an_id_that_protobuf_cannot_say_is_not_written() {
    let highest = HasWide { wide: Wide::Other(0x7fff_ffff) };
    assert_bytes(&highest, &encode(&highest));
    let error = HasWide { wide: Wide::Other(3_000_000_000) }.encode_to_vec().unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::EnumId { found: 3_000_000_000 });
    assert_eq!(error.path(), "wide");
}

fn low(wide: &Small) -> Result<(), &'static str> {
    if matches!(wide, Small::High) { Err("too high") } else { Ok(()) }
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(validate = low)]
enum Small {
    Low = 0,
    High = 1,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct HasSmall {
    #[binary(id = 1)]
    all: Vec<Small>,
}

#[test]
fn an_enum_is_asked() {
    assert_bytes(&HasSmall { all: vec![Small::Low] }, &[10, 1, 0]);
    assert_eq!(refuse::<HasSmall>(&[10, 2, 0, 1]).path(), "all[1]");
    assert!(HasSmall { all: vec![Small::High] }.encode_to_vec().is_err());
}

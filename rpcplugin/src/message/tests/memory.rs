//! What values may take in memory beside what their bytes say: boxes, and fields that are not in the bytes.

use super::{assert_bytes, decode, refuse};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, Message};

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Many {
    #[binary(id = 1)]
    numbers: Vec<u64>,
    #[binary(id = 2)]
    texts: Vec<String>,
    #[binary(id = 3)]
    more: Vec<Vec<u8>>,
    #[binary(id = 4)]
    others: Vec<String>,
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Item {
    #[binary(id = 1)]
    many: Box<Many>,
}

#[derive(Debug, Default, PartialEq, BinaryMessage)]
struct Items {
    #[binary(id = 1)]
    items: Vec<Item>,
    #[binary(id = 2)]
    one: Option<Item>,
}

fn assert_decode_memory<T: Message>(bytes: &[u8]) {
    let error = refuse::<T>(bytes);
    assert!(matches!(error.kind(), DecodeErrorKind::Memory { .. }), "{error}");
}

fn assert_encode_memory<T: BinaryMessage>(message: &T) {
    let error = message.encode_to_vec().unwrap_err();
    assert!(matches!(error.kind(), EncodeErrorKind::DecodedMemory { .. }), "{error}");
}

#[test]
fn a_box_counts_though_nothing_of_it_came() {
    // Two bytes an item, which takes a pointer and what it points to.
    assert_decode_memory::<Items>(&[10, 0].repeat(10_000));
    let items = (0..10_000).map(|_| Item::default()).collect();
    assert_encode_memory(&Items { items, one: None });
    let few = Items { items: vec![Item::default()], one: Some(Item::default()) };
    assert_bytes(&few, &[10, 0, 18, 0]);
}

#[test]
fn one_that_comes_in_parts_is_made_once() {
    let parts = decode::<Items>(&[18, 0].repeat(10_000)).unwrap();
    assert_eq!(parts, Items { items: vec![], one: Some(Item::default()) });
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Cached {
    value: u8,
    #[binary(skip, default = [0; 32])]
    cache: [u64; 32],
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Nothing {
    #[binary(skip, default = [0; 32])]
    cache: [u64; 32],
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Lists {
    cached: Vec<Cached>,
    nothing: Vec<Nothing>,
}

#[test]
fn what_is_not_in_the_bytes_of_a_fixed_message_counts() {
    let cached = |count: u8| (0..count).map(|value| Cached { value, cache: [0; 32] }).collect();
    let few = Lists { cached: cached(3), nothing: vec![Nothing { cache: [0; 32] }] };
    assert_bytes(&few, &[3, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0]);

    let count = 10_000_u32.to_le_bytes();
    assert_decode_memory::<Lists>(&[&count[..], &[0; 10_000], &[0; 4]].concat());
    assert_decode_memory::<Lists>(&[&[0; 4][..], &count].concat());
    let many = (0..10_000).map(|_| Cached { value: 0, cache: [0; 32] }).collect();
    assert_encode_memory(&Lists { cached: many, nothing: vec![] });
    let nothing = (0..10_000).map(|_| Nothing { cache: [0; 32] }).collect();
    assert_encode_memory(&Lists { cached: vec![], nothing });
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Arrays {
    one: [Cached; 4],
    many: Vec<[Cached; 2]>,
}

/// Whether so many are read, and whether they are written.
fn both<T: BinaryMessage + Message + PartialEq + std::fmt::Debug>(bytes: &[u8], message: &T) -> bool {
    let read = decode::<T>(bytes);
    let written = message.encode_to_vec();
    assert_eq!(read.is_ok(), written.is_ok(), "{:?} and {:?}", read.err(), written.err());
    let Ok(written) = written else { return false };
    assert_eq!(written, bytes);
    assert_eq!(&read.unwrap(), message);
    true
}

/// The first number of items that is refused, by both.
fn first_refused(accepted: impl Fn(usize) -> bool) -> usize {
    (0..5000).find(|count| !accepted(*count)).expect("a long list is refused")
}

#[test]
fn what_is_written_is_read_and_what_is_read_is_written() {
    let cached = |_| Cached { value: 0, cache: [0; 32] };
    let counted = |count: usize, bytes: usize| {
        [&u32::try_from(count).unwrap().to_le_bytes()[..], &vec![0; bytes]].concat()
    };
    let boxes = first_refused(|count| {
        let items = Items { items: (0..count).map(|_| Item::default()).collect(), one: None };
        both(&[10, 0].repeat(count), &items)
    });
    let lists = first_refused(|count| {
        let bytes = [counted(count, count), vec![0; 4]].concat();
        both(&bytes, &Lists { cached: (0..count).map(cached).collect(), nothing: vec![] })
    });
    let arrays = first_refused(|count| {
        let bytes = [vec![0; 4], counted(count, 2 * count)].concat();
        let many = (0..count).map(|_| std::array::from_fn(cached)).collect();
        both(&bytes, &Arrays { one: std::array::from_fn(cached), many })
    });
    assert!(boxes > 100 && lists > 100 && arrays > 50, "{boxes}, {lists}, {arrays}");
}

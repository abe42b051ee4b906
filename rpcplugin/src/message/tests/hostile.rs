//! Bytes of a stranger: cut, too long, lying about lengths, or random. Nothing panics, and the error says where.

use bytes::Bytes;
use proptest::prelude::*;

use super::{decode, encode, refuse};
use crate::{BinaryMessage, DecodeErrorKind, Message};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Item {
    name: String,
    active: bool,
    price: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Order {
    number: u16,
    items: Vec<Item>,
    totals: Vec<u64>,
    first: [Item; 1],
    body: Bytes,
}

fn order() -> Order {
    let item = Item { name: "héllo".into(), active: true, price: Some(7) };
    let second = Item { name: String::new(), active: false, price: None };
    Order {
        number: 1,
        items: vec![item.clone(), second],
        totals: vec![1, 2],
        first: [item],
        body: Bytes::from_static(b"body"),
    }
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Line {
    #[binary(id = 1)]
    text: String,
    #[binary(id = 2)]
    numbers: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Page {
    #[binary(id = 1)]
    lines: Vec<Line>,
    #[binary(id = 2)]
    last: Option<Line>,
    #[binary(id = 3)]
    weight: f64,
}

fn page() -> Page {
    let line = Line { text: "héllo".into(), numbers: vec![1, 300] };
    Page {
        lines: vec![line.clone(), Line { text: String::new(), numbers: vec![] }],
        last: Some(line),
        weight: 1.5,
    }
}

#[test]
fn a_packed_message_cut_anywhere_is_refused() {
    let bytes = encode(&order());
    for length in 0..bytes.len() {
        let error = refuse::<Order>(&bytes[..length]);
        assert_eq!(error.type_name(), "Order");
        assert!(error.offset().unwrap() <= length, "{error}");
        assert!(!error.path().is_empty(), "{error}");
        let cut = matches!(error.kind(), DecodeErrorKind::Truncated { .. } | DecodeErrorKind::Count { .. });
        assert!(cut, "{length}: {error}");
    }
}

#[test]
fn a_tagged_message_cut_anywhere_is_refused_or_ends_between_two_fields() {
    let bytes = encode(&page());
    let mut accepted = 0;
    for length in 0..bytes.len() {
        match decode::<Page>(&bytes[..length]) {
            Ok(_) => accepted += 1,
            Err(error) => {
                assert!(matches!(error.kind(), DecodeErrorKind::Truncated { .. }), "{length}: {error}");
                assert!(error.offset().unwrap() <= length, "{error}");
            }
        }
    }
    // Before the first field, after each of the two lines, and after the last one.
    assert_eq!(accepted, 4);
}

#[test]
fn the_error_says_where() {
    let mut bytes = encode(&order()).to_vec();
    // number 2, count 4, then the first item: length 4, text 6.
    bytes[2 + 4 + 4 + 6] = 2;
    let error = refuse::<Order>(&bytes);
    assert_eq!(error.path(), "items[0].active");
    assert_eq!(error.offset(), Some(16));
    assert_eq!(error.kind(), &DecodeErrorKind::Flag { found: 2 });
    bytes[16] = 1;
    bytes[12] = 0xff;
    let error = refuse::<Order>(&bytes);
    assert_eq!(
        error.to_string(),
        "cannot decode `Order` at `items[0].name`, byte 11: expected UTF-8, found a byte that is none; \
         if the sender means bytes, declare the field as `Vec<u8>`"
    );
    let error = refuse::<Page>(&[0x0a, 4, 0x0a, 2, b'a', 0xff]);
    assert_eq!((error.path().as_str(), error.offset()), ("lines[0].text", Some(5)));
}

#[test]
fn bytes_behind_a_packed_message_are_refused() {
    let mut bytes = encode(&order()).to_vec();
    let length = bytes.len();
    bytes.extend([0, 0]);
    let error = refuse::<Order>(&bytes);
    assert_eq!(error.kind(), &DecodeErrorKind::TrailingBytes { found: 2 });
    assert_eq!(error.offset(), Some(length));
    assert_eq!(error.path(), "");
}

#[test]
fn a_count_that_the_bytes_cannot_hold_is_refused_before_memory_is_taken() {
    for count in [3_u32, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff] {
        let count_bytes = count.to_le_bytes();
        let found = usize::try_from(count).unwrap();
        // Two items of at least six bytes would fit.
        let bytes = [&[1, 0], &count_bytes[..], &[0; 17]].concat();
        let error = refuse::<Order>(&bytes);
        assert_eq!(error.kind(), &DecodeErrorKind::Count { expected: 2, found });
        assert_eq!((error.path().as_str(), error.offset()), ("items", Some(2)));
        let bytes = [&[1, 0, 0, 0, 0, 0], &count_bytes[..], &[0; 17]].concat();
        assert_eq!(refuse::<Order>(&bytes).kind(), &DecodeErrorKind::Count { expected: 2, found });
    }
}

#[test]
fn a_length_that_the_bytes_do_not_have_is_refused() {
    let error = refuse::<Item>(&[0xff, 0xff, 0xff, 0xff, b'a']);
    assert_eq!(error.kind(), &DecodeErrorKind::Truncated { expected: 0xffff_ffff, found: 1 });
    let huge = [&[0x0a][..], &[0xff; 9], &[1, 0]].concat();
    assert!(matches!(refuse::<Page>(&huge).kind(), DecodeErrorKind::Truncated { found: 1, .. }));
    // The inner length reaches over the end of the outer one, but not of the bytes.
    let error = refuse::<Page>(&[0x0a, 2, 0x0a, 2, b'a', b'b']);
    assert_eq!(error.kind(), &DecodeErrorKind::Truncated { expected: 2, found: 0 });
    assert_eq!(error.offset(), Some(4));
}

#[derive(Debug, BinaryMessage)]
struct Nothing {}

#[derive(Debug, BinaryMessage)]
struct Voids {
    lists: Vec<Vec<Nothing>>,
}

#[test]
fn items_without_bytes_are_bounded_in_the_message_as_a_whole() {
    let list = 40_000_u32.to_le_bytes();
    let one = [&1_u32.to_le_bytes()[..], &list].concat();
    assert_eq!(decode::<Voids>(&one).unwrap().lists[0].len(), 40_000);
    let two = [&2_u32.to_le_bytes()[..], &list, &list].concat();
    let error = refuse::<Voids>(&two);
    assert_eq!(error.kind(), &DecodeErrorKind::Count { expected: 25_536, found: 40_000 });
    assert_eq!(error.path(), "lists[1]");
}

fn arbitrary_item() -> impl Strategy<Value = Item> {
    (any::<String>(), any::<bool>(), any::<Option<u32>>()).prop_map(|(name, active, price)| Item {
        name,
        active,
        price,
    })
}

fn arbitrary_order() -> impl Strategy<Value = Order> {
    let items = prop::collection::vec(arbitrary_item(), 0..5);
    let totals = prop::collection::vec(any::<u64>(), 0..5);
    let body = prop::collection::vec(any::<u8>(), 0..20);
    (any::<u16>(), items, totals, arbitrary_item(), body).prop_map(|(number, items, totals, first, body)| {
        Order { number, items, totals, first: [first], body: body.into() }
    })
}

proptest! {
    #[test]
    fn a_packed_message_comes_back(order in arbitrary_order()) {
        prop_assert_eq!(decode::<Order>(&encode(&order)).unwrap(), order);
    }

    #[test]
    fn packed_bytes_that_are_accepted_are_the_only_ones_for_their_value(
        order in arbitrary_order(), position in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = encode(&order).to_vec();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(read) = decode::<Order>(&bytes) {
            prop_assert_eq!(encode(&read), bytes);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let shared = Bytes::from(bytes);
        let _either = <Order as Message>::decode(shared.clone());
        let _either = <Voids as Message>::decode(shared.clone());
        if let Ok(page) = <Page as Message>::decode(shared) {
            let again = decode::<Page>(&encode(&page)).unwrap();
            // A float may be no number, which equals nothing.
            prop_assert_eq!(again.weight.to_bits(), page.weight.to_bits());
            prop_assert_eq!((again.lines, again.last), (page.lines, page.last));
        }
    }
}

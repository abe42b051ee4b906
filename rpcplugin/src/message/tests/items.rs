//! A list that stays in its bytes, and is read when it is asked for.

use std::borrow::Cow;

use super::bare::{assert_bytes_in, read, refuse, said, try_write, write};
use crate::message::packed::{Big, Little, Packed};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, Items, TypeSchema};

type LittleEndian = (Little, u32);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Word<'a> {
    text: &'a str,
    marks: Vec<u8>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(extensible)]
struct Growing {
    first: u8,
    #[binary(since = 2)]
    second: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Lists {
    texts: Vec<String>,
    growing: Vec<Growing>,
    end: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct ListsView<'a> {
    texts: Items<'a, &'a str>,
    growing: Items<'a, Growing>,
    end: u8,
}

/// What one message of a batch may be: fixed, of a fixed length, or as long as it is.
#[derive(Debug, PartialEq, BinaryMessage)]
struct Batches {
    numbers: Vec<u32>,
    padded: Vec<Padded>,
    texts: Vec<String>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Padded {
    #[binary(length = 8)]
    text: String,
}

#[test]
fn a_batch_has_as_many_messages_as_its_bytes_hold_whatever_they_are() {
    for many in [50_000, 100_000] {
        let batches = Batches {
            numbers: (0..many).collect(),
            padded: (0..many).map(|number| Padded { text: number.to_string() }).collect(),
            texts: (0..many).map(|number| number.to_string()).collect(),
        };
        let read = Batches::decode_slice(&batches.encode_to_vec().unwrap()).unwrap();
        assert!(read == batches, "another batch of {many} came back");
    }
}

#[test]
fn a_list_in_its_bytes_is_the_list_that_was_written() {
    let lists = Lists {
        texts: vec!["a".into(), String::new(), "é".into()],
        growing: vec![Growing { first: 1, second: 2 }, Growing { first: 3, second: 4 }],
        end: 7,
    };
    let bytes = lists.encode_to_vec().unwrap();
    let view = ListsView::decode_slice(&bytes).unwrap();
    assert_eq!((view.texts.len(), view.texts.is_empty(), view.end), (3, false, 7));
    assert_eq!(Vec::from_iter(view.texts), ["a", "", "é"]);
    assert_eq!(Vec::from_iter(view.growing), lists.growing);
    assert!(view.texts.iter().all(|text| text.is_empty() || bytes.as_ptr_range().contains(&text.as_ptr())));
    assert_eq!(view.encode_to_vec().unwrap(), bytes);
    assert_eq!(format!("{:?}", view.texts), r#"["a", "", "é"]"#);
}

#[test]
fn the_items_are_in_the_format_of_the_message_and_are_written_in_that_of_another() {
    let bytes = write::<(Big, u8), _>(&vec!["ab", "c"]);
    let items = read::<(Big, u8), Items<'_, &str>>(&bytes).unwrap();
    assert_bytes_in::<(Big, u8), _>(&items, &[2, 2, b'a', b'b', 1, b'c']);
    let wide = [2, 0, 2, 0, b'a', b'b', 1, 0, b'c'];
    assert_eq!(write::<(Little, u16), _>(&items), wide);
    let numbers = read::<(Big, u16), Items<'_, (u16, &str)>>(&[0, 1, 1, 2, 0, 1, b'x']).unwrap();
    assert_eq!(Vec::from_iter(numbers), [(0x0102, "x")]);
    assert_eq!(numbers, read::<(Little, u8), Items<'_, (u16, &str)>>(&[1, 2, 1, 1, b'x']).unwrap());
}

#[test]
fn one_can_go_through_the_items_as_often_as_one_likes_and_says_how_many_are_left() {
    let bytes = write::<LittleEndian, _>(&vec!["a", "b", "c"]);
    let items = read::<LittleEndian, Items<'_, &str>>(&bytes).unwrap();
    let mut iter = items.iter();
    assert_eq!((iter.len(), iter.next(), iter.len()), (3, Some("a"), 2));
    let rest = iter.clone();
    assert_eq!(format!("{rest:?}"), r#"["b", "c"]"#);
    assert_eq!(iter.by_ref().count(), 2);
    assert_eq!((iter.next(), iter.len()), (None, 0));
    assert_eq!(rest.collect::<String>() + &items.iter().collect::<String>(), "bcabc");
}

#[test]
fn what_is_wrong_with_an_item_is_said_as_of_a_list() {
    let words = vec![Word { text: "a", marks: vec![1] }, Word { text: "b", marks: vec![] }];
    let whole = write::<LittleEndian, _>(&words);
    assert_eq!(read::<LittleEndian, Items<'_, Word<'_>>>(&whole).unwrap().iter().len(), 2);
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] = 0xff;
        let list = read::<LittleEndian, Vec<Word<'_>>>(&bytes).map_err(|error| said(&error));
        let items = read::<LittleEndian, Items<'_, Word<'_>>>(&bytes).map_err(|error| said(&error));
        assert_eq!(items.map(Vec::from_iter), list, "byte {place}");
    }
    for length in 0..whole.len() {
        let list = refuse::<LittleEndian, Vec<Word<'_>>>(&whole[..length]);
        assert_eq!(said(&refuse::<LittleEndian, Items<'_, Word<'_>>>(&whole[..length])), said(&list));
    }
}

#[test]
fn every_kind_of_text_and_bytes_is_read_again_as_it_was() {
    fn again<T: for<'a> Packed<'a> + PartialEq + std::fmt::Debug>(all: &Vec<T>) {
        let bytes = write::<(Big, u16), _>(all);
        let items = read::<(Big, u16), Items<'_, T>>(&bytes).unwrap();
        assert_eq!(&Vec::from_iter(items), all);
        assert_bytes_in::<(Big, u16), _>(&items, &bytes);
    }
    let texts = || ["", "a", "héllo ✓"].map(str::to_owned);
    again(&Vec::from(texts()));
    again(&Vec::from(texts().map(Box::<str>::from)));
    again(&Vec::from(texts().map(bytes::Bytes::from)));
    again(&Vec::from(texts().map(String::into_bytes)));
    let bytes = write::<LittleEndian, _>(&vec!["a", "é"]);
    let borrowed = read::<LittleEndian, Items<'_, Cow<'_, str>>>(&bytes).unwrap();
    assert_eq!(Vec::from_iter(borrowed), ["a", "é"]);
    let borrowed = read::<LittleEndian, Items<'_, Cow<'_, [u8]>>>(&bytes).unwrap();
    assert_eq!(Vec::from_iter(borrowed), [b"a".as_slice(), "é".as_bytes()]);
    let borrowed = read::<LittleEndian, Items<'_, &[u8]>>(&bytes).unwrap();
    assert_eq!(Vec::from_iter(borrowed), [b"a".as_slice(), "é".as_bytes()]);
}

#[test]
fn items_without_bytes_are_bounded_all_together() {
    let count = |count: u32| count.to_le_bytes();
    type Pair<'a> = (Items<'a, Vec<()>>, Items<'a, ()>);
    let bytes = [count(1), count(60_000), count(5_000)].concat();
    assert_eq!(read::<LittleEndian, Pair<'_>>(&bytes).unwrap().1.iter().count(), 5_000);
    let bytes = [count(1), count(60_000), count(6_000)].concat();
    let (_, offset, kind) = said(&refuse::<LittleEndian, Pair<'_>>(&bytes));
    assert_eq!((offset, kind), (8, DecodeErrorKind::Count { expected: 5_536, found: 6_000 }));
}

#[test]
fn items_that_do_not_fit_another_format_are_not_written() {
    let long = "x".repeat(300);
    let bytes = write::<LittleEndian, _>(&vec!["a", &long]);
    let items = read::<LittleEndian, Items<'_, &str>>(&bytes).unwrap();
    let error = try_write::<(Big, u8), _>(&items).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 255, found: 300 });
    assert_eq!(error.path(), "[1]");
}

#[test]
fn it_is_described_as_a_list() {
    let TypeSchema::List(item) = <Items<'_, &str> as Packed<'_>>::TYPE else { panic!("a list") };
    assert!(matches!(item, TypeSchema::Text));
    assert!(matches!(<Items<'_, u8> as Packed<'_>>::TYPE, TypeSchema::Bytes));
}

//! Maps and sets of the tagged layout.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proptest::prelude::*;
use prost::Message as _;

use super::tagged_field::{assert_field, read, try_write, write};
use super::{assert_bytes, decode, encode, refuse};
use crate::limits::MESSAGE_DEPTH_MAX;
use crate::message::tagged::{PLAIN, ZIGZAG};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind};

type Numbers = BTreeMap<String, i32>;

#[test]
fn an_entry_is_a_message_of_a_key_and_a_value() {
    let one = Numbers::from([("a".to_owned(), 5)]);
    assert_field::<Numbers, PLAIN>(&one, &[0x0a, 5, 0x0a, 1, b'a', 0x10, 5]);
    assert_field::<Numbers, PLAIN>(&Numbers::new(), &[]);
    let booleans = BTreeMap::from([(true, 1_u64), (false, 2)]);
    assert_field::<BTreeMap<bool, u64>, PLAIN>(&booleans, &[0x0a, 2, 0x10, 2, 0x0a, 4, 0x08, 1, 0x10, 1]);
}

#[test]
fn a_default_key_or_value_is_left_out_and_read_as_the_default() {
    let empty = Numbers::from([(String::new(), 0)]);
    assert_field::<Numbers, PLAIN>(&empty, &[0x0a, 0]);
    let key_alone = Numbers::from([("a".to_owned(), 0)]);
    assert_field::<Numbers, PLAIN>(&key_alone, &[0x0a, 3, 0x0a, 1, b'a']);
    // Other implementations write both.
    assert_eq!(read::<Numbers, PLAIN>(&[0x0a, 4, 0x0a, 0, 0x10, 0]).unwrap(), empty);
}

#[test]
fn entries_are_written_in_ascending_order_of_their_keys() {
    let keys = [5_i32, -1, 300, 0, 7, -20, 9, 1];
    let ordered: BTreeMap<i32, i64> = keys.into_iter().map(|key| (key, key.into())).collect();
    let unordered: HashMap<i32, i64> = ordered.clone().into_iter().collect();
    let bytes = write::<BTreeMap<i32, i64>, PLAIN>(&ordered);
    assert_eq!(write::<HashMap<i32, i64>, PLAIN>(&unordered), bytes);
    assert_eq!(read::<HashMap<i32, i64>, PLAIN>(&bytes).unwrap(), unordered);
    assert_eq!(bytes[..3], [0x0a, 22, 0x08], "the entry of -20");
}

#[test]
fn the_last_entry_of_a_key_counts() {
    let bytes = [0x0a, 5, 0x0a, 1, b'a', 0x10, 5, 0x0a, 3, 0x0a, 1, b'a'];
    assert_eq!(read::<Numbers, PLAIN>(&bytes).unwrap(), Numbers::from([("a".to_owned(), 0)]));
    // Within one entry as in any message: the last of a field, and the fields in any order.
    let bytes = [0x0a, 10, 0x10, 5, 0x0a, 1, b'a', 0x10, 6, 0x0a, 1, b'b'];
    assert_eq!(read::<Numbers, PLAIN>(&bytes).unwrap(), Numbers::from([("b".to_owned(), 6)]));
}

#[test]
fn what_is_unknown_in_an_entry_is_skipped() {
    let bytes = [0x0a, 7, 0x18, 1, 0x10, 5, 0x22, 1, 9];
    assert_eq!(read::<Numbers, PLAIN>(&bytes).unwrap(), Numbers::from([(String::new(), 5)]));
}

#[test]
fn a_fault_in_an_entry_is_found_by_name() {
    let path = |bytes: &[u8]| {
        let error = read::<Numbers, PLAIN>(bytes).unwrap_err();
        (error.path(), error.offset())
    };
    assert_eq!(path(&[0x08, 1]), ("field".to_owned(), Some(1)));
    assert_eq!(path(&[0x0a, 2, 0x08, 1]), ("field.key".to_owned(), Some(3)));
    assert_eq!(path(&[0x0a, 3, 0x12, 1, 1]), ("field.value".to_owned(), Some(3)));
    assert_eq!(path(&[0x0a, 3, 0x0a, 1, 0xff]), ("field.key".to_owned(), Some(4)));
    assert_eq!(path(&[0x0a, 9]), ("field".to_owned(), Some(2)));
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Tree {
    #[binary(id = 1)]
    branches: BTreeMap<String, Self>,
}

#[test]
fn the_values_may_be_messages() {
    let leaf = Tree { branches: BTreeMap::new() };
    let tree = Tree { branches: BTreeMap::from([("a".to_owned(), leaf.clone())]) };
    assert_bytes(&tree, &[0x0a, 3, 0x0a, 1, b'a']);
    let branches = BTreeMap::from([("x".to_owned(), tree), ("y".to_owned(), leaf)]);
    assert_bytes(
        &Tree { branches },
        &[0x0a, 10, 0x0a, 1, b'x', 0x12, 5, 0x0a, 3, 0x0a, 1, b'a', 0x0a, 3, 0x0a, 1, b'y'],
    );
}

/// Trees in trees, so many entries deep, with the innermost one written out.
fn nested(entries: usize) -> Vec<u8> {
    let delimited = |key: u8, body: Vec<u8>| {
        let (low, high) = (u8::try_from(body.len() % 128).unwrap(), u8::try_from(body.len() / 128).unwrap());
        [vec![key, low | 0x80, high], body].concat()
    };
    (0..entries).fold(Vec::new(), |tree, _| delimited(0x0a, delimited(0x12, tree)))
}

#[test]
fn an_entry_counts_as_a_message_within_another() {
    let limit = MESSAGE_DEPTH_MAX;
    // The tree itself, and two for each entry: the entry and the tree in it.
    let entries = (limit - 1) / 2;
    let tree = decode::<Tree>(&nested(entries)).unwrap();
    assert_eq!(decode::<Tree>(&encode(&tree)).unwrap(), tree);
    let error = refuse::<Tree>(&nested(entries + 1));
    assert_eq!(error.kind(), &DecodeErrorKind::Depth { limit });
    assert!(error.path().starts_with("branches.value.branches.value."), "{error}");
    // The innermost tree is left out, so there is room for one more entry.
    let deeper = |tree| Tree { branches: BTreeMap::from([("a".to_owned(), tree)]) };
    let tree = deeper(tree);
    assert_eq!(decode::<Tree>(&encode(&tree)).unwrap(), tree);
    let error = crate::Message::encode(&deeper(tree)).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::Depth { limit });
    assert!(error.path().starts_with("branches.value.branches.value."), "{error}");
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Wide {
    #[binary(id = 1)]
    fields: BTreeMap<u32, Row>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Row {
    #[binary(id = 1)]
    a: String,
    #[binary(id = 2)]
    b: String,
    #[binary(id = 3)]
    c: String,
    #[binary(id = 4)]
    d: String,
}

#[test]
fn entries_that_take_much_more_memory_than_bytes_are_refused() {
    // Two bytes an entry, and about a hundred bytes of memory.
    assert_eq!(decode::<Wide>(&[0x0a, 0].repeat(600)).unwrap().fields.len(), 1);
    let error = refuse::<Wide>(&[0x0a, 0].repeat(1_000_000));
    assert!(matches!(error.kind(), DecodeErrorKind::Memory { .. }), "{error}");
    assert_eq!(error.path(), "fields");
}

#[test]
fn a_set_is_a_list_in_ascending_order_in_which_nothing_comes_twice() {
    let numbers = BTreeSet::from([300_u32, 1, 0]);
    assert_field::<BTreeSet<u32>, PLAIN>(&numbers, &[0x0a, 4, 0, 1, 0xac, 0x02]);
    let unordered: HashSet<u32> = numbers.iter().copied().collect();
    assert_field::<HashSet<u32>, PLAIN>(&unordered, &[0x0a, 4, 0, 1, 0xac, 0x02]);
    assert_field::<BTreeSet<i32>, ZIGZAG>(&BTreeSet::from([1, -1]), &[0x0a, 2, 1, 2]);
    let names = HashSet::from(["b".to_owned(), "a".to_owned()]);
    assert_field::<HashSet<String>, PLAIN>(&names, &[0x0a, 1, b'a', 0x0a, 1, b'b']);
    assert_field::<BTreeSet<u32>, PLAIN>(&BTreeSet::new(), &[]);
    // Twice, in any order, packed and one by one.
    let bytes = [0x0a, 4, 1, 0xac, 0x02, 1, 0x08, 0, 0x08, 1];
    assert_eq!(read::<BTreeSet<u32>, PLAIN>(&bytes).unwrap(), numbers);
    assert_eq!(read::<BTreeSet<u32>, PLAIN>(&[0x0a, 0]).unwrap(), BTreeSet::new());
    let error = read::<BTreeSet<String>, PLAIN>(&[0x0a, 1, 0xff]).unwrap_err();
    assert_eq!((error.path().as_str(), error.offset()), ("field", Some(2)));
}

#[test]
fn a_value_that_does_not_fit_is_found_by_name() {
    let map = BTreeMap::from([(1_u32, std::time::Duration::MAX)]);
    let error = try_write::<BTreeMap<u32, std::time::Duration>, PLAIN>(&map).unwrap_err();
    assert_eq!(error.path(), "field.value");
}

#[derive(Clone, PartialEq, prost::Message)]
struct Theirs {
    #[prost(btree_map = "string, sint32", tag = "1")]
    a: BTreeMap<String, i32>,
    #[prost(btree_map = "int32, message", tag = "2")]
    b: BTreeMap<i32, TheirsInner>,
    #[prost(btree_map = "uint64, bytes", tag = "3")]
    c: BTreeMap<u64, Vec<u8>>,
    #[prost(btree_map = "bool, double", tag = "4")]
    d: BTreeMap<bool, f64>,
    #[prost(map = "int64, string", tag = "2000")]
    e: HashMap<i64, String>,
    #[prost(hash_map = "uint32, bool", tag = "2001")]
    f: HashMap<u32, bool>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirsInner {
    #[prost(string, tag = "1")]
    text: String,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Ours {
    #[binary(id = 2)]
    b: BTreeMap<i32, OursInner>,
    #[binary(id = 3)]
    c: BTreeMap<u64, Vec<u8>>,
    #[binary(id = 4)]
    d: BTreeMap<bool, f64>,
    #[binary(id = 2000)]
    e: HashMap<i64, String>,
    #[binary(id = 2001)]
    f: HashMap<u32, bool>,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct OursInner {
    #[binary(id = 1)]
    text: String,
}

fn arbitrary_theirs() -> impl Strategy<Value = Theirs> {
    let inner = any::<String>().prop_map(|text| TheirsInner { text });
    let float = any::<f64>().prop_map(|value| value + 0.0);
    let b = prop::collection::btree_map(any::<i32>(), inner, 0..4);
    let c = prop::collection::btree_map(any::<u64>(), any::<Vec<u8>>(), 0..4);
    let d = prop::collection::btree_map(any::<bool>(), float, 0..4);
    let e = prop::collection::hash_map(any::<i64>(), any::<String>(), 0..4);
    // More than one entry has an order, which prost does not keep.
    let f = prop::collection::hash_map(any::<u32>(), any::<bool>(), 0..4);
    (b, c, d, e, f).prop_map(|(b, c, d, e, f)| Theirs { a: BTreeMap::new(), b, c, d, e, f })
}

proptest! {
    #[test]
    fn both_read_what_the_other_writes(theirs in arbitrary_theirs()) {
        let ours = decode::<Ours>(&theirs.encode_to_vec()).unwrap();
        let bytes = encode(&ours);
        prop_assert_eq!(bytes.len(), theirs.encoded_len());
        prop_assert_eq!(&Theirs::decode(&bytes[..]).unwrap(), &theirs);
        if theirs.e.len() < 2 && theirs.f.len() < 2 {
            prop_assert_eq!(&bytes[..], theirs.encode_to_vec());
        }
    }

    #[test]
    fn both_accept_and_refuse_the_same_entries(bytes in prop::collection::vec(0_u8..0x20, 0..24)) {
        let entry = [&[0x0a, u8::try_from(bytes.len()).unwrap()], &bytes[..]].concat();
        let theirs = Theirs::decode(&entry[..]);
        // A zigzag number of prost's is a plain one of ours: small numbers, read from the same varint.
        match read::<BTreeMap<String, u32>, PLAIN>(&entry) {
            Ok(ours) => {
                let theirs = theirs.unwrap().a;
                let zigzag = |value: u32| (value >> 1).cast_signed() ^ (value & 1).cast_signed().wrapping_neg();
                let ours: BTreeMap<_, _> = ours.into_iter().map(|(key, value)| (key, zigzag(value))).collect();
                prop_assert_eq!(ours, theirs);
            }
            Err(error) => prop_assert!(theirs.is_err(), "refused by us alone: {}", error),
        }
    }
}

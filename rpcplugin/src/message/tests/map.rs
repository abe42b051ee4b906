//! Maps and sets: in ascending order, each key once.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasherDefault;

use super::bare::{assert_bytes, assert_bytes_in, read, refuse, said, try_write, write};
use crate::limits::MESSAGE_DEPTH_MAX;
use crate::message::packed::{Big, Little, Packed};
use crate::{BinaryMessage, DecodeErrorKind, EncodeErrorKind, TypeSchema};

type LittleEndian = (Little, u32);
type Hasher = BuildHasherDefault<DefaultHasher>;

#[test]
fn a_map_is_a_count_and_its_entries_in_ascending_order() {
    let entries = [(0x0100_u16, true), (1, false)];
    let little = [2, 0, 0, 0, 1, 0, 0, 0, 1, 1];
    let big = [0, 0, 0, 2, 0, 1, 0, 1, 0, 1];
    assert_bytes(&BTreeMap::from(entries), &little, &big);
    assert_bytes(&HashMap::from(entries), &little, &big);
    assert_bytes(&HashMap::<_, _, Hasher>::from_iter(entries), &little, &big);
    assert_bytes(&BTreeMap::<u8, u8>::new(), &[0; 4], &[0; 4]);
}

#[test]
fn a_set_is_a_count_and_its_items_in_ascending_order() {
    let items = [0x0100_u16, 1, 0x00ff];
    let little = [3, 0, 0, 0, 1, 0, 0xff, 0, 0, 1];
    let big = [0, 0, 0, 3, 0, 1, 0, 0xff, 1, 0];
    assert_bytes(&BTreeSet::from(items), &little, &big);
    assert_bytes(&HashSet::from(items), &little, &big);
    assert_bytes(&HashSet::<_, Hasher>::from_iter(items), &little, &big);
    assert_bytes(&BTreeSet::<String>::new(), &[0; 4], &[0; 4]);
}

#[test]
fn the_order_is_that_of_the_values_and_not_of_their_bytes() {
    let map = BTreeMap::from([(-1_i8, "b".to_owned()), (1, String::new()), (-2, "a".to_owned())]);
    let bytes = [3, 0xfe, 1, b'a', 0xff, 1, b'b', 1, 0];
    assert_bytes_in::<(Little, u8), _>(&map, &bytes);
    assert_bytes_in::<(Little, u8), HashMap<_, _>>(&map.into_iter().collect(), &bytes);
    // A longer text can be below a shorter one.
    let set = BTreeSet::from(["b".to_owned(), "aa".to_owned()]);
    assert_bytes_in::<(Big, u16), _>(&set, &[0, 2, 0, 2, b'a', b'a', 0, 1, b'b']);
}

#[test]
fn the_count_has_the_width_of_the_prefix() {
    let set: BTreeSet<u16> = (0..300).collect();
    assert_eq!(write::<(Big, u16), _>(&set)[..4], [1, 44, 0, 0]);
    let error = try_write::<(Big, u8), _>(&set).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 255, found: 300 });
}

/// Refuses these bytes of a `u8` to `bool` map whatever it is kept in.
fn refused_map(bytes: &[u8]) -> (String, usize, DecodeErrorKind) {
    let said_first = said(&refuse::<LittleEndian, BTreeMap<u8, bool>>(bytes));
    assert_eq!(said(&refuse::<LittleEndian, HashMap<u8, bool>>(bytes)), said_first);
    said_first
}

fn refused_set(bytes: &[u8]) -> (String, usize, DecodeErrorKind) {
    let said_first = said(&refuse::<LittleEndian, BTreeSet<u16>>(bytes));
    assert_eq!(said(&refuse::<LittleEndian, HashSet<u16>>(bytes)), said_first);
    said_first
}

#[test]
fn keys_out_of_order_and_keys_that_came_twice_are_refused_where_they_lie() {
    let order = DecodeErrorKind::KeyOrder;
    let bytes = [3, 0, 0, 0, 1, 1, 3, 0, 2, 1];
    assert_eq!(refused_map(&bytes), ("[2]".into(), 8, order.clone()));
    let bytes = [2, 0, 0, 0, 7, 1, 7, 0];
    assert_eq!(refused_map(&bytes), ("[1]".into(), 6, order.clone()));
    assert_eq!(refused_set(&[2, 0, 0, 0, 0, 1, 1, 0]), ("[1]".into(), 6, order.clone()));
    assert_eq!(refused_set(&[2, 0, 0, 0, 5, 0, 5, 0]), ("[1]".into(), 6, order));
}

#[test]
fn an_error_in_an_entry_names_its_number() {
    let bytes = [2, 0, 0, 0, 1, 1, 2, 3];
    assert_eq!(refused_map(&bytes), ("[1]".into(), 7, DecodeErrorKind::Flag { found: 3 }));
    let error = refuse::<LittleEndian, BTreeSet<(u8, bool)>>(&[1, 0, 0, 0, 1, 3]);
    assert_eq!(said(&error), ("[0][1]".into(), 5, DecodeErrorKind::Flag { found: 3 }));
    let long = BTreeMap::from([(1_u8, vec![0_u8; 256])]);
    let error = try_write::<(Little, u8), _>(&long).unwrap_err();
    assert_eq!(
        (error.path().as_str(), error.kind().clone()),
        ("[0]", EncodeErrorKind::TooLong { limit: 255, found: 256 })
    );
}

#[test]
fn a_count_that_the_bytes_cannot_hold_is_refused_before_memory_is_taken() {
    for count in [4_u32, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
        let found = usize::try_from(count).unwrap();
        let expected = (String::new(), 0, DecodeErrorKind::Count { expected: 3, found });
        let bytes = [&count.to_le_bytes()[..], &[0; 7]].concat();
        assert_eq!(refused_map(&bytes), expected);
        assert_eq!(refused_set(&bytes), expected);
    }
    let count = u64::MAX.to_be_bytes();
    let kind = refuse::<(Big, u64), HashMap<u8, u8>>(&count).kind().clone();
    assert_eq!(kind, DecodeErrorKind::Count { expected: 0, found: usize::MAX });
}

#[test]
fn memory_that_the_bytes_do_not_justify_is_refused() {
    // 800 bytes for every three.
    let map: BTreeMap<u16, Option<[u64; 100]>> = (0..4000).map(|key| (key, None)).collect();
    let bytes = write::<LittleEndian, _>(&map);
    let limit = bytes.len() * 16 + 64 * 1024;
    let (path, offset, kind) = said(&refuse::<LittleEndian, BTreeMap<u16, Option<[u64; 100]>>>(&bytes));
    assert_eq!(kind, DecodeErrorKind::Memory { limit });
    let entry = size_of::<(u16, Option<[u64; 100]>)>();
    assert_eq!((path, offset), (format!("[{}]", limit / entry), 4 + 3 * (limit / entry)));
    let few: HashMap<u16, Option<[u64; 100]>> = (0..50).map(|key| (key, None)).collect();
    let bytes = write::<LittleEndian, _>(&few);
    assert_eq!(read::<LittleEndian, HashMap<_, _>>(&bytes).unwrap(), few);
}

#[test]
fn what_takes_no_bytes_is_in_a_set_once() {
    assert_bytes(&BTreeSet::from([()]), &[1, 0, 0, 0], &[0, 0, 0, 1]);
    assert_bytes(&HashMap::from([((), 7_u8)]), &[1, 0, 0, 0, 7], &[0, 0, 0, 1, 7]);
    for count in [2_u32, 65_536] {
        let bytes = count.to_le_bytes();
        let error = refuse::<LittleEndian, HashSet<()>>(&bytes);
        assert_eq!(said(&error), ("[1]".into(), 4, DecodeErrorKind::KeyOrder));
    }
    let error = refuse::<LittleEndian, BTreeMap<(), ()>>(&[0xff; 4]);
    let found = usize::try_from(u32::MAX).unwrap();
    assert_eq!(error.kind(), &DecodeErrorKind::Count { expected: 65_536, found });
}

#[test]
fn sets_of_nothing_are_bounded_in_the_message_as_a_whole() {
    let sets = vec![BTreeSet::from([()]); 65_536];
    let bytes = write::<LittleEndian, _>(&sets);
    assert_eq!(read::<LittleEndian, Vec<BTreeSet<()>>>(&bytes).unwrap(), sets);
    let one_more = vec![BTreeSet::from([()]); 65_537];
    let error = try_write::<LittleEndian, _>(&one_more).unwrap_err();
    assert_eq!(error.kind(), &EncodeErrorKind::ItemsWithoutBytes { limit: 65_536 });
    assert_eq!(error.path(), "[65536]");
}

#[test]
fn the_schema_names_key_and_value() {
    let TypeSchema::Map(TypeSchema::Text, TypeSchema::Bool) = <HashMap<String, bool> as Packed<'_>>::TYPE
    else {
        panic!("a map");
    };
    let TypeSchema::Set(TypeSchema::Char) = <BTreeSet<char> as Packed<'_>>::TYPE else { panic!("a set") };
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Directory {
    files: HashMap<String, u32>,
    directories: BTreeMap<String, Self>,
}

#[test]
fn a_message_holds_a_map_that_holds_the_message() {
    let directory = |name: &str| {
        let files = HashMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]);
        let empty = Directory { files: HashMap::new(), directories: BTreeMap::new() };
        Directory { files, directories: BTreeMap::from([(name.to_owned(), empty)]) }
    };
    #[rustfmt::skip]
    let bytes = [
        0, 0, 0, 2,
        0, 0, 0, 1, b'a', 0, 0, 0, 2,
        0, 0, 0, 1, b'b', 0, 0, 0, 1,
        0, 0, 0, 1,
        0, 0, 0, 1, b'x', 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    super::assert_bytes(&directory("x"), &bytes);
    let mut wrong = bytes;
    wrong[34] = 1;
    let error = super::refuse::<Directory>(&wrong);
    assert_eq!(error.path(), "directories[0].files");
}

#[test]
fn maps_that_nest_for_ever_are_refused() {
    // No files, one directory with an empty name, and in it the same again.
    let bytes = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0].repeat(10_000);
    let error = super::refuse::<Directory>(&bytes);
    assert_eq!(error.kind(), &DecodeErrorKind::Depth { limit: MESSAGE_DEPTH_MAX });
    assert!(error.path().starts_with("directories[0].directories[0]."), "{error}");
}

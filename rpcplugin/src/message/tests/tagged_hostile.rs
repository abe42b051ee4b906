//! Bytes of a stranger for every kind of tagged field.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::tagged_field::{read, write};
use super::{decode, encode, refuse};
use crate::message::tagged::{FIXED_WIDTH, PLAIN, TaggedField, ZIGZAG};
use crate::{BinaryMessage, DecodeErrorKind};

/// What is accepted can be written, and is then the same to whoever reads it.
fn accept_or_refuse<T: for<'a> TaggedField<'a, E>, const E: u8>(bytes: &[u8]) {
    if let Ok(value) = read::<T, E>(bytes) {
        let written = write::<T, E>(&value);
        let again = read::<T, E>(&written).unwrap();
        assert_eq!(write::<T, E>(&again), written);
    }
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Node {
    #[binary(id = 1)]
    names: BTreeMap<String, u32>,
    #[binary(id = 2)]
    children: HashMap<bool, Self>,
    #[binary(id = 3)]
    set: BTreeSet<i64>,
    #[binary(id = 4)]
    pause: Option<Duration>,
    #[binary(id = 5)]
    since: SystemTime,
    #[binary(id = 6)]
    boxed: Option<Box<Self>>,
}

fn node() -> Node {
    let leaf = Node {
        names: BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 300)]),
        children: HashMap::new(),
        set: BTreeSet::from([-1, 7, 300]),
        pause: Some(Duration::new(1, 2)),
        since: SystemTime::UNIX_EPOCH + Duration::from_millis(1500),
        boxed: None,
    };
    Node { children: HashMap::from([(true, leaf.clone())]), boxed: Some(Box::new(leaf.clone())), ..leaf }
}

#[test]
fn a_message_cut_anywhere_is_refused_or_ends_between_two_fields() {
    let bytes = encode(&node());
    assert_eq!(decode::<Node>(&bytes).unwrap(), node());
    let mut accepted = 0;
    for length in 0..bytes.len() {
        match decode::<Node>(&bytes[..length]) {
            Ok(_) => accepted += 1,
            Err(error) => {
                assert!(matches!(error.kind(), DecodeErrorKind::Truncated { .. }), "{length}: {error}");
                assert!(error.offset().unwrap() <= length, "{error}");
            }
        }
    }
    // Before the first field and behind each but the last: two names, a child, the set and two times.
    assert_eq!(accepted, 7);
}

#[test]
fn boxes_count_as_memory() {
    #[derive(Debug, PartialEq, BinaryMessage)]
    struct Wide {
        #[binary(id = 1)]
        next: Vec<Slot>,
    }
    #[derive(Debug, PartialEq, BinaryMessage)]
    struct Slot {
        #[binary(id = 1)]
        boxed: Option<Box<Node>>,
    }
    // Four bytes for an item, and behind its box some two hundred bytes of memory.
    let item = [0x0a, 2, 0x0a, 0];
    assert_eq!(decode::<Wide>(&item.repeat(200)).unwrap().next.len(), 200);
    let error = refuse::<Wide>(&item.repeat(500_000));
    assert!(matches!(error.kind(), DecodeErrorKind::Memory { .. }), "{error}");
}

#[test]
fn items_ahead_are_believed_only_as_far_as_memory_may_be_taken_on_trust() {
    #[derive(Debug, PartialEq, BinaryMessage)]
    struct Lists {
        #[binary(id = 1)]
        first: Vec<String>,
        #[binary(id = 2)]
        second: Vec<String>,
    }
    // The one item of the first list is followed by many of the second.
    let bytes = [&[0x0a, 0][..], &[0x12, 0].repeat(100)].concat();
    let read = decode::<Lists>(&bytes).unwrap();
    assert_eq!((read.first.len(), read.second.len()), (1, 100));
    assert!(read.first.capacity() <= 64, "{}", read.first.capacity());
    let five = decode::<Lists>(&[0x0a, 1, b'a'].repeat(5)).unwrap();
    assert_eq!((five.first.len(), five.first.capacity()), (5, 5));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        accept_or_refuse::<i32, ZIGZAG>(&bytes);
        accept_or_refuse::<Vec<i64>, ZIGZAG>(&bytes);
        accept_or_refuse::<Vec<u32>, FIXED_WIDTH>(&bytes);
        accept_or_refuse::<BTreeMap<String, i32>, PLAIN>(&bytes);
        accept_or_refuse::<HashSet<u64>, PLAIN>(&bytes);
        accept_or_refuse::<Vec<SystemTime>, PLAIN>(&bytes);
        let _either = read::<Cow<'_, str>, PLAIN>(&bytes);
        let _either = decode::<Node>(&bytes);
    }

    #[test]
    fn a_field_of_random_bytes_never_panics(bytes in prop::collection::vec(0_u8..0x30, 0..40)) {
        // Small bytes are keys and lengths of what is here.
        let bytes = [&[0x0a, u8::try_from(bytes.len()).unwrap()], &bytes[..]].concat();
        accept_or_refuse::<HashMap<u32, Node>, PLAIN>(&bytes);
        accept_or_refuse::<BTreeMap<bool, Vec<u8>>, PLAIN>(&bytes);
        accept_or_refuse::<Option<Duration>, PLAIN>(&bytes);
        accept_or_refuse::<Option<SystemTime>, PLAIN>(&bytes);
        accept_or_refuse::<BTreeSet<i32>, ZIGZAG>(&bytes);
        accept_or_refuse::<Option<Box<Node>>, PLAIN>(&bytes);
    }

    #[test]
    fn a_message_with_a_changed_byte_is_refused_or_another(
        position in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = encode(&node()).to_vec();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(read) = decode::<Node>(&bytes) {
            prop_assert_eq!(decode::<Node>(&encode(&read)).unwrap(), read);
        }
    }
}

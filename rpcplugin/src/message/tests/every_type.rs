//! A message of every type that owns what it holds: what is written comes back, and what is accepted was written so.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::num::NonZero;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::bare::{read, write};
use super::{decode, encode};
use crate::BinaryMessage;
use crate::message::packed::{Big, Format, Little, Packed};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Small {
    characters: Vec<char>,
    number: NonZero<u8>,
    wide: [NonZero<i128>; 2],
    pause: Duration,
    times: Vec<SystemTime>,
    pair: (u16, bool, char),
    nothing: (),
    mark: PhantomData<str>,
    text: Box<str>,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Large {
    small: Small,
    sorted: BTreeMap<String, (u8, Option<char>)>,
    hashed: HashMap<(i16, NonZero<u8>), Vec<bool>>,
    items: BTreeSet<i32>,
    others: HashSet<String>,
    nested: BTreeMap<u8, BTreeSet<BTreeSet<u8>>>,
}

fn arbitrary_time() -> impl Strategy<Value = SystemTime> {
    (any::<bool>(), 0..1_u64 << 40, 0..1_000_000_000_u32).prop_map(|(after, seconds, nanoseconds)| {
        let distance = Duration::new(seconds, nanoseconds);
        let epoch = SystemTime::UNIX_EPOCH;
        if after { epoch + distance } else { epoch - distance }
    })
}

fn arbitrary_small() -> impl Strategy<Value = Small> {
    let numbers = (any::<NonZero<u8>>(), any::<[NonZero<i128>; 2]>());
    let times = (any::<Duration>(), prop::collection::vec(arbitrary_time(), 0..3));
    let pair = (any::<u16>(), any::<bool>(), any::<char>());
    (prop::collection::vec(any::<char>(), 0..4), numbers, times, pair, any::<String>()).prop_map(
        |(characters, (number, wide), (pause, times), pair, text)| Small {
            characters,
            number,
            wide,
            pause,
            times,
            pair,
            nothing: (),
            mark: PhantomData,
            text: text.into(),
        },
    )
}

fn arbitrary_large() -> impl Strategy<Value = Large> {
    let sorted = prop::collection::btree_map(any::<String>(), any::<(u8, Option<char>)>(), 0..4);
    let hashed = prop::collection::hash_map(
        any::<(i16, NonZero<u8>)>(),
        prop::collection::vec(any::<bool>(), 0..3),
        0..6,
    );
    let items = prop::collection::btree_set(any::<i32>(), 0..30);
    let others = prop::collection::hash_set(any::<String>(), 0..4);
    let sets = prop::collection::btree_set(prop::collection::btree_set(any::<u8>(), 0..3), 0..3);
    let nested = prop::collection::btree_map(any::<u8>(), sets, 0..3);
    (arbitrary_small(), sorted, hashed, items, others, nested).prop_map(
        |(small, sorted, hashed, items, others, nested)| Large {
            small,
            sorted,
            hashed,
            items,
            others,
            nested,
        },
    )
}

/// Whatever bytes are accepted are the only ones for their value.
fn assert_only_bytes<'a, F: Format, T: Packed<'a>>(bytes: &'a [u8]) -> Result<(), TestCaseError> {
    let mut reader = crate::message::reader::Reader::new(bytes, 16);
    if let Ok(value) = T::read::<F>(&mut reader) {
        let taken = bytes.len() - reader.remaining();
        prop_assert_eq!(&write::<F, T>(&value)[..], &bytes[..taken]);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_message_of_every_type_comes_back(large in arbitrary_large()) {
        prop_assert_eq!(decode::<Large>(&encode(&large)).unwrap(), large);
    }

    #[test]
    fn bytes_that_are_accepted_are_the_only_ones_for_their_value(
        large in arbitrary_large(), position in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = encode(&large).to_vec();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(read) = decode::<Large>(&bytes) {
            prop_assert_eq!(encode(&read), bytes);
        }
    }

    #[test]
    fn a_message_of_every_type_that_is_cut_is_refused(
        large in arbitrary_large(), position in any::<prop::sample::Index>(),
    ) {
        let bytes = encode(&large);
        prop_assert!(decode::<Large>(&bytes[..position.index(bytes.len())]).is_err());
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(0..4_u8, 0..40)) {
        assert_only_bytes::<(Little, u8), (char, NonZero<u16>, Vec<char>)>(&bytes)?;
        assert_only_bytes::<(Big, u16), HashMap<u8, (bool, NonZero<i8>)>>(&bytes)?;
        assert_only_bytes::<(Big, u8), BTreeSet<&str>>(&bytes)?;
        assert_only_bytes::<(Big, u8), BTreeMap<&[u8], &[u8; 2]>>(&bytes)?;
        assert_only_bytes::<(Little, u8), HashSet<Box<str>>>(&bytes)?;
        assert_only_bytes::<(Little, u8), Vec<BTreeMap<(), ()>>>(&bytes)?;
        assert_only_bytes::<(Little, u64), Vec<(u8, BTreeSet<bool>)>>(&bytes)?;
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn random_times_never_panic(bytes in any::<[u8; 12]>()) {
        assert_only_bytes::<(Big, u8), Duration>(&bytes)?;
        assert_only_bytes::<(Big, u8), SystemTime>(&bytes)?;
    }

    #[test]
    fn an_order_of_keys_has_one_map(pairs in any::<Vec<(i8, u8)>>()) {
        let map: BTreeMap<i8, u8> = pairs.iter().copied().collect();
        let hashed: HashMap<i8, u8> = pairs.iter().copied().collect();
        let bytes = write::<(Big, u32), _>(&map);
        prop_assert_eq!(&write::<(Big, u32), _>(&hashed), &bytes);
        prop_assert_eq!(read::<(Big, u32), HashMap<i8, u8>>(&bytes).unwrap(), hashed);
        // The same entries as they came are accepted only if they came in order.
        let list = write::<(Big, u32), _>(&pairs);
        let accepted = read::<(Big, u32), BTreeMap<i8, u8>>(&list).is_ok();
        prop_assert_eq!(accepted, list == bytes);
    }
}

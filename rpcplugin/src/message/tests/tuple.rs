//! Tuples: nothing before, between or behind the items.

use super::bare::{assert_bytes, assert_fixed_bytes, read, refuse, said, write};
use crate::message::packed::{Big, Fixed, Little, Packed};
use crate::{BinaryMessage, DecodeErrorKind, TypeSchema};

type LittleEndian = (Little, u32);

#[test]
fn the_items_lie_one_after_the_other() {
    assert_fixed_bytes(&(0x0102_u16,), &[2, 1], &[1, 2]);
    assert_fixed_bytes(&(1_u8, 0x0203_u16), &[1, 3, 2], &[1, 2, 3]);
    assert_fixed_bytes(
        &(true, (-2_i16, 'A'), [7_u8; 2]),
        &[1, 0xfe, 0xff, 0x41, 0, 0, 0, 7, 7],
        &[1, 0xff, 0xfe, 0, 0, 0, 0x41, 7, 7],
    );
    let mixed = (1_u16, "hé".to_owned(), Some(2_u16), vec![(3_u8, 4_u16)]);
    assert_bytes(
        &mixed,
        &[1, 0, 3, 0, 0, 0, b'h', 0xc3, 0xa9, 1, 2, 0, 1, 0, 0, 0, 3, 4, 0],
        &[0, 1, 0, 0, 0, 3, b'h', 0xc3, 0xa9, 1, 0, 2, 0, 0, 0, 1, 3, 0, 4],
    );
}

macro_rules! assert_tuple {
    ($($item:literal),*) => {
        let bytes: &[u8] = &[$($item),*];
        assert_fixed_bytes(&($($item,)*), bytes, bytes);
    };
}

#[test]
fn one_to_twelve_items_are_a_tuple() {
    assert_tuple!(1_u8);
    assert_tuple!(1_u8, 2_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8, 11_u8);
    assert_tuple!(1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8, 11_u8, 12_u8);
}

#[test]
fn an_error_names_the_item() {
    let flag = DecodeErrorKind::Flag { found: 2 };
    assert_eq!(said(&refuse::<LittleEndian, (u16, bool)>(&[1, 0, 2])), ("[1]".into(), 2, flag.clone()));
    let bytes = [2, 0, 0, 0, 9, 1, 9, 2];
    let error = refuse::<LittleEndian, Vec<(u8, bool)>>(&bytes);
    assert_eq!(said(&error), ("[1][1]".into(), 7, flag.clone()));
    let error = refuse::<LittleEndian, (u8, (Vec<u8>, [bool; 2]))>(&[9, 0, 0, 0, 0, 1, 2]);
    assert_eq!(said(&error), ("[1][1][1]".into(), 6, flag.clone()));
    // As a part of a fixed message.
    let error = <(u16, (u8, [bool; 2])) as Fixed<'_>>::check::<LittleEndian>(&[0, 0, 9, 1, 2]).unwrap_err();
    assert_eq!(said(&error), ("[1][1][1]".into(), 4, flag));
    let truncated = DecodeErrorKind::Truncated { expected: 4, found: 3 };
    let error = refuse::<(Big, u32), (u8, u32)>(&[1, 2, 3, 4]);
    assert_eq!(said(&error), ("[1]".into(), 1, truncated));
}

#[test]
fn the_size_of_a_tuple_is_known_if_that_of_every_item_is() {
    assert_eq!(<(u8, (f64, [u16; 3])) as Packed<'_>>::SIZE, Some(15));
    assert_eq!(<(u8, String) as Packed<'_>>::SIZE, None);
    assert_eq!(<(u8, String, Option<u64>) as Packed<'_>>::bytes_min::<(Big, u16)>(), 4);
    let TypeSchema::Tuple([TypeSchema::Bool, TypeSchema::Text]) = <(bool, String) as Packed<'_>>::TYPE else {
        panic!("a `bool` and text");
    };
}

#[test]
fn a_count_of_tuples_is_held_against_what_they_take_at_least() {
    let bytes = [&u32::MAX.to_le_bytes()[..], &[0; 20]].concat();
    let error = refuse::<LittleEndian, Vec<(u16, String)>>(&bytes);
    let found = usize::try_from(u32::MAX).unwrap();
    assert_eq!(said(&error), (String::new(), 0, DecodeErrorKind::Count { expected: 3, found }));
}

#[test]
fn an_array_of_tuples_has_no_count() {
    let pairs = [(1_u8, "a".to_owned()), (2, String::new())];
    let bytes = write::<(Big, u8), [(u8, String); 2]>(&pairs);
    assert_eq!(bytes, [1, 1, b'a', 2, 0]);
    assert_eq!(read::<(Big, u8), [(u8, String); 2]>(&bytes).unwrap(), pairs);
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tree {
    branches: Vec<(u8, Self)>,
    range: (u16, bool),
}

#[test]
fn a_message_holds_a_tuple_that_holds_the_message() {
    let leaf = Tree { branches: Vec::new(), range: (1, true) };
    let tree = Tree { branches: vec![(7, leaf)], range: (2, false) };
    let bytes = [1, 0, 0, 0, 7, 0, 0, 0, 0, 1, 0, 1, 2, 0, 0];
    super::assert_bytes(&tree, &bytes);
    let mut wrong = bytes;
    wrong[11] = 2;
    let error = super::refuse::<Tree>(&wrong);
    assert_eq!(said(&error), ("branches[0][1].range[1]".into(), 11, DecodeErrorKind::Flag { found: 2 }));
}

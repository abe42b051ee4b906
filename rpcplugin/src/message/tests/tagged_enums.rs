//! Enums without data.

use proptest::prelude::*;
use prost::Message as _;

use super::tagged_field::{assert_field, read, write};
use crate::message::tagged::PLAIN;
use crate::{BinaryMessage, DecodeErrorKind};

#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(id_type = i32)]
enum Colour {
    None = 0,
    Red = 1,
    Late = 0x7fff_ffff,
    Before = -1,
}

const COLOURS: [(Colour, i32); 4] =
    [(Colour::None, 0), (Colour::Red, 1), (Colour::Late, i32::MAX), (Colour::Before, -1)];

#[test]
fn an_enum_is_the_number_of_its_variant() {
    assert_field::<Colour, PLAIN>(&Colour::None, &[]);
    assert_field::<Colour, PLAIN>(&Colour::Red, &[0x08, 1]);
    assert_field::<Colour, PLAIN>(&Colour::Late, &[0x08, 0xff, 0xff, 0xff, 0xff, 0x07]);
    // Ten bytes, like every negative number that is not zigzag.
    let before = [&[0x08], &[0xff; 9][..], &[1]].concat();
    assert_field::<Colour, PLAIN>(&Colour::Before, &before);
    assert_field::<Option<Colour>, PLAIN>(&Some(Colour::None), &[0x08, 0]);
    assert_field::<Vec<Colour>, PLAIN>(&vec![Colour::Red, Colour::None], &[0x0a, 2, 1, 0]);
}

#[test]
fn a_wider_number_is_cut_to_its_low_half() {
    assert_eq!(read::<Colour, PLAIN>(&[0x08, 0x81, 0x80, 0x80, 0x80, 0x10]).unwrap(), Colour::Red);
    // The five bytes that a 32-bit -1 would take.
    assert_eq!(read::<Colour, PLAIN>(&[0x08, 0xff, 0xff, 0xff, 0xff, 0x0f]).unwrap(), Colour::Before);
}

#[test]
fn a_number_without_a_variant_is_refused_by_the_name_of_the_enum() {
    let error = read::<Vec<Colour>, PLAIN>(&[0x0a, 2, 1, 7]).unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Variant { name: "Colour", found: 7 });
    assert_eq!((error.path().as_str(), error.offset()), ("field[1]", Some(3)));
    let negative = [&[0x08, 0xfe], &[0xff; 8][..], &[1]].concat();
    let error = read::<Colour, PLAIN>(&negative).unwrap_err();
    assert_eq!(error.kind(), &DecodeErrorKind::Variant { name: "Colour", found: -2 });
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
enum TheirColour {
    None = 0,
    Red = 1,
    Late = 0x7fff_ffff,
    Before = -1,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Theirs {
    #[prost(enumeration = "TheirColour", tag = "1")]
    field: i32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TheirList {
    #[prost(enumeration = "TheirColour", repeated, tag = "1")]
    field: Vec<i32>,
}

proptest! {
    #[test]
    fn both_write_the_same_bytes(picks in prop::collection::vec(0..COLOURS.len(), 0..5)) {
        let colours: Vec<Colour> = picks.iter().map(|pick| COLOURS[*pick].0).collect();
        let numbers = picks.iter().map(|pick| COLOURS[*pick].1).collect();
        let theirs = TheirList { field: numbers }.encode_to_vec();
        prop_assert_eq!(write::<Vec<Colour>, PLAIN>(&colours), &theirs[..]);
        prop_assert_eq!(read::<Vec<Colour>, PLAIN>(&theirs).unwrap(), colours);
    }

    #[test]
    fn both_read_any_varint_as_the_same_number(
        others in prop::collection::vec(0x80_u8.., 0..11), last in 0_u8..0x80,
    ) {
        let bytes = [&[0x08], &others[..], &[last]].concat();
        let ours = read::<Colour, PLAIN>(&bytes);
        match Theirs::decode(&bytes[..]) {
            // Prost keeps a number that it does not know.
            Ok(theirs) => match COLOURS.iter().find(|(_, number)| *number == theirs.field) {
                Some((colour, _)) => prop_assert_eq!(ours.unwrap(), *colour),
                None => {
                    let kind = DecodeErrorKind::Variant { name: "Colour", found: theirs.field.into() };
                    prop_assert_eq!(ours.unwrap_err().kind().clone(), kind);
                }
            },
            Err(_) => prop_assert!(ours.is_err()),
        }
    }
}

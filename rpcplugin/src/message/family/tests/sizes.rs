//! Which types give a message a length before its payload: the table of chapter 11 of `docs/protocol.md`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::marker::PhantomData;
use std::num::NonZeroU16;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::BinaryMessage;
use crate::message::{Family, Payload};

#[derive(Debug, BinaryMessage)]
struct Point {
    x: u16,
    y: u16,
}

#[derive(Debug, BinaryMessage)]
#[binary(extensible)]
struct Growing {
    x: u16,
}

#[derive(Debug, BinaryMessage)]
#[binary(id_type = u16)]
enum Plain {
    #[binary(id = 1)]
    On,
    #[binary(id = 2)]
    Off,
}

#[derive(Debug, BinaryMessage)]
enum OfOneSize {
    #[binary(id = 1)]
    Left(u16),
    #[binary(id = 2)]
    Right(u16),
}

mod as_text {
    pub(super) type Wire = String;

    pub(super) fn encode(number: &u8) -> Wire {
        number.to_string()
    }

    pub(super) fn decode(text: Wire) -> Result<u8, std::num::ParseIntError> {
        text.parse()
    }
}

/// A family of one message for each of these fields, and what is expected of its payload.
macro_rules! sizes {
    ($($expected:expr => $name:ident { $($(#[$key:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        #[test]
        #[allow(non_snake_case, reason = "named like the message")]
        fn $name() {
            #[allow(dead_code, reason = "only the sizes of the fields are asked for")]
            #[derive(Debug, BinaryMessage)]
            #[binary(family)]
            enum Only {
                #[binary(id = 1)]
                $name { $($(#[$key])* $field: $type),* },
            }

            assert_eq!(Only::payload(1), Some($expected));
        }
    )*};
}

sizes! {
    Payload::Fixed(0) => Nothing {}
    Payload::Fixed(33) => Numbers { a: u8, b: i128, c: f32, d: NonZeroU16, e: bool, f: char, g: (u8, u32) }
    Payload::Fixed(24) => Times { after: Duration, at: SystemTime }
    Payload::Fixed(14) => Padded { #[binary(length = 8)] name: String, #[binary(length = 2)] data: Vec<u8>, raw: [u8; 4] }
    Payload::Fixed(12) => Parts { several: [u16; 3], one: Box<u16>, point: Point, none: (), never: PhantomData<String> }
    Payload::Fixed(2) => PlainEnum { state: Plain }
    Payload::Fixed(8) => Around { #[binary(magic = b"RP", pad_before = 1, pad_after = 3)] value: u16 }
    Payload::Fixed(1) => Skipped { value: u8, #[binary(skip)] text: String }
    Payload::Variable => Text { text: String }
    Payload::Variable => Binary { data: Bytes }
    Payload::Variable => TextBesidePadded { #[binary(length = 8)] name: String, text: String }
    Payload::Variable => NoTexts { none: [String; 0] }
    Payload::Variable => BoxedText { text: Box<String> }
    Payload::Variable => Optional { value: Option<u8> }
    Payload::Variable => List { values: Vec<u8> }
    Payload::Variable => Mapped { values: BTreeMap<u8, u8> }
    Payload::Variable => Hashed { values: HashMap<u8, u8> }
    Payload::Variable => Distinct { values: BTreeSet<u8> }
    Payload::Variable => EnumWithPayload { side: OfOneSize }
    Payload::Variable => Extensible { growing: Growing }
    Payload::Variable => Later { value: u8, #[binary(since = 2)] later: u8 }
    Payload::Variable => AsText { #[binary(with = as_text)] number: u8 }
}

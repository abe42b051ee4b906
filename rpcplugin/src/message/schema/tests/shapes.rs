//! A message for each way in which a payload comes to its size.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::num::NonZero;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::BinaryMessage;

#[derive(Debug, BinaryMessage)]
#[binary(family, endian = "big")]
pub(super) enum Shapes {
    #[binary(id = 1)]
    Nothing,
    #[binary(id = 2)]
    Numbers { a: u8, b: i16, c: u128, d: f64, e: NonZero<u32>, f: bool, g: char },
    #[binary(id = 3)]
    Times { a: Duration, b: SystemTime },
    #[binary(id = 4)]
    Runs { a: [u16; 3], b: (u8, [bool; 2]), c: [[u8; 2]; 2], d: (), e: [(); 5], f: PhantomData<String> },
    #[binary(id = 5)]
    Padded {
        #[binary(length = 4)]
        a: String,
        #[binary(length = 5)]
        b: Vec<u8>,
    },
    #[binary(id = 6)]
    Between {
        #[binary(magic = b"AB", pad_before = 3)]
        a: u8,
        #[binary(pad_after = 2)]
        b: Marked,
    },
    #[binary(id = 7)]
    Skipping {
        a: u8,
        #[binary(skip)]
        #[expect(dead_code, reason = "it is not in the bytes")]
        b: u32,
    },
    #[binary(id = 8)]
    Converted {
        #[binary(with = as_number)]
        a: Vec<u8>,
    },
    #[binary(id = 9)]
    Messages { a: Fixed, b: Packed, c: Box<Packed>, d: Newtype, e: Empty, f: Generic<u16>, g: [Packed; 2] },
    #[binary(id = 10)]
    Enums { a: Plain, b: WithOther, c: [Plain; 3] },
    #[binary(id = 11)]
    OnlyMessage(Packed),
    #[binary(id = 12)]
    OnlyEnum(Plain),
    #[binary(id = 20)]
    Text { a: String },
    #[binary(id = 21)]
    Data { a: Vec<u8>, b: Bytes },
    #[binary(id = 22)]
    Lists { a: Vec<u16>, b: Option<u8>, c: BTreeMap<u8, u8>, d: BTreeSet<u8> },
    #[binary(id = 23)]
    InAnArray { a: [String; 2], b: (u8, String) },
    #[binary(id = 24)]
    EmptyArray { a: [String; 0] },
    #[binary(id = 25)]
    Later {
        a: u8,
        #[binary(since = 2)]
        b: u8,
    },
    #[binary(id = 26)]
    OnlyLater(Versions),
    #[binary(id = 27)]
    OnlyExtensible(Growing),
    #[binary(id = 28)]
    Payloads { a: Choice },
    #[binary(id = 29)]
    OnlyGeneric { a: OfNumber<3> },
    #[binary(id = 30)]
    OnlySkipped { a: PayloadIsSkipped },
    #[binary(id = 31)]
    GenericBesideText { a: OfNumber<3>, b: String },
    #[binary(id = 32)]
    Itself { a: u8, b: Option<Box<Node>> },
    #[binary(not_found)]
    NotFound,
}

#[derive(Debug, BinaryMessage)]
#[binary(magic = b"M")]
pub(super) struct Marked {
    #[binary(pad_before = 1, magic = b"N")]
    a: u8,
}

#[derive(Debug, BinaryMessage)]
#[binary(fixed)]
pub(super) struct Fixed {
    a: u8,
    b: u32,
}

#[derive(Debug, BinaryMessage)]
pub(super) struct Packed {
    a: u8,
    b: u32,
}

#[derive(Debug, BinaryMessage)]
pub(super) struct Newtype(u64);

#[derive(Debug, BinaryMessage)]
pub(super) struct Empty {}

#[derive(Debug, BinaryMessage)]
pub(super) struct Generic<T> {
    a: T,
    b: [T; 2],
}

#[derive(Debug, BinaryMessage)]
pub(super) struct Versions {
    a: u8,
    #[binary(since = 2)]
    b: u8,
}

#[derive(Debug, BinaryMessage)]
#[binary(extensible)]
pub(super) struct Growing {
    a: u8,
}

#[derive(Debug, BinaryMessage)]
pub(super) struct Node {
    a: u8,
    b: Vec<Self>,
}

#[derive(Debug, BinaryMessage)]
pub(super) enum Plain {
    #[binary(id = 1)]
    A,
    #[binary(id = 2)]
    B,
}

#[derive(Debug, BinaryMessage)]
#[binary(id_type = u16)]
pub(super) enum WithOther {
    #[binary(id = 1)]
    A,
    #[binary(other)]
    Other(u16),
}

#[derive(Debug, BinaryMessage)]
pub(super) enum Choice {
    #[binary(id = 1)]
    A(u8),
    #[binary(id = 2)]
    B(u8),
}

#[derive(Debug, BinaryMessage)]
pub(super) enum OfNumber<const N: usize> {
    #[binary(id = 1)]
    A,
}

#[derive(Debug, BinaryMessage)]
pub(super) enum PayloadIsSkipped {
    #[binary(id = 1)]
    A {
        #[binary(skip)]
        #[expect(dead_code, reason = "it is not in the bytes")]
        a: u8,
    },
}

/// Three bytes at most, as a number.
mod as_number {
    pub(super) type Wire = [u8; 3];

    pub(super) fn encode(bytes: &[u8]) -> Wire {
        std::array::from_fn(|index| bytes.get(index).copied().unwrap_or_default())
    }

    pub(super) fn decode(wire: Wire) -> Result<Vec<u8>, String> {
        Ok(wire.to_vec())
    }
}

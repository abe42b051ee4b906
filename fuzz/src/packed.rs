//! Packed messages of every kind.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::{NonZeroI64, NonZeroU16};
use std::time::{Duration, SystemTime};

use rpcplugin::{BinaryMessage, Items, Views};

#[derive(Debug, BinaryMessage)]
pub struct Numbers {
    pub a: u8,
    #[binary(endian = "big")]
    pub b: u16,
    pub c: i32,
    pub d: u64,
    pub e: i128,
    pub f: f32,
    pub g: f64,
    pub h: bool,
    pub i: char,
    pub j: NonZeroU16,
    pub k: NonZeroI64,
}

#[derive(Debug, BinaryMessage)]
#[binary(endian = "big", prefix = u16, magic = b"FZ")]
pub struct Lists {
    pub bytes: Vec<u8>,
    #[binary(prefix = u8)]
    pub text: String,
    pub numbers: Vec<u32>,
    pub texts: Vec<String>,
    pub lists: Vec<Vec<u16>>,
    pub options: Vec<Option<[u64; 4]>>,
    pub pairs: Vec<(u8, bool, Option<u8>)>,
    pub units: Vec<()>,
    #[binary(max_len = 4)]
    pub few: Vec<i8>,
}

#[derive(Debug, BinaryMessage)]
pub struct Maps {
    pub sorted: BTreeMap<String, u32>,
    pub hashed: HashMap<u16, Vec<u8>>,
    pub set: BTreeSet<i64>,
    pub of_units: BTreeSet<()>,
    pub nested: BTreeMap<u8, BTreeMap<u8, bool>>,
}

#[derive(Debug, BinaryMessage)]
pub struct Times {
    pub length: Duration,
    pub moment: Option<SystemTime>,
}

#[derive(Debug, BinaryMessage)]
pub struct Tree {
    pub value: u8,
    pub children: Vec<Tree>,
    pub only: Option<Box<Tree>>,
}

#[derive(Debug, Clone, Copy, BinaryMessage)]
pub enum Level {
    Low = 0,
    High = 7,
}

#[derive(Debug, BinaryMessage)]
#[binary(id_type = u16)]
pub enum Shape {
    #[binary(id = 1)]
    Nothing,
    #[binary(id = 2)]
    Level(Level),
    #[binary(id = 3)]
    Boxed { inner: Option<Box<Shape>>, level: Level },
    #[binary(other)]
    Other(u16),
}

#[derive(Debug, Clone, BinaryMessage)]
#[binary(fixed, endian = "big", magic = b"!")]
pub struct Sample {
    pub level: Level,
    pub ok: bool,
    pub values: [f32; 3],
    #[binary(endian = "little")]
    pub letters: (char, u16),
}

#[derive(Debug, BinaryMessage)]
pub struct Samples {
    pub all: Vec<Sample>,
    pub two: [Sample; 2],
}

#[derive(Debug, BinaryMessage)]
#[binary(extensible)]
pub struct First {
    pub a: u8,
}

#[derive(Debug, BinaryMessage)]
#[binary(extensible)]
pub struct Second {
    pub a: u8,
    #[binary(since = 2)]
    pub b: u16,
    #[binary(since = 3)]
    pub c: Option<Vec<u8>>,
}

#[derive(Debug, BinaryMessage)]
pub struct Versions {
    pub first: Vec<First>,
    pub second: Vec<Second>,
}

#[derive(Debug, BinaryMessage)]
pub struct Padded {
    #[binary(length = 5)]
    pub text: String,
    #[binary(length = 3, pad_before = 1, pad_after = 1)]
    pub bytes: Vec<u8>,
}

#[derive(Debug, BinaryMessage)]
pub struct Borrowed<'a> {
    pub text: &'a str,
    pub bytes: &'a [u8],
    pub array: &'a [u8; 2],
    pub cow: Cow<'a, str>,
    pub all: Vec<&'a str>,
}

#[derive(Debug, BinaryMessage)]
#[binary(fixed)]
pub struct Price(pub u32);

#[derive(Debug, BinaryMessage)]
pub struct Label(pub String);

fn even(number: &u16) -> Result<(), &'static str> {
    if number.is_multiple_of(2) { Ok(()) } else { Err("odd") }
}

/// Much larger in memory than in its bytes.
#[derive(Debug, BinaryMessage)]
#[binary(fixed)]
pub struct Cached {
    #[binary(validate = even)]
    pub value: u16,
    #[binary(skip, default = [0; 32])]
    pub cache: [u64; 32],
}

#[derive(Debug, BinaryMessage)]
#[binary(endian = "big", prefix = u8)]
pub struct Mixed {
    pub price: Price,
    pub labels: Vec<Label>,
    pub cached: Vec<Cached>,
    pub pairs: Vec<(Price, Cached)>,
}

/// The outermost message, without a field that has a name.
#[derive(Debug, BinaryMessage)]
pub struct Many(pub Vec<Second>);

/// Lists that stay in the bytes.
#[derive(Debug, BinaryMessage)]
#[binary(prefix = u16)]
pub struct Kept<'a> {
    pub texts: Items<'a, &'a str>,
    pub shapes: Items<'a, Shape>,
    pub pairs: Items<'a, (u16, Option<Second>)>,
    pub samples: Views<'a, Sample>,
}

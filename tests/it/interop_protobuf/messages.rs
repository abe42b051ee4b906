//! Messages with every type of the tagged layout.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use rpcplugin::BinaryMessage;

/// Every number, text and bytes.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Numbers {
    #[binary(id = 1)]
    pub(super) plain_u32: u32,
    #[binary(id = 2)]
    pub(super) plain_u64: u64,
    #[binary(id = 3)]
    pub(super) plain_i32: i32,
    #[binary(id = 4)]
    pub(super) plain_i64: i64,
    #[binary(id = 5, encoding = "zigzag")]
    pub(super) zigzag_i32: i32,
    #[binary(id = 6, encoding = "zigzag")]
    pub(super) zigzag_i64: i64,
    #[binary(id = 7, encoding = "fixed")]
    pub(super) fixed_u32: u32,
    #[binary(id = 8, encoding = "fixed")]
    pub(super) fixed_u64: u64,
    #[binary(id = 9, encoding = "fixed")]
    pub(super) fixed_i32: i32,
    #[binary(id = 10, encoding = "fixed")]
    pub(super) fixed_i64: i64,
    #[binary(id = 11)]
    pub(super) flag: bool,
    #[binary(id = 12)]
    pub(super) single: f32,
    #[binary(id = 13)]
    pub(super) double: f64,
    #[binary(id = 14)]
    pub(super) text: String,
    #[binary(id = 15)]
    pub(super) bytes: Vec<u8>,
    #[binary(id = 16)]
    pub(super) colour: Colour,
    /// A type of its own on this side only.
    #[binary(id = 536_870_911)]
    pub(super) distance: Distance,
}

/// What is said of a thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, BinaryMessage)]
#[binary(id_type = i32)]
pub(super) enum Colour {
    Red = 1,
    #[default]
    Unknown = 0,
    LightBlue = 0x7fff_ffff,
    Before = -1,
}

#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Distance(pub(super) f64);

/// The types of a field that is there or not.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
#[binary(reserved(3, 7..=9, 1000))]
pub(super) struct Optionals {
    #[binary(id = 1)]
    pub(super) plain_u32: Option<u32>,
    #[binary(id = 2, encoding = "zigzag")]
    pub(super) zigzag_i64: Option<i64>,
    #[binary(id = 4, encoding = "fixed")]
    pub(super) fixed_i32: Option<i32>,
    #[binary(id = 5)]
    pub(super) flag: Option<bool>,
    #[binary(id = 6)]
    pub(super) double: Option<f64>,
    #[binary(id = 10)]
    pub(super) text: Option<String>,
    #[binary(id = 11)]
    pub(super) bytes: Option<Vec<u8>>,
    #[binary(id = 12)]
    pub(super) colour: Option<Colour>,
    #[binary(id = 13)]
    pub(super) pair: Option<Pair>,
    #[binary(id = 14)]
    pub(super) pause: Option<Duration>,
    #[binary(id = 15)]
    pub(super) since: Option<SystemTime>,
}

/// A tuple struct, whose fields have numbers for names.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Pair(#[binary(id = 1)] pub(super) i32, #[binary(id = 2)] pub(super) String);

/// Lists of every type, and sets.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Lists {
    #[binary(id = 1)]
    pub(super) plain_u32: Vec<u32>,
    #[binary(id = 2)]
    pub(super) plain_u64: Vec<u64>,
    #[binary(id = 3)]
    pub(super) plain_i32: Vec<i32>,
    #[binary(id = 4)]
    pub(super) plain_i64: Vec<i64>,
    #[binary(id = 5, encoding = "zigzag")]
    pub(super) zigzag_i32: Vec<i32>,
    #[binary(id = 6, encoding = "zigzag")]
    pub(super) zigzag_i64: Vec<i64>,
    #[binary(id = 7, encoding = "fixed")]
    pub(super) fixed_u32: Vec<u32>,
    #[binary(id = 8, encoding = "fixed")]
    pub(super) fixed_u64: Vec<u64>,
    #[binary(id = 9, encoding = "fixed")]
    pub(super) fixed_i32: Vec<i32>,
    #[binary(id = 10, encoding = "fixed")]
    pub(super) fixed_i64: Vec<i64>,
    #[binary(id = 11)]
    pub(super) flags: Vec<bool>,
    #[binary(id = 12)]
    pub(super) singles: Vec<f32>,
    #[binary(id = 13)]
    pub(super) doubles: Vec<f64>,
    #[binary(id = 14)]
    pub(super) colours: Vec<Colour>,
    #[binary(id = 15)]
    pub(super) sorted: BTreeSet<i32>,
    #[binary(id = 16)]
    pub(super) texts: Vec<String>,
    #[binary(id = 17)]
    pub(super) chunks: Vec<Vec<u8>>,
    #[binary(id = 18)]
    pub(super) pairs: Vec<Pair>,
    #[binary(id = 19)]
    pub(super) names: BTreeSet<String>,
    #[binary(id = 20)]
    pub(super) pauses: Vec<Duration>,
}

/// Those of [`Lists`] that are packed.
pub(super) const LISTS_OF_NUMBERS: usize = 15;

/// Maps with every type of key.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Maps {
    #[binary(id = 1)]
    pub(super) plain: BTreeMap<u32, String>,
    #[binary(id = 2)]
    pub(super) wide: BTreeMap<u64, Vec<u8>>,
    #[binary(id = 3)]
    pub(super) signed: BTreeMap<i32, f32>,
    #[binary(id = 4)]
    pub(super) wide_signed: BTreeMap<i64, Colour>,
    #[binary(id = 5)]
    pub(super) numbers: BTreeMap<i32, i64>,
    #[binary(id = 6)]
    pub(super) wide_numbers: BTreeMap<u64, i32>,
    #[binary(id = 7)]
    pub(super) flags: BTreeMap<bool, f64>,
    #[binary(id = 8)]
    pub(super) texts: BTreeMap<String, Pair>,
    #[binary(id = 9)]
    pub(super) times: BTreeMap<String, SystemTime>,
    #[binary(id = 10)]
    pub(super) hashed: HashMap<String, bool>,
}

/// Spans and points of time.
#[derive(Debug, Clone, PartialEq, BinaryMessage)]
pub(super) struct Times {
    #[binary(id = 1)]
    pub(super) pause: Duration,
    #[binary(id = 2)]
    pub(super) since: SystemTime,
}

impl Default for Times {
    fn default() -> Self {
        Self { pause: Duration::ZERO, since: SystemTime::UNIX_EPOCH }
    }
}

/// One of several, beside a field of its own.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Choice {
    #[binary(id = 1)]
    pub(super) before: u32,
    #[binary(oneof)]
    pub(super) chosen: Option<Chosen>,
    #[binary(id = 3000)]
    pub(super) behind: u32,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(oneof)]
pub(super) enum Chosen {
    #[binary(id = 2)]
    Number(u64),
    #[binary(id = 3)]
    Small(#[binary(encoding = "zigzag")] i32),
    #[binary(id = 4)]
    LongText(String),
    #[binary(id = 5)]
    Bytes(Vec<u8>),
    #[binary(id = 6)]
    Colour(Colour),
    #[binary(id = 7)]
    Pair(Pair),
    #[binary(id = 8)]
    Pause(Duration),
    #[binary(id = 9)]
    Flag(bool),
    #[binary(id = 2000)]
    Nothing(Nothing),
}

/// No field.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Nothing {}

/// A message that holds itself.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Tree {
    #[binary(id = 1)]
    pub(super) name: String,
    #[binary(id = 2)]
    pub(super) first: Option<Box<Self>>,
    #[binary(id = 3)]
    pub(super) others: Vec<Self>,
}

/// All of the above.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
pub(super) struct Everything {
    #[binary(id = 1)]
    pub(super) numbers: Numbers,
    #[binary(id = 2)]
    pub(super) optionals: Optionals,
    #[binary(id = 3)]
    pub(super) lists: Lists,
    #[binary(id = 4)]
    pub(super) maps: Maps,
    #[binary(id = 5)]
    pub(super) times: Times,
    #[binary(id = 6)]
    pub(super) choice: Choice,
    #[binary(id = 7)]
    pub(super) tree: Tree,
}

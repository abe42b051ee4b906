//! Tagged messages of every kind.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use rpcplugin::BinaryMessage;

#[derive(Debug, BinaryMessage)]
pub struct Numbers {
    #[binary(id = 1)]
    pub a: u32,
    #[binary(id = 2)]
    pub b: i64,
    #[binary(id = 3, encoding = "zigzag")]
    pub c: i32,
    #[binary(id = 4, encoding = "fixed")]
    pub d: u64,
    #[binary(id = 5)]
    pub e: f32,
    #[binary(id = 6)]
    pub f: Option<bool>,
    #[binary(id = 536_870_911)]
    pub g: f64,
    #[binary(id = 7)]
    pub level: Level,
}

#[derive(Debug, Clone, Copy, BinaryMessage)]
#[binary(id_type = i32)]
pub enum Level {
    #[binary(id = 0)]
    Unknown,
    #[binary(id = 7)]
    High,
    #[binary(other)]
    Other(i32),
}

#[derive(Debug, BinaryMessage)]
pub struct Lists {
    #[binary(id = 1)]
    pub text: String,
    #[binary(id = 2)]
    pub bytes: Vec<u8>,
    #[binary(id = 3)]
    pub numbers: Vec<u64>,
    #[binary(id = 4, encoding = "fixed")]
    pub fixed: Vec<i32>,
    #[binary(id = 5)]
    pub texts: Vec<String>,
    #[binary(id = 6)]
    pub large: Vec<Large>,
    #[binary(id = 7)]
    pub levels: Vec<Level>,
    #[binary(id = 8)]
    pub set: BTreeSet<u32>,
}

/// Two bytes of a message, and some hundred in memory.
#[derive(Debug, BinaryMessage)]
pub struct Large {
    #[binary(id = 1)]
    pub a: Option<Lists2>,
    #[binary(id = 2)]
    pub b: Option<Lists2>,
}

#[derive(Debug, BinaryMessage)]
pub struct Lists2 {
    #[binary(id = 1)]
    pub a: Vec<u32>,
    #[binary(id = 2)]
    pub b: Vec<String>,
    #[binary(id = 3)]
    pub c: String,
}

#[derive(Debug, BinaryMessage)]
pub struct Maps {
    #[binary(id = 1)]
    pub sorted: BTreeMap<String, u32>,
    #[binary(id = 2)]
    pub hashed: HashMap<i32, Tree>,
    #[binary(id = 3)]
    pub flags: BTreeMap<bool, Vec<u8>>,
}

#[derive(Debug, BinaryMessage)]
pub struct Tree {
    #[binary(id = 1)]
    pub value: u32,
    #[binary(id = 2)]
    pub children: Vec<Tree>,
    #[binary(id = 3)]
    pub only: Option<Box<Tree>>,
    #[binary(oneof)]
    pub choice: Option<Choice>,
}

#[derive(Debug, BinaryMessage)]
#[binary(oneof)]
pub enum Choice {
    #[binary(id = 4)]
    Text(String),
    #[binary(id = 5)]
    Number(u64),
    #[binary(id = 6)]
    Tree(Box<Tree>),
}

#[derive(Debug, BinaryMessage)]
pub struct Times {
    #[binary(id = 1)]
    pub length: Duration,
    #[binary(id = 2)]
    pub moment: Option<SystemTime>,
    #[binary(id = 3)]
    pub all: Vec<Duration>,
}

#[derive(Debug, BinaryMessage)]
pub struct Borrowed<'a> {
    #[binary(id = 1)]
    pub text: &'a str,
    #[binary(id = 2)]
    pub bytes: &'a [u8],
    #[binary(id = 3)]
    pub all: Vec<&'a str>,
}

/// A box that is there before anything of it came.
#[derive(Debug, BinaryMessage)]
pub struct Held {
    #[binary(id = 1)]
    pub items: Vec<Item>,
    #[binary(id = 2)]
    pub one: Option<Item>,
    #[binary(id = 3)]
    pub by_name: BTreeMap<String, Item>,
    #[binary(id = 4, max_len = 5)]
    pub few: Vec<u32>,
}

#[derive(Debug, BinaryMessage)]
pub struct Item {
    #[binary(id = 1)]
    pub large: Box<Lists2>,
    #[binary(id = 2, with = words)]
    pub words: String,
    #[binary(id = 3, validate = small)]
    pub number: u32,
}

fn small(number: &u32) -> Result<(), &'static str> {
    if *number < 1000 { Ok(()) } else { Err("large") }
}

/// A text that lies as the list of its words.
pub mod words {
    pub type Wire = Vec<String>;

    #[allow(clippy::ptr_arg, reason = "what is given is the field")]
    pub fn encode(text: &String) -> Wire {
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// # Errors
    ///
    /// If a word is none.
    pub fn decode(words: Wire) -> Result<String, &'static str> {
        let whole = |word: &String| !word.is_empty() && !word.contains(' ');
        if words.iter().all(whole) { Ok(words.join(" ")) } else { Err("no word") }
    }
}

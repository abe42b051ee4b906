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

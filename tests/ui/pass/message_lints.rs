//! What is generated passes the strictest lints, and may be forbidden to be unsafe.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications,
    elided_lifetimes_in_paths,
    unreachable_pub,
    unused_results,
    single_use_lifetimes,
    trivial_casts
)]

use rpcplugin::BinaryMessage;

/// In one move.
#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
#[binary(fixed, endian = "big")]
pub struct Sample {
    /// A number.
    pub value: u32,
    /// Numbers.
    pub values: [i16; 2],
}

/// Packed.
#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(extensible, magic = b"M", prefix = u16)]
pub struct Packed<'a, T> {
    /// Borrowed.
    pub text: &'a str,
    /// Whatever.
    pub items: Vec<T>,
    /// Later.
    #[binary(since = 2)]
    pub late: Option<u8>,
}

/// Tagged.
#[derive(Debug, PartialEq, BinaryMessage)]
pub struct Tagged {
    /// A number.
    #[binary(id = 1, max_len = 3)]
    pub text: String,
    /// One of two.
    #[binary(oneof)]
    pub choice: Option<Choice>,
}

/// One of two.
#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(oneof)]
pub enum Choice {
    /// A number.
    #[binary(id = 2)]
    Number(u32),
    /// A text.
    #[binary(id = 3)]
    Text(String),
}

/// Numbers.
#[derive(Debug, Clone, Copy, PartialEq, BinaryMessage)]
pub enum Level {
    /// None.
    Low = 0,
    /// Some.
    High = 1,
}

/// A protocol.
#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(family)]
pub enum Protocol {
    /// A sample.
    #[binary(id = 1)]
    Sample(Sample),
    /// A level.
    #[binary(id = 2)]
    Level {
        /// The level.
        level: Level,
    },
    /// The answer to what is not known.
    #[binary(not_found)]
    NotFound,
}

fn main() {
    assert_eq!(Sample { value: 1, values: [2, 3] }.encoded_size(), 8);
    assert_eq!(Packed { text: "a", items: vec![1u8], late: None }.encoded_size(), 8);
    assert_eq!(Tagged { text: String::new(), choice: Some(Choice::Number(0)) }.encoded_size(), 2);
    assert_eq!(Protocol::Level { level: Level::High }.encoded_size(), 3);
}

//! What is deprecated is still a message; the warning is for who uses it.
#![deny(warnings)]
#![allow(dead_code)]

use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(fixed)]
pub struct Sample {
    pub value: u32,
    #[deprecated(note = "never measured")]
    pub noise: u32,
}

#[derive(BinaryMessage)]
pub struct Tagged {
    #[binary(id = 1)]
    #[deprecated]
    pub old: String,
    #[binary(id = 2)]
    pub new: String,
}

#[derive(BinaryMessage)]
#[deprecated]
pub enum Level {
    Low = 0,
    #[deprecated]
    High = 1,
}

#[derive(BinaryMessage)]
#[deprecated]
pub struct Old {
    pub number: u8,
}

fn main() {
    assert_eq!(<Sample as rpcplugin::FixedMessage>::BYTES, 8);
}

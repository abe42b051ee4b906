//! The family of `family.py`, once for each frame.

use std::fmt::Debug;

use rpcplugin::checksum::crc32;
use rpcplugin::{BinaryMessage, Family};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
pub(super) struct SensorData {
    pub(super) station: u16,
    pub(super) sensor1: f32,
    pub(super) sensor2: f32,
    pub(super) sensor3: f32,
    pub(super) sensor4: f32,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
pub(super) struct Status {
    pub(super) status_code: u32,
    pub(super) message: String,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
pub(super) struct Blob {
    pub(super) name: String,
    pub(super) data: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
pub(super) struct Counter {
    pub(super) value: u32,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
pub(super) struct Mixed {
    pub(super) a: u16,
    pub(super) b: i32,
    pub(super) c: f64,
    pub(super) flag: bool,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
pub(super) struct Label {
    #[binary(length = 8)]
    pub(super) name: String,
    pub(super) n: u16,
}

/// A message that a server answers with one of the same type.
pub(super) trait Answered {
    /// What `family_server.py` answers.
    fn answered(self) -> Self;
}

impl Answered for SensorData {
    fn answered(self) -> Self {
        Self { station: self.station + 1, ..self }
    }
}

impl Answered for Status {
    fn answered(self) -> Self {
        Self { status_code: self.status_code + 1, message: self.message.to_uppercase() }
    }
}

impl Answered for Blob {
    fn answered(mut self) -> Self {
        self.data.reverse();
        self
    }
}

impl Answered for Counter {
    fn answered(self) -> Self {
        Self { value: self.value + 1 }
    }
}

impl Answered for Mixed {
    fn answered(self) -> Self {
        Self { a: self.a + 1, b: -self.b, c: self.c * 2.0, flag: !self.flag }
    }
}

impl Answered for Label {
    fn answered(self) -> Self {
        Self { name: self.name.chars().rev().collect(), n: self.n + 1 }
    }
}

/// The family, whatever its frame.
pub(super) trait Spoken:
    Family
    + Debug
    + Clone
    + PartialEq
    + Answered
    + From<SensorData>
    + From<Status>
    + From<Blob>
    + From<Counter>
    + From<Mixed>
    + From<Label>
{
}

macro_rules! family {
    ($name:ident { $($keys:tt)* } $($message:ident = $number:literal)*) => {
        #[derive(Debug, Clone, PartialEq, BinaryMessage)]
        #[binary(family, $($keys)*)]
        pub(super) enum $name {
            $(#[binary(id = $number)] $message($message),)*
        }

        $(impl From<$message> for $name {
            fn from(message: $message) -> Self {
                Self::$message(message)
            }
        })*

        impl Answered for $name {
            fn answered(self) -> Self {
                match self { $(Self::$message(message) => Self::$message(message.answered()),)* }
            }
        }
    };
}

/// One family for each frame, all with the same messages.
macro_rules! families {
    ($($name:ident { $($keys:tt)* })*) => {$(
        family! {
            $name { $($keys)* }
            SensorData = 1
            Status = 2
            Blob = 3
            Counter = 4
            Mixed = 5
            Label = 6
        }

        impl Spoken for $name {}
    )*};
}

families! {
    OneByte { header = u8 }
    TwoBytes { header = u16 }
    FourBytes { header = u32 }
    LittleEndian { header = u16, endian = "little" }
    OneByteChecked { header = u8, checksum = crc32 }
    TwoBytesChecked { header = u16, checksum = crc32 }
    FourBytesChecked { header = u32, checksum = crc32 }
    LittleEndianChecked { header = u16, endian = "little", checksum = crc32 }
    // What it puts behind a frame is not what the peer computes.
    Damaged { header = u16, checksum = wrong_checksum }
}

fn wrong_checksum(frame: &[u8]) -> [u8; 4] {
    crc32(frame).map(|byte| !byte)
}

// Wider than what the peer has: it does not know the second.
family! {
    Wider { header = u16 }
    Counter = 4
    Ping = 99
}

/// A message without a field, so that nothing is behind its header.
#[derive(Debug, Clone, PartialEq, BinaryMessage)]
pub(super) struct Ping {}

impl Answered for Ping {
    fn answered(self) -> Self {
        self
    }
}

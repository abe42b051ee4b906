//! The messages of a weather service, once in each form that an export is made of.

use std::collections::BTreeMap;
use std::time::SystemTime;

use rpcplugin::BinaryMessage;

/// How the sky looks.
#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
pub enum Sky {
    /// Nobody looked.
    #[binary(id = 0)]
    Unknown,
    /// No clouds.
    #[binary(id = 1)]
    Clear,
    /// No sun.
    #[binary(id = 2)]
    Covered,
}

/// Where a report is from.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
#[binary(oneof)]
pub enum Origin {
    /// The name of a station.
    #[binary(id = 5)]
    Station(String),
    /// The number of a buoy.
    #[binary(id = 6)]
    Buoy(u64),
}

/// What the service answers with: tagged, because its clients are written in other languages and live long.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
#[binary(reserved(4))]
pub struct Report {
    /// When it was made.
    #[binary(id = 1)]
    pub made: Option<SystemTime>,
    #[binary(id = 2)]
    pub sky: Sky,
    /// In tenths of a degree.
    #[binary(id = 3, encoding = "zigzag")]
    pub temperatures: Vec<i32>,
    #[binary(oneof)]
    pub origin: Option<Origin>,
    /// What else was measured, by its name.
    #[binary(id = 7)]
    pub others: BTreeMap<String, f64>,
}

/// What a sensor writes a thousand times a second: packed, and always of one size.
#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
#[binary(fixed, endian = "big", magic = b"WX")]
pub struct Sample {
    /// Milliseconds since the sensor was switched on.
    pub clock: u32,
    #[binary(pad_after = 2)]
    pub channel: u16,
    pub values: [f32; 4],
}

/// What the stations say to each other: a family, whose other side is Python.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
#[binary(family)]
pub enum StationMessage {
    /// Four sensors at once.
    #[binary(id = 1)]
    SensorData { sensor1: f32, sensor2: f32, sensor3: f32, sensor4: f32 },
    #[binary(id = 2)]
    Status {
        status_code: u32,
        /// For people.
        message: String,
    },
    /// The answer to a message that is not known.
    #[binary(not_found)]
    Unknown,
}

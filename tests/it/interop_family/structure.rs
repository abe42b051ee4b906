//! Families in the package's own words, as `to_python` gives them, executed by the package.

use std::fmt::Debug;
use std::num::NonZero;

use rpcplugin::checksum::crc32;
use rpcplugin::{BinaryMessage, Family, Message};
use serde_json::{Value, json};

use super::messages::{LittleEndian, OneByteChecked, SensorData, Spoken, Status};
use crate::python::{LinePeer, Python, file, hex, python};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Position {
    x: f32,
    #[binary(endian = "big")]
    y: f64,
}

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(id_type = i16)]
enum Mode {
    Off = 0,
    Late = 1000,
    Before = -1,
}

/// Everything that the package has a word for.
#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(family, header = u32, endian = "little", checksum = crc32)]
enum Station {
    /// Nothing behind the header.
    #[binary(id = 1)]
    Ping,
    #[binary(id = 2)]
    Fixed {
        flag: bool,
        byte: u8,
        signed_byte: i8,
        #[binary(endian = "big")]
        short: u16,
        signed_short: i16,
        medium: u32,
        #[binary(endian = "big")]
        signed_medium: i32,
        #[binary(endian = "big")]
        long: u64,
        signed_long: i64,
        single: f32,
        #[binary(endian = "big")]
        double: f64,
        never_zero: NonZero<u16>,
    },
    #[binary(id = 3)]
    Nested {
        /// Where it is.
        position: Position,
        mode: Mode,
        #[binary(endian = "big")]
        levels: [u16; 2],
        corners: [Position; 2],
        pair: (u8, bool),
        key: [u8; 4],
        #[binary(length = 12)]
        label: String,
        #[binary(length = 3)]
        code: Vec<u8>,
    },
    #[binary(id = 0x0102_0304)]
    SayHello {
        #[binary(endian = "big")]
        to: String,
        #[binary(endian = "big")]
        data: Vec<u8>,
        count: i64,
    },
    #[binary(id = 5)]
    Move(Position),
    #[binary(id = 6)]
    Two(u8, #[binary(endian = "big")] String),
    #[binary(not_found)]
    NotFound,
}

/// The widest header.
#[derive(Debug, Clone, PartialEq, BinaryMessage)]
#[binary(family, header = u64)]
enum Wide {
    #[binary(id = 0x0102_0304_0506_0708)]
    Value { value: u32 },
}

/// The package with the family `F`.
fn peer<F: Family + BinaryMessage>(python: &Python, directory: &tempfile::TempDir) -> LinePeer {
    let text = F::SCHEMA.to_python().unwrap();
    let unwritten = "raise NotImplementedError(\"write what the family computes\")";
    let computed = "return __import__(\"zlib\").crc32(frame).to_bytes(4, \"big\")";
    assert_eq!(text.contains(unwritten), F::CHECKSUM_BYTES > 0, "{text}");
    let path = file(directory.path(), "module.py", &text.replace(unwritten, computed));
    let mut command = python.command("structure_peer.py");
    command.arg(path);
    LinePeer::start(command)
}

/// Each message must have these values for the package, and its bytes when the package writes them.
async fn assert_read<F: Family + BinaryMessage + Debug + PartialEq>(messages: Vec<(F, Value)>) {
    let Some(python) = python() else { return };
    let directory = tempfile::tempdir().unwrap();
    let mut peer = peer::<F>(&python, &directory);
    for (message, values) in messages {
        let frame = hex(&message.encode().unwrap());
        let answer = peer.ask(&format!("{} {frame}", message.message_type())).await;
        assert_eq!(answer, json!({ "value": values, "hex": frame }), "{message:?}");
    }
}

fn fixed() -> (Station, Value) {
    let message = Station::Fixed {
        flag: true,
        byte: 255,
        signed_byte: -128,
        short: 65_534,
        signed_short: -2,
        medium: u32::MAX,
        signed_medium: i32::MIN,
        long: u64::MAX,
        signed_long: i64::MIN,
        single: f32::INFINITY,
        double: 0.1,
        never_zero: NonZero::<u16>::MIN,
    };
    let values = json!({
        "flag": true,
        "byte": 255,
        "signed_byte": -128,
        "short": 65_534,
        "signed_short": -2,
        "medium": u32::MAX,
        "signed_medium": i32::MIN,
        "long": u64::MAX,
        "signed_long": i64::MIN,
        "single": "inf",
        "double": 0.1,
        "never_zero": 1,
    });
    (message, values)
}

fn nested(mode: Mode, id: i16, label: &str) -> (Station, Value) {
    let position = |x| Position { x, y: -0.1 };
    let message = Station::Nested {
        position: position(1.5),
        mode,
        levels: [1, 513],
        corners: [position(2.5), position(-3.5)],
        pair: (7, false),
        key: [0, 1, 0xfe, 0],
        label: label.to_owned(),
        code: vec![1, 2, 3],
    };
    let values = json!({
        "position_x": 1.5,
        "position_y": -0.1,
        "mode": id,
        "levels_0": 1,
        "levels_1": 513,
        "corners_0_x": 2.5,
        "corners_0_y": -0.1,
        "corners_1_x": -3.5,
        "corners_1_y": -0.1,
        "pair_0": 7,
        "pair_1": false,
        "key": "0001fe00",
        "label": label,
        "code": "010203",
    });
    (message, values)
}

fn say_hello(to: &str, data: &[u8]) -> (Station, Value) {
    let message = Station::SayHello { to: to.to_owned(), data: data.to_vec(), count: -1 };
    (message, json!({ "to": to, "data": hex(data), "count": -1 }))
}

#[tokio::test]
async fn a_family_of_everything_is_read_and_written_alike() {
    let two = |text: &str| (Station::Two(8, text.to_owned()), json!({ "field_0": 8, "field_1": text }));
    assert_read(vec![
        (Station::Ping, json!({})),
        fixed(),
        nested(Mode::Off, 0, ""),
        nested(Mode::Late, 1000, "twelve bytes"),
        nested(Mode::Before, -1, "héllo ✓"),
        say_hello("", &[]),
        say_hello("héllo ✓", &[0, 255, 0]),
        say_hello(&"x".repeat(300), &[7; 70_000]),
        (Station::Move(Position { x: -0.0, y: f64::NAN }), json!({ "x": -0.0, "y": "nan" })),
        two("text"),
    ])
    .await;
}

#[tokio::test]
async fn the_widest_header_is_read_and_written_alike() {
    assert_read(vec![(Wide::Value { value: 7 }, json!({ "value": 7 }))]).await;
}

/// Messages of the family that the other programs speak as well.
fn spoken<F: Spoken>() -> Vec<(F, Value)> {
    let sensors = SensorData { station: 7, sensor1: 1.5, sensor2: -2.25, sensor3: 0.0, sensor4: 65536.125 };
    let values =
        json!({ "station": 7, "sensor1": 1.5, "sensor2": -2.25, "sensor3": 0.0, "sensor4": 65536.125 });
    let status = Status { status_code: 200, message: "ok".to_owned() };
    vec![(sensors.into(), values), (status.into(), json!({ "status_code": 200, "message": "ok" }))]
}

#[tokio::test]
async fn the_family_of_the_other_programs_is_read_and_written_alike() {
    assert_read(spoken::<LittleEndian>()).await;
    assert_read(spoken::<OneByteChecked>()).await;
}

#[tokio::test]
async fn the_package_refuses_a_frame_that_is_not_of_the_family() {
    let Some(python) = python() else { return };
    let directory = tempfile::tempdir().unwrap();
    let mut peer = peer::<Station>(&python, &directory);
    let (message, _) = say_hello("you", &[1]);
    let mut frame = message.encode().unwrap().to_vec();
    *frame.last_mut().unwrap() ^= 1;
    let answer = peer.ask(&format!("{} {}", message.message_type(), hex(&frame))).await;
    assert!(answer["error"].as_str().is_some_and(|error| error.contains("hecksum")), "{answer}");
}

//! Tagged messages against protobuf's own runtime, compiled from the `.proto` that [`ProtoFile`] prints of them.

mod arbitrary;

mod messages;

mod values;

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rpcplugin::{BinaryMessage, Message, ProtoFile};
use serde_json::Value;

use crate::python::{LinePeer, file, from_hex, hex, python};
use messages::{Choice, Everything, Lists, Maps, Numbers, Optionals, Pair, Times, Tree};

/// Random messages of each type. All go through one process.
const MESSAGES_NUMBER: usize = 300;

/// The runtime, with the messages compiled twice: as they are printed, and with lists that are not packed.
struct Runtime {
    peer: LinePeer,
    /// The files are read when the program starts, which is before its first answer.
    _directory: tempfile::TempDir,
}

/// As the file is printed.
const PACKAGE: &str = "interop";

/// The same with lists of numbers item by item, as proto2 writes them.
const UNPACKED: &str = "interop.unpacked";

impl Runtime {
    /// Nothing where there is no Python.
    fn start() -> Option<Self> {
        let python = python()?;
        let directory = tempfile::tempdir().unwrap();
        let packed = proto(PACKAGE);
        let mut command = python.command("protobuf_peer.py");
        command.arg(file(directory.path(), "packed.proto", &packed));
        command.arg(file(directory.path(), "unpacked.proto", &unpacked(&proto(UNPACKED))));
        Some(Self { peer: LinePeer::start(command), _directory: directory })
    }

    /// What the runtime makes of bytes: the message in JSON, and written again.
    async fn read(&mut self, name: &str, bytes: &[u8]) -> (Value, Vec<u8>) {
        self.ask(&format!("{name} {}", hex(bytes))).await
    }

    /// What it makes of a message in JSON.
    async fn write(&mut self, name: &str, value: &Value) -> (Value, Vec<u8>) {
        self.ask(&format!("{name} json {value}")).await
    }

    async fn ask(&mut self, line: &str) -> (Value, Vec<u8>) {
        let answer = self.peer.ask(line).await;
        match (answer.get("value"), answer.get("hex").and_then(Value::as_str)) {
            (Some(value), Some(bytes)) => (value.clone(), from_hex(bytes)),
            _ => panic!("{line}\n{answer}"),
        }
    }

    /// What it says against bytes.
    async fn refuse(&mut self, name: &str, bytes: &[u8]) -> String {
        let answer = self.peer.ask(&format!("{name} {}", hex(bytes))).await;
        let error = answer.get("error").and_then(Value::as_str);
        error.unwrap_or_else(|| panic!("accepted: {answer}")).to_owned()
    }

    /// The message is `value` for the runtime, and what the runtime writes of either is the message.
    async fn assert_is<M: Tested>(&mut self, message: &M, value: &Value) {
        let bytes = message.encode().unwrap().to_vec();
        let (theirs, written) = self.read(M::SCHEMA.name, &bytes).await;
        assert_eq!(&theirs, value, "{message:?}");
        assert_same(message, &written);
        // In a map the runtime writes defaults as well, and has an order of its own.
        if !M::HAS_MAPS {
            assert_eq!(hex(&written), hex(&bytes), "{message:?}");
        }
        let (again, written) = self.write(M::SCHEMA.name, value).await;
        assert_eq!(&again, value, "{message:?}");
        assert_same(message, &written);
        let unpacked = format!("{UNPACKED}.{}", M::SCHEMA.name);
        let (theirs, written) = self.read(&unpacked, &bytes).await;
        assert_eq!(&theirs, value, "{message:?}");
        assert_same(message, &written);
    }

    /// As [`assert_is`](Self::assert_is), for messages whose JSON only the runtime knows.
    async fn assert_all<M: Tested>(&mut self, messages: impl Strategy<Value = M>) {
        // Always the same ones: a failure can be looked at again.
        let mut runner = TestRunner::deterministic();
        for _ in 0..MESSAGES_NUMBER {
            let message = messages.new_tree(&mut runner).unwrap().current();
            let (value, _) = self.read(M::SCHEMA.name, &message.encode().unwrap()).await;
            self.assert_is(&message, &value).await;
        }
    }
}

/// A message that both sides know.
trait Tested: BinaryMessage + Message + Debug {
    /// Whether a map is in it, at any depth.
    const HAS_MAPS: bool = false;
}

impl Tested for Numbers {}
impl Tested for Optionals {}
impl Tested for Lists {}
impl Tested for Times {}
impl Tested for Choice {}
impl Tested for Pair {}
impl Tested for Tree {}

impl Tested for Maps {
    const HAS_MAPS: bool = true;
}

impl Tested for Everything {
    const HAS_MAPS: bool = true;
}

/// By what `Debug` says, which tells the two zeros apart and takes one NaN for another.
fn assert_same<M: Tested>(message: &M, bytes: &[u8]) {
    let read = M::decode(bytes.to_vec().into()).unwrap_or_else(|error| panic!("{error}\n{message:?}"));
    assert_eq!(format!("{read:?}"), format!("{message:?}"));
}

fn proto(package: &str) -> String {
    let file = ProtoFile::new(package).message(Everything::SCHEMA);
    file.to_proto().unwrap()
}

/// The file with every list of numbers item by item.
fn unpacked(proto: &str) -> String {
    let number = |line: &str| {
        let kind = line.trim_start().strip_prefix("repeated ").and_then(|rest| rest.split(' ').next());
        kind.is_some_and(|kind| {
            kind == "Colour" || kind == "bool" || kind.ends_with(['2', '4']) || FLOATS.contains(&kind)
        })
    };
    let lines = proto.lines().map(|line| match line.strip_suffix(';') {
        Some(field) if number(line) => format!("{field} [packed = false];\n"),
        _ => format!("{line}\n"),
    });
    let text: String = lines.collect();
    assert_eq!(text.matches("packed = false").count(), messages::LISTS_OF_NUMBERS, "{text}");
    text
}

const FLOATS: [&str; 2] = ["float", "double"];

#[tokio::test]
async fn chosen_messages_are_the_same_for_both() {
    let Some(mut runtime) = Runtime::start() else { return };
    for (message, value) in values::numbers() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::optionals() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::lists() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::maps() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::times() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::choices() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::trees() {
        runtime.assert_is(&message, &value).await;
    }
    for (message, value) in values::pairs() {
        runtime.assert_is(&message, &value).await;
    }
}

#[tokio::test]
async fn random_messages_are_the_same_for_both() {
    let Some(mut runtime) = Runtime::start() else { return };
    runtime.assert_all(arbitrary::numbers()).await;
    runtime.assert_all(arbitrary::optionals()).await;
    runtime.assert_all(arbitrary::lists()).await;
    runtime.assert_all(arbitrary::choice()).await;
    runtime.assert_all(arbitrary::tree()).await;
    runtime.assert_all(arbitrary::maps()).await;
    runtime.assert_all(arbitrary::everything()).await;
}

#[tokio::test]
async fn the_lists_of_the_second_file_are_not_packed() {
    let Some(mut runtime) = Runtime::start() else { return };
    let lists = Lists { plain_u32: vec![1, 300], ..Lists::default() };
    let bytes = lists.encode().unwrap();
    assert_eq!(bytes[..], [0x0a, 3, 1, 0xac, 2]);
    let (_, unpacked) = runtime.read("interop.unpacked.Lists", &bytes).await;
    assert_eq!(unpacked, [8, 1, 8, 0xac, 2]);
    assert_same(&lists, &unpacked);
}

#[tokio::test]
async fn fields_of_a_newer_version_are_skipped() {
    let Some(mut runtime) = Runtime::start() else { return };
    let everything = Everything {
        numbers: Numbers { plain_u32: 7, text: "old".to_owned(), ..Numbers::default() },
        maps: Maps { plain: BTreeMap::from([(1, "one".to_owned())]), ..Maps::default() },
        ..Everything::default()
    };
    // All of its fields are unknown to a message without any, and are kept and written again.
    let bytes = everything.encode().unwrap();
    let (value, written) = runtime.read("Nothing", &bytes).await;
    assert_eq!(value, serde_json::json!({}));
    assert_same(&everything, &written);
    messages::Nothing::decode(bytes).unwrap();
}

#[tokio::test]
async fn both_refuse_what_is_no_message() {
    let Some(mut runtime) = Runtime::start() else { return };
    // Cut, text that is no UTF-8, a group that does not end, an id of zero.
    let cases: [&[u8]; 4] = [&[0x08], &[0x72, 1, 0xff], &[0x0b, 0x08, 1], &[0x00, 1]];
    for bytes in cases {
        let error = runtime.refuse("Numbers", bytes).await;
        assert!(error.contains("DecodeError"), "{error}");
        assert!(Numbers::decode_slice(bytes).is_err(), "{bytes:?}");
    }
}

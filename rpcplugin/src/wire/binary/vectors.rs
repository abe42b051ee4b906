//! `tests/vectors/binary_wire.json`, which the documentation shows and an implementation in Python keeps, against what is
//! written and read here.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod driven;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use bytes::{Buf, Bytes, BytesMut};
use serde_json::{Value, json};

use self::driven::Driven;
use super::frame::{Flags, Frame, Kind, Opening};
use super::machine::{Bounds, Goodbye, Role};
use super::opening::{Settings, Table};
use super::outbox::Outbox;
use super::{MAGIC, Violation, metadata, status};
use crate::call::{Metadata, MetadataValue};
use crate::contract::{Code, Detail, Status};

static FILE: LazyLock<Value> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/binary_wire.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
});

fn list(of: &'static Value, name: &str) -> &'static [Value] {
    of[name].as_array().unwrap_or_else(|| panic!("no list `{name}` in {of}"))
}

fn text(of: &'static Value, name: &str) -> &'static str {
    of[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {of}"))
}

fn number<T: TryFrom<u64>>(of: &Value, name: &str) -> T {
    let number = of[name].as_u64().unwrap_or_else(|| panic!("no number `{name}` in {of}"));
    T::try_from(number).unwrap_or_else(|_| panic!("{number} is no `{name}`"))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The frames of some bytes. A violation ends them.
fn frames(bytes: &[u8]) -> Result<Vec<Frame>, Violation> {
    let mut buffer = BytesMut::from(bytes);
    let mut frames = Vec::new();
    while let Some(frame) = Frame::next(&mut buffer, settings().frame_bytes_max)? {
        frames.push(frame);
    }
    assert!(buffer.is_empty(), "{buffer:?} is left over");
    Ok(frames)
}

fn only_frame(step: &'static Value) -> Frame {
    let mut frames = frames(&bytes(text(step, "hex"))).unwrap();
    assert_eq!(frames.len(), 1, "{step}");
    frames.remove(0)
}

fn settings_of(value: &Value) -> Settings {
    Settings {
        version: number(value, "version"),
        frame_bytes_max: number(value, "frame_bytes_max"),
        window_bytes: number(value, "window_bytes"),
        connection_window_bytes: number(value, "connection_window_bytes"),
        calls_max: number(value, "calls_max"),
        message_bytes_max: number(value, "message_bytes_max"),
        metadata_bytes_max: number(value, "metadata_bytes_max"),
        encodings: value.get("encodings").map_or(0, |bits| bits.as_u64().unwrap().try_into().unwrap()),
    }
}

/// What both sides of the vectors say.
fn settings() -> Settings {
    settings_of(&FILE["settings"])
}

fn bounds() -> Bounds {
    super::greeting::bounds(&settings())
}

fn entries(metadata: &Metadata) -> Value {
    let entries = metadata.iter().map(|(key, value)| match value {
        MetadataValue::Ascii(text) => json!([key, hex(text.as_bytes())]),
        MetadataValue::Binary(bytes) => json!([key, hex(bytes)]),
    });
    entries.collect()
}

fn metadata_of(entries: &'static Value) -> Metadata {
    let mut metadata = Metadata::new();
    for entry in entries.as_array().unwrap() {
        let (key, value) = (entry[0].as_str().unwrap(), bytes(entry[1].as_str().unwrap()));
        match key.ends_with("-bin") {
            true => metadata.append_bin(key, value).unwrap(),
            false => metadata.append(key, std::str::from_utf8(&value).unwrap()).unwrap(),
        }
    }
    metadata
}

/// The messages of a frame that has several.
fn messages(frame: &Frame) -> Vec<Bytes> {
    let mut rest = frame.payload.clone();
    let next = |length: Result<usize, Violation>| {
        rest.advance(size_of::<u32>());
        rest.split_to(length.unwrap())
    };
    frame.lengths().map(next).collect()
}

/// What a frame says, in the words of the file.
fn said(frame: &Frame) -> Value {
    let part = |bytes: &Bytes| frame.flags.has(Flags::PART).then(|| hex(bytes));
    match frame.kind {
        Kind::Call => {
            let (opening, bytes) = Opening::read(frame).unwrap();
            let mut said = json!({ "method": opening.method, "part": part(&bytes) });
            if let Some(timeout) = opening.timeout {
                said["timeout_ns"] = json!(timeout);
            }
            if let Some(packed) = opening.metadata {
                said["metadata"] = entries(&metadata::decode(&packed).unwrap());
            }
            said
        }
        Kind::Message if frame.flags.has(Flags::SEVERAL) => {
            let messages = messages(frame);
            json!({ "messages": messages.iter().map(|message| hex(message)).collect::<Value>() })
        }
        Kind::Message => json!({ "part": part(&frame.payload) }),
        Kind::Headers => json!({ "metadata": entries(&metadata::decode(&frame.payload).unwrap()) }),
        Kind::Status => {
            let (outcome, trailing) = status::decode(&frame.payload).unwrap();
            let status = outcome.err().unwrap_or_else(|| Status::new(Code::Ok, ""));
            let details =
                status.details().iter().map(|detail| json!([detail.type_url(), hex(detail.bytes())]));
            json!({
                "code": status.code().number(),
                "text": status.message(),
                "details": details.collect::<Value>(),
                "metadata": entries(&trailing),
            })
        }
        Kind::Window => json!({ "granted": frame.granted().unwrap() }),
        Kind::Ping => json!({ "bytes": hex(&frame.payload) }),
        Kind::Goodbye => {
            let (reason, text) = frame.payload.split_first().unwrap();
            json!({ "reason": reason, "text": std::str::from_utf8(text).unwrap() })
        }
        Kind::Cancel => json!({}),
        Kind::Hello | Kind::Methods | Kind::Extension => panic!("{frame:?} is held elsewhere"),
    }
}

/// The payload of what the file says, as it is written here. Parts of messages are added by whoever sends them.
fn written(kind: &str, fields: &'static Value) -> Vec<u8> {
    let mut payload = Vec::new();
    match kind {
        "CALL" => {
            let packed = fields.get("metadata").map(|entries| {
                let mut bytes = Vec::new();
                metadata::encode(&metadata_of(entries), u32::MAX, &mut bytes).unwrap();
                bytes.into()
            });
            let timeout = fields.get("timeout_ns").and_then(Value::as_u64);
            Opening { method: number(fields, "method"), timeout, metadata: packed }.write(&mut payload);
        }
        "HEADERS" => metadata::encode(&metadata_of(&fields["metadata"]), u32::MAX, &mut payload).unwrap(),
        "STATUS" => {
            let code: u8 = number(fields, "code");
            let mut status = Status::new(Code::from_number(code.into()), text(fields, "text"));
            for detail in list(fields, "details") {
                let (url, value) = (detail[0].as_str().unwrap(), bytes(detail[1].as_str().unwrap()));
                status = status.with_detail(Detail::from_parts(url.to_owned(), value.into()));
            }
            let outcome = if code == 0 { Ok(()) } else { Err(&status) };
            status::encode(outcome, &metadata_of(&fields["metadata"]), u32::MAX, &mut payload);
        }
        "WINDOW" => payload.extend(number::<u32>(fields, "granted").to_le_bytes()),
        "PING" => payload.extend(bytes(text(fields, "bytes"))),
        "GOODBYE" => {
            payload.push(number(fields, "reason"));
            payload.extend(text(fields, "text").bytes());
        }
        "CANCEL" | "MESSAGE" => {}
        kind => panic!("{kind} is held elsewhere"),
    }
    if let Some(part) = fields.get("part").and_then(Value::as_str) {
        payload.extend(bytes(part));
    }
    for message in fields.get("messages").and_then(Value::as_array).into_iter().flatten() {
        let message = bytes(message.as_str().unwrap());
        payload.extend(u32::try_from(message.len()).unwrap().to_le_bytes());
        payload.extend(message);
    }
    payload
}

#[test]
fn every_frame_is_read_and_written() {
    let mut seen = 0;
    for vector in list(&FILE, "frames") {
        let frame = only_frame(vector);
        assert_eq!(vector["call"], frame.call, "{vector}");
        let kind = text(vector, "kind");
        if matches!(frame.kind, Kind::Hello | Kind::Methods | Kind::Extension) {
            continue;
        }
        seen += 1;
        assert_eq!(said(&frame), vector["fields"], "{vector}");
        let mut outbox = Outbox::default();
        outbox.frame(frame.kind, frame.flags.0, frame.call, &written(kind, &vector["fields"]));
        assert_eq!(hex(outbox.first()), hex(&bytes(text(vector, "hex"))), "{vector}");
    }
    assert!(seen >= 27, "{seen}");
}

#[test]
fn every_hello_is_read_and_written() {
    let mut seen = 0;
    for vector in list(&FILE, "frames").iter().filter(|vector| vector["kind"] == "HELLO") {
        let frame = only_frame(vector);
        let settings = settings_of(&vector["fields"]["settings"]);
        assert_eq!(Settings::decode(&frame.payload), Ok(settings));
        let mut payload = Vec::new();
        settings.encode(&mut payload);
        assert!(frame.payload.starts_with(&payload), "{vector}");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn every_conversation_is_held_by_both_sides() {
    assert!(list(&FILE, "conversations").len() >= 22);
    for conversation in list(&FILE, "conversations") {
        for role in [Role::Host, Role::Plugin] {
            let mut driven = Driven::new(role);
            let all = list(conversation, "steps");
            for (number, step) in all.iter().enumerate() {
                let found = driven.step(step, all.get(number + 1..).unwrap(), true);
                assert_eq!(found, Ok(()), "{role:?}: {step} of {conversation}");
            }
            driven.assert_said(text(conversation, "name"));
        }
    }
}

#[test]
fn every_violation_is_found() {
    let (mut seen, mut missed) = (0, Vec::new());
    for vector in list(&FILE, "violations").iter().filter(|vector| vector["opening"] != true) {
        let role = if vector["found_by"] == "host" { Role::Host } else { Role::Plugin };
        let mut driven = Driven::new(role);
        let before = list(vector, "before");
        for (number, step) in before.iter().enumerate() {
            assert_eq!(driven.step(step, before.get(number + 1..).unwrap(), false), Ok(()), "{vector}");
        }
        let wrong = bytes(text(vector, "hex"));
        // Of a frame that is too long only the header is there.
        let found = match Frame::next(&mut BytesMut::from(&wrong[..]), settings().frame_bytes_max) {
            Err(violation) => Err(violation),
            Ok(frame) => driven.receive(&frame.unwrap()),
        };
        missed.extend(is_missed(&found, vector));
        seen += 1;
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(seen >= 57, "{seen}");
}

/// What was found instead of the violation of a vector; nothing if it was found.
fn is_missed(found: &Result<(), Violation>, vector: &'static Value) -> Option<String> {
    let name = text(vector, "violation");
    let is_right = found.as_ref().is_err_and(|violation| format!("{violation:?}").starts_with(name));
    (!is_right).then(|| format!("{}: {found:?} and not {name}", text(vector, "name")))
}

#[test]
fn every_wrong_beginning_is_found() {
    let mut seen = 0;
    for vector in list(&FILE, "violations").iter().filter(|vector| vector["opening"] == true) {
        let all = bytes(text(vector, "hex"));
        let Some(all) = all.strip_prefix(&MAGIC) else {
            assert_eq!(vector["violation"], "Magic");
            continue;
        };
        let frames = frames(all).unwrap();
        let mut table = Table::default();
        let judge = |frame: &Frame| match frame.kind {
            Kind::Hello => Settings::decode(&frame.payload).map(drop),
            Kind::Methods => table.add(&frame.payload),
            _ => Err(frame.out_of_place("it is no HELLO")),
        };
        assert_eq!(is_missed(&frames.iter().try_for_each(judge), vector), None);
        seen += 1;
    }
    assert!(seen >= 14, "{seen}");
}

#[test]
fn the_reasons_of_a_goodbye_have_their_numbers() {
    // Nothing here says 2: there is one version.
    let reasons = [Goodbye::Orderly, Goodbye::Violation, Goodbye::Refused];
    assert_eq!(reasons.map(Goodbye::number), [0, 1, 3]);
}

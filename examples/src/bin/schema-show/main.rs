//! Prints what is made of messages for those who do not read Rust: a `.proto` file, a table of the bytes, and a module
//! for Python's `binary_protocol`.
//!
//! `schema-show proto > report.proto` prints one of the three.
#![allow(unreachable_pub, reason = "the messages are written as they stand in a crate of their own")]

mod messages;

use std::process::ExitCode;

use rpcplugin::{BinaryMessage, ProtoFile, SchemaError};

use crate::messages::{Report, Sample, StationMessage};

/// The word for each export, what it is, and the export.
type Export = (&'static str, &'static str, fn() -> Result<String, SchemaError>);

const EXPORTS: [Export; 3] = [
    ("proto", "tagged messages, for protobuf in any language", proto),
    ("layout", "a packed message, for people", layout),
    ("python", "a message family, for Python's binary_protocol", python),
];

/// Everything that the other side needs is found by itself: the enum, the `oneof`, protobuf's own timestamp.
fn proto() -> Result<String, SchemaError> {
    ProtoFile::new("weather.v1").message(Report::SCHEMA).to_proto()
}

/// With the number by which two sides see that they mean the same bytes.
fn layout() -> Result<String, SchemaError> {
    let fingerprint = Sample::SCHEMA.fingerprint().unwrap_or_default();
    Ok(format!("{}\nfingerprint: {fingerprint:016x}\n", Sample::SCHEMA.layout_table()))
}

fn python() -> Result<String, SchemaError> {
    StationMessage::SCHEMA.to_python()
}

fn main() -> ExitCode {
    let word = std::env::args().nth(1);
    let wanted: Vec<&Export> =
        EXPORTS.iter().filter(|(name, ..)| word.as_deref().is_none_or(|word| word == *name)).collect();
    if wanted.is_empty() {
        eprintln!(
            "schema-show: `{}` is no export; write proto, layout, python, or nothing for all three",
            word.unwrap_or_default()
        );
        return ExitCode::from(2);
    }
    let alone = wanted.len() == 1;
    for (name, what, export) in wanted {
        if !alone {
            println!("=== {name}: {what}\n");
        }
        match export() {
            Ok(text) if alone => print!("{text}"),
            Ok(text) => println!("{text}"),
            Err(error) => {
                eprintln!("schema-show: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

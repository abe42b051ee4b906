//! Prints what a contract knows of itself: the table of its methods, and the `.proto` file from which the other side is
//! generated in another language.
//!
//! `contract-show proto > shipments.proto` prints one of them.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

mod contract;

use std::process::ExitCode;

use rpcplugin::{SchemaError, ServiceSpec};

use crate::contract::ShipmentsClient;

/// The word for each part, what it is, and the part. What else there is to show is one more line.
type Part = (&'static str, &'static str, fn(&ServiceSpec) -> Result<String, SchemaError>);

const PARTS: [Part; 2] = [
    ("table", "the methods, as routing and interceptors know them", table),
    ("proto", "the contract for protobuf in any language", ServiceSpec::to_proto),
];

fn table(spec: &ServiceSpec) -> Result<String, SchemaError> {
    let mut text = format!("{} {} as {}\n", spec.protocol, spec.version, spec.name);
    for method in spec.methods {
        text.push_str(&format!("  {:<14} {}\n", method.kind.as_str(), method.path));
        for alias in method.aliases {
            text.push_str(&format!("  {:<14} {alias}\n", "also"));
        }
        if method.idempotent {
            text.push_str(&format!("  {:<14} it may be called again\n", ""));
        }
        if let Some(timeout) = method.timeout {
            text.push_str(&format!("  {:<14} in {timeout:?} unless the caller says otherwise\n", ""));
        }
        if let Some(bytes) = method.message_bytes_max {
            text.push_str(&format!("  {:<14} a message has at most {bytes} bytes\n", ""));
        }
    }
    Ok(text)
}

fn main() -> ExitCode {
    let word = std::env::args().nth(1);
    let wanted: Vec<&Part> =
        PARTS.iter().filter(|(name, ..)| word.as_deref().is_none_or(|word| word == *name)).collect();
    if wanted.is_empty() {
        let (word, names) = (word.unwrap_or_default(), PARTS.map(|(name, ..)| name).join(", "));
        eprintln!(
            "contract-show: `{word}` is nothing that a contract shows; write {names}, or nothing for all"
        );
        return ExitCode::from(2);
    }
    let alone = wanted.len() == 1;
    for (name, what, part) in wanted {
        if !alone {
            println!("=== {name}: {what}\n");
        }
        match part(ShipmentsClient::SPEC) {
            Ok(text) if alone => print!("{text}"),
            Ok(text) => println!("{text}"),
            Err(error) => {
                eprintln!("contract-show: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

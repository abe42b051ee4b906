//! Prints what a contract knows of itself: the table of its methods, and the `.proto` file from which the other side is
//! generated in another language; and what a host that does not know the contract learns of a running plugin and makes of it.
//!
//! `contract-show proto > shipments.proto` prints one of them. The program is its own plugin: it starts itself.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

mod contract;
mod plugin;
mod running;

use std::process::ExitCode;

use rpcplugin::{Cookie, CookieError};

use crate::contract::ShipmentsClient;

/// Why there is nothing to print.
type Failure = Box<dyn std::error::Error>;

/// The word for each part, what it is, and the part. What else there is to show is one more line.
type Part = (&'static str, &'static str, fn() -> Result<String, Failure>);

const PARTS: [Part; 4] = [
    ("table", "the methods, as routing and interceptors know them", table),
    ("proto", "the contract for protobuf in any language", || Ok(ShipmentsClient::SPEC.to_proto()?)),
    ("discover", "what a running plugin says of itself", running::discovered),
    ("call", "calls with JSON, by what the plugin has said", running::called),
];

/// Host and plugin know the same cookie: by it the second process sees that it is the plugin.
fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new(COOKIE, "a-random-text-that-both-know")
}

const COOKIE: &str = "CONTRACT_SHOW_PLUGIN";

fn table() -> Result<String, Failure> {
    let spec = ShipmentsClient::SPEC;
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

/// The plugin, until its host ends it.
fn serve() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(plugin::run(cookie()?))
}

fn main() -> ExitCode {
    if std::env::var_os(COOKIE).is_some() {
        return match serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("contract-show: {error}");
                ExitCode::FAILURE
            }
        };
    }
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
        match part() {
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

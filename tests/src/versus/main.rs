//! The head-to-head with go-plugin: the same misfortunes for its host and for ours, and what becomes of them.
//!
//! `versus-go [--quick] [--only B3,B7]` prints a table of what it measured. It fails where our host did not do what it promises;
//! what go-plugin does is only told. Each host is used as its makers ship it: nothing is set that a program need not set, but
//! for TLS, which ours does without where a shell plays the plugin, and for the supervisor that brings it back.
//!
//! The program starts itself again as our host (`versus-go host`) and as our plugin (`versus-go plugin`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot be measured has no result: the run ends there"
)]

mod driver;
mod host;
mod many;
mod observe;
mod scenario;
mod sides;
mod table;

use std::process::ExitCode;

use rpcplugin::PluginServer;
use rpcplugin_tests::kv::{KvServer, MemoryStore};

use crate::scenario::SCENARIOS;
use crate::sides::Side;
use crate::table::Table;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((role, [])) if role == sides::PLUGIN => plugin(),
        Some((role, rest)) if role == sides::HOST => host::run(rest),
        _ => compare(&arguments),
    }
}

#[tokio::main]
async fn plugin() -> ExitCode {
    let server = PluginServer::new(rpcplugin_tests::cookie());
    let store = MemoryStore::new(Some(server.stdio()));
    match server.service(KvServer::new(store)).serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What is run.
#[derive(Default)]
struct Options {
    /// Less often what is done many times.
    quick: bool,
    /// The names of scenarios; all of them where there are none.
    only: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--only" => options.only = rest.next()?.split(',').map(str::to_owned).collect(),
                _ => return None,
            }
        }
        let known = |name: &String| SCENARIOS.iter().any(|scenario| scenario.name == name);
        options.only.iter().all(known).then_some(options)
    }
}

fn compare(arguments: &[String]) -> ExitCode {
    let Some(options) = Options::parse(arguments) else {
        eprintln!("usage: versus-go [--quick] [--only B1,B2,..]");
        return ExitCode::from(2);
    };
    let sides = Side::all();
    let mut table = Table::new(&sides);
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    for scenario in SCENARIOS.iter().filter(|scenario| wanted(scenario.name)) {
        let found: Vec<_> = sides.iter().map(|side| scenario.run(side, options.quick)).collect();
        table.add(scenario, &found);
    }
    table.print();
    match table.broken() {
        [] => ExitCode::SUCCESS,
        broken => {
            eprintln!("\n*** not as promised: {} ***", broken.join(", "));
            ExitCode::FAILURE
        }
    }
}

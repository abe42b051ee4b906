//! Plugins and hosts are killed at many moments, and nothing is ever left: no process, no zombie, no socket, no descriptor,
//! no thread, no task, and no call that nobody answers. `RPCPLUGIN_KILLS=1000` kills a thousand of each.

use std::path::Path;
use std::process::Command;

use crate::broker::broker_plugin;
use crate::interop_go::programs;
use crate::orphans::{path_with, wait_until_nobody_bears};
use crate::support::say;

/// How many are killed: as many as the environment says, or few.
pub(crate) fn kills(few: u64) -> u64 {
    std::env::var("RPCPLUGIN_KILLS")
        .map_or(few, |number| number.parse().expect("a number in RPCPLUGIN_KILLS"))
}

/// Has plugins killed, and whoever kills them look at what is left.
fn nothing_is_left(program: &Path, number: u64, what: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let seed = std::env::var("RPCPLUGIN_SEED").unwrap_or_else(|_| "1".to_owned());
    let run = Command::new(env!("CARGO_BIN_EXE_killer"))
        .arg(program)
        .args([number.to_string(), seed.clone()])
        .args(what)
        .env("TMPDIR", directory.path())
        .env("PATH", path_with(directory.path()))
        .env("KV_INTEROP_COOKIE", "c0ffee5eed")
        .output()
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "seed {seed}: {}\n{said}\n{errors}", run.status);
    assert!(said.contains("nothing was left"), "{said}");
    // Its guard ends a moment behind it.
    wait_until_nobody_bears(&directory.path().display().to_string());
    say(&format!("\n{said}"));
}

#[test]
fn a_plugin_may_be_killed_at_any_moment_and_leaves_nothing() {
    nothing_is_left(Path::new(env!("CARGO_BIN_EXE_mortal_plugin")), kills(80), &[]);
}

#[test]
fn a_plugin_may_be_killed_while_each_side_calls_the_other_by_the_broker() {
    nothing_is_left(&broker_plugin(), kills(40), &["broker"]);
}

#[test]
fn a_go_plugin_may_be_killed_at_any_moment_and_leaves_nothing() {
    let Some(programs) = programs() else { return };
    nothing_is_left(&programs.join("kv-plugin"), kills(20), &["kv", "foreign"]);
}

#[test]
fn a_go_plugin_may_be_killed_while_each_side_calls_the_other_by_the_broker() {
    let Some(programs) = programs() else { return };
    nothing_is_left(&programs.join("broker-plugin"), kills(20), &["broker", "foreign"]);
}

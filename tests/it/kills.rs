//! Plugins and hosts are killed at many moments, and nothing is ever left: no process, no zombie, no socket, no descriptor,
//! no thread, no task, and no call that nobody answers. `RPCPLUGIN_KILLS=1000` kills a thousand of each.

use std::process::Command;

use crate::support::say;

/// How many are killed: as many as the environment says, or few.
pub(crate) fn kills(few: u64) -> u64 {
    std::env::var("RPCPLUGIN_KILLS")
        .map_or(few, |number| number.parse().expect("a number in RPCPLUGIN_KILLS"))
}

#[test]
fn a_plugin_may_be_killed_at_any_moment_and_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let seed = std::env::var("RPCPLUGIN_SEED").unwrap_or_else(|_| "1".to_owned());
    let number = kills(80).to_string();
    let run = Command::new(env!("CARGO_BIN_EXE_killer"))
        .args([env!("CARGO_BIN_EXE_mortal_plugin"), &number, &seed])
        .env("TMPDIR", directory.path())
        .env("KV_INTEROP_COOKIE", "c0ffee5eed")
        .output()
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "seed {seed}: {}\n{said}\n{errors}", run.status);
    assert!(said.contains("nothing was left"), "{said}");
    say(&format!("\n{said}"));
}

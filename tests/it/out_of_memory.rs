//! A plugin that uses up its memory, in a control group that really has a limit.

use std::process::{Command, Stdio};

use crate::support::skipped;

#[test]
fn a_plugin_that_the_system_kills_for_its_memory_is_said_to_be_out_of_it() {
    let directory = tempfile::tempdir().unwrap();
    // A host of its own: its plugin is born into the group, and nobody else's must be.
    let mut host = Command::new(env!("CARGO_BIN_EXE_soak"));
    host.args(["--minutes", "0", "--plugins", "2"]).env("TMPDIR", directory.path()).stdin(Stdio::null());
    let output = host.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    if said.contains("NO CONTROL GROUP") {
        // Where there must be one, the program has failed.
        return skipped("no control group can be made here");
    }
    let line = said.lines().find(|line| line.contains("killed for its memory")).unwrap();
    assert!(line.contains("a limit of a control group") && line.ends_with("says OutOfMemory"), "{said}");
}

//! Whose standard input a plugin reads.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::support::kv_plugin;

/// What three plugins read, one after the other, of the lines that are there for their host.
fn read_by_plugins(is_inherited: bool) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("read");
    let text = format!("read line; echo \"<$line>\" >> {}; exec {}", file.display(), kv_plugin().display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_doomed_host"));
    command.args(["/bin/sh", "-c", &text]).stdin(Stdio::piped()).stdout(Stdio::piped());
    if is_inherited {
        command.env("RPCPLUGIN_TEST_STDIN", "1");
    }
    let mut host = command.spawn().unwrap();
    host.stdin.take().unwrap().write_all(b"one\ntwo\nthree\n").unwrap();
    let mut line = String::new();
    BufReader::new(host.stdout.take().unwrap()).read_line(&mut line).unwrap();
    host.kill().unwrap();
    host.wait().unwrap();
    assert_eq!(line, "started\n");
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn a_plugin_does_not_eat_what_is_meant_for_its_host_unless_it_is_given_it() {
    assert_eq!(read_by_plugins(false), "<>\n<>\n<>\n");
    assert_eq!(read_by_plugins(true), "<one>\n<two>\n<three>\n");
}

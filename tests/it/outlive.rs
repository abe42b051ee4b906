//! What these tests start directly, or let go of, does not outlive them, not even where somebody kills the tests.

use std::fs::{File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rpcplugin_tests::processes::{command, with_variable};
use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::TempDir;

use crate::kills::kills;

/// What a host would hold for its plugin, for one that a test has started in the place of a host.
pub(crate) struct Lifeline {
    directory: TempDir,
    _end: File,
}

impl Lifeline {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // For plugins of other users as well: to read from it is all that they can.
        std::fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
        let path = directory.path().join("lifeline");
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH).unwrap();
        // Who opens a writing end alone waits for a reader.
        let end = File::options().read(true).write(true).open(path).unwrap();
        Self { directory, _end: end }
    }

    /// The variable by which a plugin finds it.
    pub(crate) fn variable(&self) -> (&'static str, std::path::PathBuf) {
        ("RPCPLUGIN_LIFELINE", self.directory.path().join("lifeline"))
    }
}

/// Kills what bears a mark when it is dropped, or when this process ends: for plugins that are let go of on purpose.
pub(crate) struct Reaper {
    shell: Child,
    input: Option<ChildStdin>,
}

/// A variable by which what was started is found.
pub(crate) const MARK: &str = "RPCPLUGIN_TEST_MARK";

impl Reaper {
    /// The mark is a path that nobody else has.
    pub(crate) fn of(mark: &Path) -> Self {
        // By its input: in its arguments the mark would be found as well.
        let script = r#"
            trap '' HUP INT QUIT TERM
            # Without a whole line there is no mark, and an empty one would be found in every process there is.
            read -r mark || exit 0
            [ "${mark#*=/}" != "$mark" ] || exit 0
            read -r end
            for file in $(grep -l -F -e "$mark" /proc/[0-9]*/environ); do
                process=${file#/proc/}
                process=${process%/environ}
                [ "$process" = "$$" ] || kill -s KILL "$process"
            done"#;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = command.process_group(0).spawn().unwrap();
        let mut input = shell.stdin.take().unwrap();
        writeln!(input, "{MARK}={}", mark.display()).unwrap();
        Self { shell, input: Some(input) }
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}

/// Tests that start plugins in each way that there is: without a host, by a host, by a host of its own, and to be let go of.
const TESTS: [&str; 9] = [
    "foreign_sockets::",
    "tls_attacks::plugin::",
    "private_things::",
    "detach::our_plugin",
    "detach::a_host_that",
    "detach::a_plugin_is_let_go_of",
    "broker::our_host_with_our_plugin_that_it_has_attached_to",
    "socket_group::a_member_of_the_group",
    "orphans::a_plugin_of_ours",
];

/// Some process that has this directory in its environment, by its command line.
fn left_in(directory: &Path) -> Option<String> {
    let text = directory.as_os_str().as_encoded_bytes();
    let processes = with_variable(|found| found.windows(text.len()).any(|window| window == text));
    processes.first().map(|process| command(process))
}

#[test]
fn whoever_kills_these_tests_leaves_none_of_what_they_started() {
    let number = kills(12);
    for round in 0..number {
        let directory = tempfile::tempdir().unwrap();
        // Some of the plugins are other users.
        std::fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
        let mut tests = Command::new(std::env::current_exe().unwrap());
        tests.args(TESTS).args(["--test-threads", "8"]).env("TMPDIR", directory.path());
        tests.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut tests = tests.spawn().unwrap();
        let pause = Duration::from_millis(50 + 2000 * round / number);
        std::thread::sleep(pause);
        tests.kill().unwrap();
        tests.wait().unwrap();
        let clock = Instant::now();
        while let Some(left) = left_in(directory.path()) {
            assert!(clock.elapsed() < Duration::from_secs(30), "killed after {pause:?}: {left} is left");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

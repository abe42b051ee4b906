//! A host that is killed says nothing to its plugins. They end all the same, and with them what they started.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::kills::kills;
use crate::outlive::MARK;
use crate::support::{kv_plugin, say};

/// A host, and a directory for what it makes, whose path is a value of the mark that nobody else has.
struct Host {
    process: Child,
    directory: TempDir,
}

impl Host {
    /// Starts a host of plugins with this command.
    fn start(command: &[&str]) -> Self {
        // With a space, as a user may have it.
        let directory = tempfile::Builder::new().prefix("of a host").tempdir().unwrap();
        let mut host = Command::new(env!("CARGO_BIN_EXE_doomed_host"));
        host.args(command).env(MARK, directory.path()).env("TMPDIR", directory.path());
        host.stdin(Stdio::null()).stdout(Stdio::piped());
        Self { process: host.spawn().unwrap(), directory }
    }

    /// Waits until its plugins run.
    fn wait(&mut self) {
        let mut line = String::new();
        BufReader::new(self.process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "started\n");
    }

    /// Something that is left: a process, or a file.
    fn left(&self) -> Option<String> {
        let file = || std::fs::read_dir(self.directory.path()).unwrap().next();
        marked(&self.directory.path().display().to_string())
            .or_else(|| file().map(|file| file.unwrap().path().display().to_string()))
    }

    /// Ends it as it cannot prevent, and waits until nothing is left. Says how long that took.
    fn kill(mut self, signal: Signal, moment: &str) -> Duration {
        let process = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(process, signal).unwrap();
        self.process.wait().unwrap();
        let clock = Instant::now();
        while let Some(left) = self.left() {
            assert!(clock.elapsed() < Duration::from_secs(20), "{moment}: {left} is left");
            std::thread::sleep(Duration::from_millis(5));
        }
        clock.elapsed()
    }
}

/// Kills so many hosts of these plugins, at moments from their first to that at which all plugins run, and a little later.
fn kill_while_they_start(command: &[&str], number: u64) {
    let clock = Instant::now();
    let mut host = Host::start(command);
    host.wait();
    let long = u64::try_from(clock.elapsed().as_micros()).unwrap() * 5 / 4;
    let mut slowest = host.kill(Signal::KILL, "plugins run");
    for round in 0..number {
        let pause = Duration::from_micros(long * round / number);
        let host = Host::start(command);
        std::thread::sleep(pause);
        slowest = slowest.max(host.kill(Signal::KILL, &format!("after {pause:?}")));
    }
    say(&format!("\n{number} hosts of {} killed; nothing was left after {slowest:?}\n", command.join(" ")));
}

/// Some process with this mark, by its command line.
fn marked(mark: &str) -> Option<String> {
    let variable = format!("{MARK}={mark}");
    std::fs::read_dir("/proc").unwrap().find_map(|entry| {
        let directory = entry.unwrap().path();
        // Of a process that has just ended nothing can be read, and of one that nobody has asked for it is empty.
        let environment = std::fs::read(directory.join("environ")).unwrap_or_default();
        let is_marked = environment.split(|byte| *byte == 0).any(|found| found == variable.as_bytes());
        is_marked.then(|| std::fs::read_to_string(directory.join("cmdline")).unwrap_or_default())
    })
}

/// A plugin that has started somebody.
const WITH_A_CHILD: &str = r#"sleep 600 & exec "$0""#;

#[test]
fn a_host_that_is_killed_takes_its_plugins_with_it_and_what_they_started() {
    let plugin = kv_plugin().display().to_string();
    for command in [vec![plugin.as_str()], vec!["/bin/sh", "-c", WITH_A_CHILD, &plugin]] {
        // Others may be ignored by whoever runs the tests.
        for signal in [Signal::KILL, Signal::TERM, Signal::ABORT] {
            let mut host = Host::start(&command);
            host.wait();
            assert!(marked(&host.directory.path().display().to_string()).is_some(), "nothing bears the mark");
            host.kill(signal, "plugins run");
        }
    }
}

#[test]
fn a_host_that_is_killed_while_it_starts_plugins_leaves_none() {
    kill_while_they_start(&[&kv_plugin().display().to_string()], kills(60));
}

#[test]
fn a_plugin_of_ours_sees_that_its_host_is_gone_where_nobody_else_is_left_to_end_it() {
    let mut host = Host::start(&[&kv_plugin().display().to_string()]);
    host.wait();
    let directory = host.directory.path().display().to_string();
    let guard = guard_of(host.process.id());
    // Who ends both of them in one moment: the guard has no time to do its work, and nobody to replace it.
    kill_process(guard, Signal::KILL).unwrap();
    kill_process(Pid::from_raw(i32::try_from(host.process.id()).unwrap()).unwrap(), Signal::KILL).unwrap();
    host.process.wait().unwrap();
    let clock = Instant::now();
    while let Some(left) = marked(&directory) {
        assert!(clock.elapsed() < Duration::from_secs(20), "{left} is left");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(host.left().is_some(), "the guard has removed the directories: it was not killed in time");
}

/// The process that ends the plugins of this host.
fn guard_of(host: u32) -> Pid {
    let mut children = std::fs::read_dir(format!("/proc/{host}/task")).unwrap().flat_map(|thread| {
        let children = std::fs::read_to_string(thread.unwrap().path().join("children")).unwrap_or_default();
        children.split_whitespace().map(|child| child.parse::<i32>().unwrap()).collect::<Vec<_>>()
    });
    let is_guard = |child: &i32| {
        let command = std::fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default();
        command.ends_with("\0rpcplugin-guard\0")
    };
    let guard = children.find(is_guard).expect("a host with plugins has a guard");
    Pid::from_raw(guard).unwrap()
}

/// The same with a plugin that knows nothing of us.
pub(crate) fn a_killed_host_takes_a_foreign_plugin_with_it(command: &[&str]) {
    kill_while_they_start(command, kills(20));
}

//! A host that is killed says nothing to its plugins. They end all the same, and with them what they started.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rpcplugin_tests::processes::{command, with_variable};
use rustix::fs::statfs;
use rustix::process::{Pid, Signal, getpgid, kill_process, kill_process_group};
use tempfile::TempDir;

use crate::broker::broker_plugin;
use crate::interop_go::programs;
use crate::kills::kills;
use crate::outlive::MARK;
use crate::support::{kv_plugin, say, skipped};

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
        let mut host = with_default_signals();
        host.arg(env!("CARGO_BIN_EXE_doomed_host"));
        host.args(command).env(MARK, directory.path()).env("TMPDIR", directory.path());
        host.env("PATH", path_with(directory.path())).process_group(0);
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

    /// Ends it by a signal, and waits until nothing is left. Says how long that took.
    fn kill(mut self, signal: Signal, moment: &str) -> Duration {
        let process = self.id();
        let clock = Instant::now();
        // Rust's runtime takes the first SIGSEGV and SIGBUS for an overflow of a stack, and leaves the next to the system.
        while self.process.try_wait().unwrap().is_none() {
            assert!(clock.elapsed() < Duration::from_secs(20), "{signal:?} does not end the host");
            kill_process(process, signal).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.process.wait().unwrap().signal(), Some(signal.as_raw()), "{moment}");
        self.wait_until_nothing_is_left(moment)
    }

    /// Ends it, and everybody in its process group, in one moment.
    fn kill_group(mut self, moment: &str) -> Duration {
        let process = self.id();
        assert_eq!(getpgid(Some(process)).unwrap(), process, "the group is not its own");
        kill_process_group(process, Signal::KILL).unwrap();
        self.process.wait().unwrap();
        self.wait_until_nothing_is_left(moment)
    }

    fn id(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap()
    }

    /// Whether whoever runs the tests, or Rust's runtime, has the host ignore the signal.
    fn ignores(&self, signal: Signal) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
        u64::from_str_radix(ignored, 16).unwrap() >> (signal.as_raw() - 1) & 1 == 1
    }

    fn wait_until_nothing_is_left(self, moment: &str) -> Duration {
        let clock = Instant::now();
        while let Some(left) = self.left() {
            assert!(clock.elapsed() < Duration::from_secs(20), "{moment}: {left} is left");
            std::thread::sleep(Duration::from_millis(5));
        }
        clock.elapsed()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Kills so many hosts of these plugins, at moments from their first to that at which all plugins run, and a little later.
fn kill_while_they_start(command: &[&str], number: u64) {
    kill_at_many_moments(command, number, 125);
}

/// Kills so many hosts of these plugins, at moments from their first to so many hundredths of the time that a start takes.
fn kill_at_many_moments(command: &[&str], number: u64, hundredths: u64) {
    let clock = Instant::now();
    let mut host = Host::start(command);
    host.wait();
    let long = u64::try_from(clock.elapsed().as_micros()).unwrap() * hundredths / 100;
    let mut slowest = host.kill(Signal::KILL, "plugins run");
    for round in 0..number {
        let pause = Duration::from_micros(long * round / number);
        let host = Host::start(command);
        std::thread::sleep(pause);
        slowest = slowest.max(host.kill(Signal::KILL, &format!("after {pause:?}")));
    }
    say(&format!("\n{number} hosts of {} killed; nothing was left after {slowest:?}\n", command.join(" ")));
}

/// What starts a program with signals as the system has them, whoever runs the tests: under `nohup` some are ignored.
fn with_default_signals() -> Command {
    let mut env = Command::new("env");
    let is_known = Command::new("env").args(["--default-signal", "true"]).output();
    if is_known.is_ok_and(|output| output.status.success()) {
        env.arg("--default-signal");
    }
    env
}

/// The directories for programs, and behind them one that is the mark of whoever has it. The guard of a host is given no other
/// variable.
pub(crate) fn path_with(mark: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::env::split_paths(&path).chain([mark.to_owned()])).unwrap()
}

/// Some process with this mark, by its command line.
pub(crate) fn marked(mark: &str) -> Option<String> {
    assert!(mark.starts_with('/'), "no mark: {mark}");
    let (variable, end) = (format!("{MARK}={mark}"), format!(":{mark}"));
    let processes = with_variable(|found| {
        found == variable.as_bytes() || found.starts_with(b"PATH=") && found.ends_with(end.as_bytes())
    });
    processes.first().map(|process| command(process))
}

/// Waits until nobody bears this mark.
pub(crate) fn wait_until_nobody_bears(mark: &str) {
    let clock = Instant::now();
    while let Some(left) = marked(mark) {
        assert!(clock.elapsed() < Duration::from_secs(20), "{left} is left");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A plugin that has started somebody.
const WITH_A_CHILD: &str = r#"sleep 600 & exec "$0""#;

#[test]
fn a_host_that_is_killed_takes_its_plugins_with_it_and_what_they_started() {
    let plugin = kv_plugin().display().to_string();
    for command in [vec![plugin.as_str()], vec!["/bin/sh", "-c", WITH_A_CHILD, &plugin]] {
        for signal in [Signal::KILL, Signal::TERM, Signal::ABORT] {
            host_with_plugins(&command).kill(signal, "plugins run");
        }
        host_with_plugins(&command).kill_group("plugins run");
    }
}

#[test]
fn a_host_takes_its_plugins_with_it_by_whatever_signal_it_ends() {
    let plugin = kv_plugin().display().to_string();
    // Not SIGPIPE: Rust's runtime has every program ignore it.
    for signal in [
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::SEGV,
        Signal::BUS,
        Signal::ILL,
        Signal::FPE,
        Signal::TRAP,
        Signal::SYS,
        Signal::ALARM,
        Signal::VTALARM,
        Signal::XCPU,
        Signal::USR1,
        Signal::USR2,
    ] {
        let host = host_with_plugins(&[&plugin]);
        if host.ignores(signal) {
            skipped(&format!("the host ignores {signal:?}, and does not end by it"));
            continue;
        }
        host.kill(signal, &format!("{signal:?}"));
    }
}

/// A host whose plugins run, and are found by its mark, as is its guard.
fn host_with_plugins(command: &[&str]) -> Host {
    let mut host = Host::start(command);
    host.wait();
    let mark = host.directory.path().display().to_string();
    assert!(marked(&mark).is_some(), "nothing bears the mark");
    let guard = guard_of(host.process.id()).as_raw_nonzero();
    let environment = std::fs::read_to_string(format!("/proc/{guard}/environ")).unwrap();
    assert!(
        environment.trim_end_matches('\0').ends_with(&mark),
        "the guard does not bear the mark: {environment}"
    );
    host
}

#[test]
fn a_host_that_is_killed_while_it_starts_plugins_leaves_none() {
    kill_while_they_start(&[&kv_plugin().display().to_string()], kills(60));
}

/// Kills hosts that start two kinds of plugins, call and are called by the broker of the one, and start the other again and again.
fn kill_while_they_work(desk: &Path, number: u64) {
    let (desk, supervised) = (desk.display().to_string(), env!("CARGO_BIN_EXE_supervised_plugin"));
    // A third of them dies before the work begins.
    kill_at_many_moments(&["--at-work", &desk, supervised], number, 300);
}

#[test]
fn a_host_that_is_killed_in_the_middle_of_its_work_leaves_nothing() {
    kill_while_they_work(&broker_plugin(), kills(20));
}

#[test]
fn a_host_that_is_killed_while_it_brokers_with_a_go_plugin_leaves_nothing() {
    let Some(programs) = programs() else { return };
    kill_while_they_work(&programs.join("broker-plugin"), kills(12));
}

#[test]
fn a_plugin_of_ours_sees_that_its_host_is_gone_where_nobody_else_is_left_to_end_it() {
    let mut host = Host::start(&[&kv_plugin().display().to_string()]);
    host.wait();
    let directory = host.directory.path().display().to_string();
    let guard = guard_of(host.process.id());
    let process = host.id();
    // Who ends both of them in one moment: the guard has no time to do its work, and nobody to replace it.
    kill_process(guard, Signal::KILL).unwrap();
    kill_process(process, Signal::KILL).unwrap();
    host.process.wait().unwrap();
    wait_until_nobody_bears(&directory);
    assert!(host.left().is_some(), "the guard has removed the directories: it was not killed in time");
    if !is_of_this_machine(host.directory.path()) {
        return skipped("the directory for temporary files is on no file system of one machine");
    }
    // The next host of this user finds them, and leaves its own where they are.
    let mut next = Command::new(env!("CARGO_BIN_EXE_doomed_host"));
    next.arg(kv_plugin()).env(MARK, host.directory.path()).env("TMPDIR", host.directory.path());
    let before: Vec<_> = entries(host.directory.path());
    host.process = next.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    host.wait();
    let clock = Instant::now();
    while let Some(left) = before.iter().find(|left| left.exists()) {
        assert!(clock.elapsed() < Duration::from_secs(20), "{} is left", left.display());
        std::thread::sleep(Duration::from_millis(5));
    }
    // Its plugins are there, and so is what they are reached by.
    assert!(!entries(host.directory.path()).is_empty() && marked(&directory).is_some());
    host.kill(Signal::KILL, "the next host has its plugins");
}

/// Whether it is on a file system that no other machine shares: there alone a host may say of a directory that nobody has it.
fn is_of_this_machine(directory: &Path) -> bool {
    // ext, XFS, Btrfs, tmpfs and overlays.
    let kinds = [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630];
    u64::try_from(statfs(directory).unwrap().f_type).is_ok_and(|kind| kinds.contains(&kind))
}

fn entries(directory: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
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

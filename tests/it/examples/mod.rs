//! The examples, run as their READMEs say: each command there is run by a shell in the project's directory, and must end,
//! print what stands below it, and leave nothing.

mod authenticated;
mod chat;
mod file_transfer;
mod kv;
mod legacy_bridge;
mod lines;
mod market_data;
mod monitored_pool;
mod multi_service;
mod sensor_feed;
mod shows;
mod versioned_api;

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

use rpcplugin_tests::processes::with_variable;
use tokio::process::Command;

use crate::group::Grouped;
use crate::root;

/// What has not ended by then hangs.
pub(crate) const COMMAND_TIMEOUT: Duration = Duration::from_secs(120);

/// What is to end with its host is gone by then.
pub(crate) const LEFT_TIMEOUT: Duration = Duration::from_secs(20);

/// A command of a README, and what it prints.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) command: String,
    pub(crate) prints: Vec<String>,
}

/// The commands in the README of an example: the lines of its blocks that begin with `$ `, and those below each of them.
pub(crate) fn shown(example: &str) -> Vec<Shown> {
    let path = root().join("examples").join(example).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let shown = shown_in(&text);
    assert!(!shown.is_empty(), "{} shows no command: a line that begins with `$ `", path.display());
    for Shown { command, .. } in &shown {
        assert!(!moves_away(command), "{}: put `{command}` in parentheses", path.display());
    }
    shown
}

/// Whether a command leaves the shell of a user in another directory, where those behind it mean something else. Here each has
/// a shell of its own, and nobody would notice.
fn moves_away(command: &str) -> bool {
    let mut parts = command.split(['&', ';', '|']).map(str::trim_start);
    parts.any(|part| ["cd", "pushd"].iter().any(|word| part.split_whitespace().next() == Some(*word)))
}

/// Where cargo puts programs, wherever that is on this machine.
pub(crate) fn built() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("debug")
}

fn shown_in(readme: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    // What is between the fences is every second part.
    for block in readme.split("```").skip(1).step_by(2) {
        let mut is_below_a_command = false;
        for line in block.lines().skip(1) {
            if let Some(command) = line.strip_prefix("$ ") {
                shown.push(Shown { command: command.to_owned(), prints: Vec::new() });
                is_below_a_command = true;
            } else if is_below_a_command && !line.is_empty() {
                shown.last_mut().expect("a command is above").prints.push(line.to_owned());
            }
        }
    }
    shown
}

impl Shown {
    /// Another name for something in the command: where a test has what a user would have built elsewhere.
    pub(crate) fn with(mut self, written: &str, meant: &Path) -> Self {
        self.command = self.command.replace(written, &meant.display().to_string());
        self
    }

    /// Runs the command, and holds what it prints against the README: what it printed. Where that shows nothing, the command
    /// need only succeed.
    pub(crate) async fn holds(&self) -> String {
        let (output, errors) = self.run().await;
        if !self.prints.is_empty()
            && let Some(difference) = lines::difference(&self.prints, &output, &errors)
        {
            panic!("`{}` {difference}\n{output}{errors}", self.command);
        }
        output
    }

    /// Runs the command to its end: what it printed. Its processes and their directories are gone by then.
    pub(crate) async fn printed(&self) -> String {
        self.run().await.0
    }

    /// The same with its standard error.
    async fn run(&self) -> (String, String) {
        // By this directory everything that the command started is known: a host hands the variable on to its plugin.
        let directory = tempfile::tempdir().unwrap();
        let mut running = Running::start(&self.command, directory.path());
        let printed = running.end_with_errors(COMMAND_TIMEOUT).await;
        leaves_nothing(directory.path(), LEFT_TIMEOUT).await;
        printed
    }
}

/// A command that has been started. Where its end is not waited for, all of its process group is killed.
pub(crate) struct Running {
    command: String,
    child: Grouped,
}

impl Running {
    /// Starts a command in the project's directory, with another one for its temporary files. The programs of all examples are
    /// built by then: how long that takes says nothing about them.
    pub(crate) fn start(command: &str, temporary: &Path) -> Self {
        build_all();
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(root()).env("TMPDIR", temporary);
        Self { command: command.to_owned(), child: Grouped::start(&mut shell) }
    }

    /// Waits for its end, which must be a success: what it printed.
    pub(crate) async fn end(&mut self) -> String {
        self.end_within(COMMAND_TIMEOUT).await
    }

    /// The same with another limit, for what has much to do.
    pub(crate) async fn end_within(&mut self, limit: Duration) -> String {
        self.end_with_errors(limit).await.0
    }

    /// The same with what it wrote to its standard error.
    async fn end_with_errors(&mut self, limit: Duration) -> (String, String) {
        let command = &self.command;
        let output = self.child.end(limit).await.unwrap_or_else(|| panic!("`{command}` does not end"));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "`{command}` ends with {}\n{printed}{errors}", output.status);
        (printed, errors)
    }
}

/// Builds every program of the examples, once: a build waits for those that others run, and a command would wait with it.
pub(crate) fn build_all() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let manifest = std::fs::read_to_string(root().join("examples/Cargo.toml")).unwrap();
        let names = manifest.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        let programs = names.filter(|name| *name != "rpcplugin-examples");
        let mut build = std::process::Command::new("cargo");
        build.arg("build").current_dir(root()).args(programs.flat_map(|name| ["--bin", name]));
        let output = build.output().unwrap();
        assert!(output.status.success(), "{build:?}: {}", String::from_utf8_lossy(&output.stderr));
    });
}

/// Waits until no process has this directory for its temporary files, and nothing is in it.
pub(crate) async fn leaves_nothing(directory: &Path, within: Duration) {
    let clock = Instant::now();
    loop {
        let processes = processes_of(directory);
        let files: Vec<_> =
            std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        if processes.is_empty() && files.is_empty() {
            return;
        }
        assert!(clock.elapsed() < within, "left are the processes {processes:?} and the files {files:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The processes that have this directory for their temporary files.
pub(crate) fn processes_of(directory: &Path) -> Vec<String> {
    let variable = format!("TMPDIR={}", directory.display());
    let processes = with_variable(|found| found == variable.as_bytes());
    processes.iter().map(|process| process.display().to_string()).collect()
}

#[test]
fn the_table_of_the_examples_names_each_of_them() {
    let examples = root().join("examples");
    let table = std::fs::read_to_string(examples.join("README.md")).unwrap();
    let (mut count, manifest) = (0, std::fs::read_to_string(examples.join("Cargo.toml")).unwrap());
    for entry in std::fs::read_dir(&examples).unwrap() {
        let directory = entry.unwrap().path();
        if directory.join("README.md").exists() {
            let name = directory.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                table.contains(&format!("| [{name}]({name}) | ")),
                "examples/README.md has no row for {name}"
            );
            count += 1;
        }
    }
    for line in manifest.lines().filter(|line| line.starts_with("path = \"src/bin/")) {
        let name = line.split('/').nth(2).unwrap();
        assert!(table.contains(&format!("(src/bin/{name}) | ")), "examples/README.md has no row for {name}");
        count += 1;
    }
    let rows = table.lines().filter(|line| line.starts_with("| [")).count();
    assert_eq!(rows, count, "examples/README.md has rows for what is not there");
}

#[test]
fn what_a_readme_shows_is_read() {
    let readme =
        "# A\n```text\n$ run it --all\nn lines\n\nmore\n$ and this\n```\nand\n```rust\nlet a = 1;\n```\n";
    let all =
        Shown { command: "run it --all".to_owned(), prints: vec!["n lines".to_owned(), "more".to_owned()] };
    let this = Shown { command: "and this".to_owned(), prints: Vec::new() };
    assert_eq!(shown_in(readme), [all, this]);
}

#[test]
fn a_command_that_leaves_its_user_elsewhere_is_noticed() {
    for command in ["cd demo && ls | tail -n 3", "cd demo", "ls && cd demo", "ls; pushd demo"] {
        assert!(moves_away(command), "{command}");
    }
    for command in ["(cd demo && ls) | tail -n 3", "ls && (cd demo; ls)", "echo cd", "cdrecord demo"] {
        assert!(!moves_away(command), "{command}");
    }
}

#[tokio::test]
async fn a_command_that_prints_something_else_or_fails_is_noticed() {
    let holds = |command: &str, prints: &str| {
        let shown = Shown { command: command.to_owned(), prints: vec![prints.to_owned()] };
        async move { tokio::spawn(async move { shown.holds().await }).await.is_ok() }
    };
    assert!(holds("echo 3 lines", "n lines").await);
    assert!(!holds("echo lines", "n lines").await);
    assert!(!holds("echo 3 lines; echo more", "n lines").await);
    assert!(!holds("echo 3 lines; exit 1", "n lines").await);
    // The log of a plugin may be on either output.
    assert!(holds("echo a plugin=p >&2", "a plugin=p").await);
    assert!(!holds("echo 3 lines; echo a plugin=p >&2", "n lines").await);
}

#[tokio::test]
async fn a_process_or_a_file_that_is_left_is_noticed() {
    for command in ["touch $TMPDIR/socket", "sleep 60 >/dev/null 2>&1 &"] {
        let left = tokio::spawn(async move {
            let directory = tempfile::tempdir().unwrap();
            let mut running = Running::start(command, directory.path());
            running.end().await;
            leaves_nothing(directory.path(), Duration::ZERO).await;
        });
        assert!(left.await.is_err(), "{command}");
    }
}

//! Runs a host through its steps and reads what became of each.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::observe::marked;
use crate::sides::Side;

/// After what time a host says that a step hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// After what time the host itself hangs: it had to say so of the step.
const HOST_PATIENCE: Duration = Duration::from_secs(900);

/// What a host is told to do.
#[derive(Default)]
pub(crate) struct Orders<'a> {
    /// The steps, with commas between them.
    pub(crate) steps: &'a str,
    /// The plugin, where it is not the side's own.
    pub(crate) plugin: Option<Vec<String>>,
    pub(crate) count: Option<u32>,
    /// SHA-256, in hexadecimal digits.
    pub(crate) checksum: Option<String>,
    /// Whether our host does without TLS, as go-plugin's does unless it is told otherwise.
    pub(crate) plaintext: bool,
    /// A shell's words before the host's program.
    pub(crate) before: &'a str,
    pub(crate) environment: Option<(&'a str, &'a str)>,
}

/// A directory in which all happens. What is left is ended and removed with it.
pub(crate) struct Place {
    directory: TempDir,
    /// Where temporary files of the host and its plugins belong.
    pub(crate) temporary: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("versus-").tempdir().unwrap();
        let temporary = directory.path().join("tmp");
        std::fs::create_dir(&temporary).unwrap();
        // As the directory for temporary files is everywhere.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
        std::fs::set_permissions(&temporary, mode).unwrap();
        Self { directory, temporary }
    }

    /// A file beside the temporary ones.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Starts the host of a side.
    pub(crate) fn start(&self, side: &Side, orders: Orders<'_>) -> Host {
        // In the place of the shell, whose id it keeps.
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("{}\nexec \"$@\"", orders.before)).arg("sh").args(&side.host);
        command.args(["-do", orders.steps, "-patience", &format!("{}s", PATIENCE.as_secs())]);
        if let Some(count) = orders.count {
            command.args(["-count", &count.to_string()]);
        }
        if let Some(checksum) = orders.checksum {
            command.args(["-checksum", &checksum]);
        }
        if orders.plaintext && side.is_ours {
            command.arg("-plaintext");
        }
        command.args(orders.plugin.as_ref().unwrap_or(&side.plugin));
        command.env("TMPDIR", &self.temporary).envs(orders.environment);
        // A shell that reads a half exchanged program as its own text makes files with any name where it is.
        command.current_dir(self.directory.path());
        let said = self.file("stderr");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(File::create(&said).unwrap());
        let mut process = command.spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Host { _stdin: process.stdin.take().unwrap(), process, lines, said }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What a host left behind, with the directory that no other process was given.
        for id in marked(&self.temporary) {
            crate::observe::kill(id);
        }
    }
}

/// A host at work. It is killed when it is dropped.
pub(crate) struct Host {
    process: Child,
    lines: Receiver<String>,
    /// It waits for its end.
    _stdin: ChildStdin,
    /// The file with what it wrote to standard error.
    said: PathBuf,
}

/// What became of a step.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) outcome: Outcome,
    pub(crate) seconds: f64,
    /// The error's text.
    pub(crate) detail: String,
    facts: Value,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Failed,
    Hung,
    /// The host's own process ended.
    Crashed,
}

impl Taken {
    /// A number that the step found out.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.facts.get(name)?.as_u64()
    }

    /// A time that the step found out, in seconds.
    pub(crate) fn time(&self, name: &str) -> Option<f64> {
        self.facts.get(name)?.as_f64()
    }

    /// The times that a step has summed up: half of them, 99 of a hundred, and the slowest.
    pub(crate) fn times(&self) -> Option<[f64; 3]> {
        let times = self.facts.get("times")?;
        let [half, most, slowest] = ["half", "most", "slowest"].map(|name| times.get(name)?.as_f64());
        Some([half?, most?, slowest?])
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.facts.get(name)?.as_str()
    }
}

impl Host {
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for the host to have taken a step.
    pub(crate) fn step(&mut self, name: &str) -> Taken {
        let line = match self.lines.recv_timeout(HOST_PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return self.crashed(),
            Err(RecvTimeoutError::Timeout) => panic!("the host says nothing about `{name}`"),
        };
        let value: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        assert_eq!(text("step"), name, "{line}");
        let outcome = match text("outcome").as_str() {
            "done" => Outcome::Done,
            "failed" => Outcome::Failed,
            "hung" => Outcome::Hung,
            other => panic!("no outcome: {other}"),
        };
        let seconds = value.get("seconds").and_then(Value::as_f64).unwrap_or_default();
        let facts = value.get("facts").cloned().unwrap_or_default();
        Taken { outcome, seconds, detail: text("detail"), facts }
    }

    fn crashed(&mut self) -> Taken {
        let status = self.process.wait().unwrap();
        let said = std::fs::read_to_string(&self.said).unwrap_or_default();
        // What either language writes when it panics, and else the last words.
        let panic = said.lines().find(|line| line.starts_with("panic: ") || line.contains("panicked at"));
        let words = panic.or(said.lines().last()).unwrap_or_default();
        let detail = format!("{status}: {words}");
        Taken { outcome: Outcome::Crashed, seconds: 0.0, detail, facts: Value::Null }
    }

    /// Ends it as it cannot prevent.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // A host that has ended already is ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

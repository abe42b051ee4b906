//! The Python that runs the peers: a virtual environment of the tests' own, and what is said to its programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::interop::{answers, build, built, sources};
use crate::support::absent;

/// A program that has not said its next line by then hangs.
const LINE_TIMEOUT: Duration = Duration::from_secs(60);

/// What runs the Python programs.
#[derive(Clone)]
pub(crate) struct Python {
    pub(crate) interpreter: PathBuf,
    /// The modules that are generated from the contract.
    pub(crate) modules: PathBuf,
}

impl Python {
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        sources().join("python").join(name)
    }

    /// One of the programs, without arguments.
    pub(crate) fn command(&self, name: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.interpreter);
        command
            .env("PYTHONPATH", &self.modules)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Lines are UTF-8, whatever the machine's language.
            .env("PYTHONUTF8", "1")
            .arg(self.program(name))
            .kill_on_drop(true);
        command
    }
}

/// The interpreter with the packages; `None` where there is no Python that is new enough.
pub(crate) fn python() -> Option<Python> {
    static PYTHON: OnceLock<Option<Python>> = OnceLock::new();
    let python = PYTHON.get_or_init(|| new_enough().map(|system| environment(&system)));
    if python.is_none() {
        absent("Python 3.11 or later");
    }
    python.clone()
}

fn new_enough() -> Option<String> {
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    let works = |name: &str| {
        Command::new(name).args(["-c", check]).output().is_ok_and(|output| output.status.success())
    };
    let names = ["python3", "python3.13", "python3.12", "python3.11"];
    names.into_iter().find(|name| answers(name, "--version") && works(name)).map(str::to_owned)
}

/// Makes the virtual environment, or takes the one of an earlier run if its requirements are the same.
fn environment(system: &str) -> Python {
    let directory = built("python");
    let requirements = sources().join("python/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements).unwrap();
    let done = directory.join("installed.txt");
    let interpreter = directory.join("venv/bin/python");
    if std::fs::read_to_string(&done).unwrap_or_default() != wanted || !interpreter.exists() {
        build(Command::new(system).args(["-m", "venv", "--clear"]).arg(directory.join("venv")));
        build(Command::new(&interpreter).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements));
        std::fs::write(&done, wanted).unwrap();
    }
    let modules = directory.join("modules");
    std::fs::create_dir_all(&modules).unwrap();
    build(Command::new(&interpreter).arg(sources().join("python/generate.py")).arg(&modules));
    Python { interpreter, modules }
}

/// A program that says lines, and is told some. It is killed when this is dropped.
pub(crate) struct LinePeer {
    name: String,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl LinePeer {
    pub(crate) fn start(mut command: tokio::process::Command) -> Self {
        let name = format!("{:?}", command.as_std());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { name, input, output: BufReader::new(output).lines(), _child: child }
    }

    /// The next line that the program says.
    pub(crate) async fn line(&mut self) -> String {
        let line = tokio::time::timeout(LINE_TIMEOUT, self.output.next_line()).await;
        let line = line.unwrap_or_else(|_| panic!("{} says nothing", self.name)).unwrap();
        line.unwrap_or_else(|| panic!("{} has ended", self.name))
    }

    /// Says a line, and reads the JSON that answers it.
    pub(crate) async fn ask(&mut self, line: &str) -> Value {
        let line = format!("{line}\n");
        let written = self.input.write_all(line.as_bytes());
        tokio::time::timeout(LINE_TIMEOUT, written).await.expect("the program reads").unwrap();
        serde_json::from_str(&self.line().await).unwrap()
    }
}

/// A file for a program to read. It is removed when the directory is dropped.
pub(crate) fn file(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Bytes as the programs write them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that the programs wrote.
pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).expect("a digit")).collect();
    assert_eq!(digits.len() % 2, 0, "half a byte in {text}");
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).unwrap())
        .collect()
}

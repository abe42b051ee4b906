use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use super::early_end::Ended;
use super::{Checksum, EarlyEnd, SpawnCause};
use crate::contract::Status;
use crate::handshake::HandshakeError;
use crate::limits::{REAP_TIMEOUT, RUNNER_DIAGNOSIS_CHARACTERS_MAX};
use crate::quote::{printable, quote};
use crate::transport::{Address, TransportError};

#[cfg(all(test, unix))]
mod tests;

/// Why a plugin could not be started. The process, if there was one, was killed, and is gone when the error is there.
///
/// Who has not ended a second behind the kill, as in an uninterruptible sleep or behind a runner that takes its time, is not
/// waited for any longer: the error says so ([`Diagnosis::outlived_kill`]), and so does the log. It is waited for in the
/// background, and reaped when it has ended.
///
/// Its `Debug` is its text, so that a `main` that returns it says what is wrong.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The operating system did not start the program.
    #[error("failed to start {}: {cause} ({source})", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What stands in the way, and what to do about it.
        cause: SpawnCause,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The runner did not start the program.
    #[error("the runner failed to start {}: {source}; see what it needs", program.display())]
    Runner {
        /// The program.
        program: PathBuf,
        /// The runner's reason.
        source: io::Error,
    },
    /// The program has a checksum, and a runner is to start it.
    #[error(
        "a checksum cannot be held against what a runner starts; have the runner look at it, and do not call `checksum`"
    )]
    UncheckedRunner,
    /// The program has a checksum, and could not be read to compare it.
    #[error("failed to read {} for its checksum: {source}; is the path right?", program.display())]
    Unread {
        /// The program.
        program: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The program is another one than the host wants. It was not started.
    #[error(
        "{} is not the program that this host knows: its checksum is {found}, expected {expected}; install that program, or say the checksum of this one",
        program.display()
    )]
    Checksum {
        /// The program.
        program: PathBuf,
        /// What the host said.
        expected: Checksum,
        /// What the program has.
        found: Checksum,
    },
    /// The list of versions is empty.
    #[error("no protocol version is offered; call `protocol_versions` with at least one")]
    NoVersion,
    /// A certificate of our own or a directory for the socket could not be made. Whether a process that was there by then has
    /// ended, only the log says.
    #[error("{0}")]
    Prepare(#[source] TransportError),
    /// The program ended, or closed its standard output, before it said where it listens.
    #[error("{}; {}; {diagnosis}", ended(*end, *status, printed), end.advice())]
    Exited {
        /// What this end looks like.
        end: EarlyEnd,
        /// How it ended; `None` if nobody knows, or if it runs on without its standard output. It is killed then.
        status: Option<ExitStatus>,
        /// What it printed instead of a handshake line.
        printed: String,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The program said where it listens, and ended before the connection stood.
    #[error(
        "the plugin {} behind its handshake line, before it had answered on {address}; see what it said; {diagnosis}",
        Ended(Some(*status))
    )]
    ExitedConnecting {
        /// How it ended.
        status: ExitStatus,
        /// Where it said that it listens.
        address: Address,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The program said nothing.
    #[error(
        "the plugin printed no handshake line within {limit:?}{}; is it a plugin, and does it need more time (`start_timeout`)? {diagnosis}",
        instead(printed)
    )]
    Timeout {
        /// How long was waited.
        limit: Duration,
        /// What it printed instead of the line.
        printed: String,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The program's standard output could not be read.
    #[error(
        "failed to read the plugin's standard output: {source}; see what it said, and start it again; {diagnosis}"
    )]
    Output {
        /// The operating system's reason.
        source: io::Error,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The program said something that is no handshake, or one that does not fit.
    #[error("the handshake failed: {source}; {diagnosis}")]
    Handshake {
        /// Which rule the line breaks.
        source: HandshakeError,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The runner knows no way to where the plugin says that it listens.
    #[error(
        "the plugin says that it listens at {address}, which is not reached from here: {source}; have the runner translate it; {diagnosis}"
    )]
    Unreachable {
        /// Where the plugin says that it listens.
        address: Address,
        /// The runner's reason.
        source: io::Error,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The plugin does not listen where it said, or is not the one that it announced.
    #[error("{source}; {diagnosis}")]
    Connect {
        /// The reason.
        source: TransportError,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The plugin accepted the connection and did not finish opening it.
    #[error(
        "the plugin did not open the connection within {limit:?}; it may be busy or stopped; {diagnosis}"
    )]
    ConnectTimeout {
        /// How long was waited.
        limit: Duration,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The plugin speaks no wire of ours, or refused us.
    #[error(
        "the plugin did not open a connection for calls: {source}; it may speak something else, or expect another security than this host; {diagnosis}"
    )]
    Protocol {
        /// The library's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The host wants the binary wire, and the plugin does not speak it.
    #[error(
        "the plugin does not speak the binary wire, which this host wants alone; build the plugin with a current version of this crate, or let both agree with `Wire::Auto`; {diagnosis}"
    )]
    NoBinaryWire {
        /// What it said last.
        diagnosis: Diagnosis,
    },
    /// The first question, whether the plugin is healthy, was answered badly.
    #[error(
        "the plugin is not ready: {} {}; see what it lacks, and have it listen when it can serve; {diagnosis}",
        status.code(),
        quote(status.message())
    )]
    NotReady {
        /// The answer.
        #[source]
        status: Status,
        /// What it said last.
        diagnosis: Diagnosis,
    },
}

impl StartError {
    /// Whether the plugin was too slow: trying again with more time may help.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::ConnectTimeout { .. })
    }

    /// Whether the system had too little of something, so that the same start may succeed later.
    ///
    /// It is not asked of a plugin that was started and failed: nobody knows what it lacked.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Spawn { cause, .. } if cause.is_temporary())
    }
}

fn ended(end: EarlyEnd, status: Option<ExitStatus>, printed: &str) -> String {
    let instead = instead(printed);
    match end {
        EarlyEnd::OutputClosed => {
            format!("the plugin closed its standard output before the handshake{instead}")
        }
        _ => format!("the plugin {} before the handshake{instead}", Ended(status)),
    }
}

fn instead(printed: &str) -> String {
    match printed.trim() {
        "" => String::new(),
        printed => format!(" and printed {}", quote(printed)),
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// Which program failed, and what it said last: the lines of its standard error, escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    program: PathBuf,
    // Both as short as they can be: the error is a result of many functions.
    lines: Box<[String]>,
    runner: Option<Box<str>>,
    outlived_kill: bool,
}

impl Diagnosis {
    pub(super) fn new(lines: Vec<String>) -> Self {
        Self { program: PathBuf::new(), lines: lines.into(), runner: None, outlived_kill: false }
    }

    /// The same of this program, and whether it was there after its kill.
    pub(super) fn of(mut self, program: &Path, outlived_kill: bool) -> Self {
        program.clone_into(&mut self.program);
        self.outlived_kill = outlived_kill;
        self
    }

    /// The same with what a runner says, cut and escaped.
    pub(super) fn with_runner(mut self, said: Option<&str>) -> Self {
        let said = said.map(str::trim).filter(|said| !said.is_empty());
        let shown = |line: &str| line.chars().flat_map(printable).collect::<String>();
        self.runner = said.map(|said| {
            let kept: String = said.chars().take(RUNNER_DIAGNOSIS_CHARACTERS_MAX).collect();
            kept.lines().map(shown).collect::<Vec<_>>().join("\n").into()
        });
        self
    }

    /// The program, as the host named it.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The last lines of standard error, oldest first.
    #[must_use]
    pub fn stderr_tail(&self) -> &[String] {
        &self.lines
    }

    /// What the [runner](crate::AttachedRunner::diagnose) says of the failed start, its lines escaped; `None` without one, and where
    /// it says nothing.
    #[must_use]
    pub fn runner(&self) -> Option<&str> {
        self.runner.as_deref()
    }

    /// Whether the plugin was killed, and had not ended when the error was made.
    #[must_use]
    pub const fn outlived_kill(&self) -> bool {
        self.outlived_kill
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        if self.outlived_kill {
            write!(
                formatter,
                "it was killed and has not ended within {REAP_TIMEOUT:?}, see what holds it; "
            )?;
        }
        match self.lines.is_empty() {
            true => write!(formatter, "{program} wrote nothing to standard error")?,
            false => write!(formatter, "the standard error of {program} ends with:")?,
        }
        self.lines.iter().try_for_each(|line| write!(formatter, "\n  {line}"))?;
        let Some(said) = &self.runner else { return Ok(()) };
        write!(formatter, "\nits runner says:")?;
        said.lines().try_for_each(|line| write!(formatter, "\n  {line}"))
    }
}

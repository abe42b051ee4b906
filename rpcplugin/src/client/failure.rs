use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::early_end::Ended;
use super::not_started::NotStarted;
use super::output::Tail;
use super::process::Process;
use super::process_stderr::ProcessStderr;
use super::{Diagnosis, EarlyEnd, PluginExit, StartError};
use crate::contract::Status;
use crate::handshake::HandshakeError;
use crate::limits::{CONNECT_TIMEOUT, READERS_TURN_TIMEOUT, RUNNER_DIAGNOSIS_TIMEOUT};
use crate::transport::{Address, TransportError};
use crate::wire::is_refusal;

/// What went wrong, before it is known what the plugin said last.
pub(super) enum Failure {
    /// `None` where it only closed its standard output.
    Ended {
        ended: Option<Ended>,
        printed: String,
    },
    EndedConnecting {
        status: ExitStatus,
        address: Address,
    },
    Timeout {
        limit: Duration,
        printed: String,
    },
    Output(io::Error),
    Handshake(HandshakeError),
    Unreachable {
        address: Address,
        source: io::Error,
    },
    Connect(TransportError),
    ConnectTimeout,
    Protocol(Box<dyn std::error::Error + Send + Sync>),
    NoBinaryWire,
    NotReady(Status),
}

impl Failure {
    /// Whether a plugin that ends looks like this as well. One that breaks a rule and then ends has broken a rule.
    pub(super) fn may_be_an_end(&self) -> bool {
        match self {
            Self::Connect(_) => true,
            Self::Protocol(source) => !is_refusal(&**source),
            _ => false,
        }
    }

    /// Ends the process of this program and adds what it said.
    pub(super) async fn explain(
        self,
        program: &Path,
        process: Process,
        stderr: ProcessStderr,
        tail: &Tail,
    ) -> NotStarted {
        // A runner may know nothing any more of what it has killed.
        let asked = tokio::time::timeout(RUNNER_DIAGNOSIS_TIMEOUT, process.diagnose()).await;
        // What it said last may be behind more than the log takes.
        tail.hurry();
        let (begun, patience, watch) = (process.begun(), process.output_patience(), process.watch().clone());
        let left = NotStarted::kill(process).await;
        stderr.finish_until(output_until(begun, patience, watch.now().as_deref())).await;
        let runner = asked.ok().flatten();
        let diagnosis = tail.diagnosis().of(program, left.is_some()).with_runner(runner.as_deref());
        NotStarted { error: self.diagnosed(diagnosis), left }
    }

    fn diagnosed(self, diagnosis: Diagnosis) -> StartError {
        match self {
            Self::Ended { ended, printed } => {
                let end = EarlyEnd::of(ended, diagnosis.stderr_tail());
                let status = ended.and_then(|Ended(status)| status);
                StartError::Exited { end, status, printed, diagnosis }
            }
            Self::EndedConnecting { status, address } => {
                StartError::ExitedConnecting { status, address, diagnosis }
            }
            Self::Timeout { limit, printed } => StartError::Timeout { limit, printed, diagnosis },
            Self::Output(source) => StartError::Output { source, diagnosis },
            Self::Handshake(source) => StartError::Handshake { source, diagnosis },
            Self::Unreachable { address, source } => StartError::Unreachable { address, source, diagnosis },
            Self::Connect(source) => StartError::Connect { source, diagnosis },
            Self::ConnectTimeout => StartError::ConnectTimeout { limit: CONNECT_TIMEOUT, diagnosis },
            Self::Protocol(source) => StartError::Protocol { source, diagnosis },
            Self::NoBinaryWire => StartError::NoBinaryWire { diagnosis },
            Self::NotReady(status) => StartError::NotReady { status, diagnosis },
        }
    }
}

/// Until when the output of a plugin is read that has begun then, did not start, and has ended so. The two pipes share one time: it
/// does not begin anew with each that somebody else holds.
pub(super) fn output_until(begun: Instant, patience: Duration, exit: Option<&PluginExit>) -> Instant {
    let ended = exit.and_then(|exit| begun.checked_add(exit.uptime()));
    ended.unwrap_or_else(Instant::now) + patience
}

/// Waits for something until then, and a moment more: where this process was not at work for a while, the time is over before the
/// tasks that read have had their turn.
pub(super) async fn by<T>(until: Instant, awaited: impl Future<Output = T>) -> Option<T> {
    let mut awaited = pin!(awaited);
    if let Ok(value) = timeout_at(until, awaited.as_mut()).await {
        return Some(value);
    }
    tokio::time::timeout(READERS_TURN_TIMEOUT, awaited).await.ok()
}

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;

use super::environment::is_same;
use super::handover::OutputEnds;
use super::output::Pipe;
use super::process::{ChildProcess, Running, Spawned};
use super::runner::{AnyRunner, RunnerCommand};
use super::verified::Verified;
use super::{PluginClientBuilder, SpawnCause, StartError};
use crate::handshake::HostOffer;

/// What has begun to run, and its output.
pub(super) struct Launched {
    pub(super) running: Arc<dyn Running>,
    pub(super) stdout: Pipe,
    pub(super) stderr: Pipe,
    /// Where the output is, where the system lets it be opened once more.
    pub(super) ends: Option<OutputEnds>,
}

/// The program with the host's half of the handshake in its environment.
pub(super) fn prepare(builder: &PluginClientBuilder, offer: &HostOffer<'_>) -> RunnerCommand {
    let inherited = builder.inherited.inherited(&builder.also_inherited, std::env::vars_os());
    let is_foreign = |name: &OsString| HostOffer::FOREIGN.iter().any(|foreign| name == foreign);
    let mut environment: BTreeMap<OsString, OsString> =
        inherited.filter(|(name, _)| !is_foreign(name)).collect();
    let offered = offer.variables().into_iter().map(|(key, value)| (key.into(), value));
    // A later value replaces an earlier one.
    for (name, value) in builder.environment.iter().cloned().chain(offered) {
        if cfg!(windows) {
            environment.retain(|known, _| !is_same(known, &name));
        }
        environment.insert(name, value);
    }
    RunnerCommand {
        program: builder.program.clone(),
        arguments: builder.arguments.clone(),
        environment: environment.into_iter().collect(),
        directory: builder.directory.clone(),
        socket_directory: offer.socket_directory.to_owned(),
    }
}

/// Starts the program, or its copy that was verified, as a process of this host.
pub(super) fn launch(
    prepared: &RunnerCommand,
    verified: Option<&Verified>,
    inherits_stdin: bool,
) -> Result<Launched, StartError> {
    let command = match verified {
        None => prepared.to_command(),
        Some(verified) => prepared.to_command_of(&verified.path()),
    };
    let mut command = Command::from(command);
    if inherits_stdin {
        command.stdin(Stdio::inherit());
    }
    let spawned = |source| {
        let program = prepared.program.clone();
        let cause = SpawnCause::of(&source, &program, prepared.directory.as_deref());
        StartError::Spawn { program, cause, source }
    };
    let Spawned { process, stdout, stderr } = ChildProcess::spawn(command).map_err(spawned)?;
    match (stdout, stderr) {
        (Some(stdout), Some(stderr)) => {
            let ends = OutputEnds::of(&stdout, &stderr);
            let running = Arc::new(process);
            Ok(Launched { running, stdout: Box::pin(stdout), stderr: Box::pin(stderr), ends })
        }
        _ => Err(spawned(io::Error::other("the pipes of the child are missing"))),
    }
}

/// Has a runner start the program.
pub(super) async fn run(
    runner: &dyn AnyRunner,
    prepared: RunnerCommand,
    limit: Duration,
) -> Result<Launched, StartError> {
    let program = prepared.program.clone();
    let launched = tokio::time::timeout(limit, runner.launch(prepared)).await;
    let late = |_elapsed| Err(io::Error::new(io::ErrorKind::TimedOut, format!("not done after {limit:?}")));
    launched.unwrap_or_else(late).map_err(|source| StartError::Runner { program, source })
}

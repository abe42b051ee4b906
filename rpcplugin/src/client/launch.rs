use std::ffi::OsString;
use std::io;
use std::process::Stdio;

use tokio::process::{ChildStderr, ChildStdout, Command};

use super::process::ChildProcess;
use super::verified::Verified;
use super::{PluginClientBuilder, SpawnCause, StartError};
use crate::handshake::HostOffer;

/// Starts the program, or its copy that was verified, with the host's half of the handshake in its environment.
pub(super) fn launch(
    builder: &PluginClientBuilder,
    verified: Option<&Verified>,
    offer: &HostOffer<'_>,
) -> Result<(ChildProcess, ChildStdout, ChildStderr), StartError> {
    let mut command = match verified {
        None => Command::new(&builder.program),
        Some(verified) => Command::new(verified.path()),
    };
    command.arg0(&builder.program);
    command.args(&builder.arguments);
    let inherited = builder.inherited.inherited(&builder.also_inherited, std::env::vars_os());
    let is_foreign = |name: &OsString| HostOffer::FOREIGN.iter().any(|foreign| name == foreign);
    command.env_clear().envs(inherited.filter(|(name, _)| !is_foreign(name)));
    command.envs(builder.environment.iter().map(|(key, value)| (key, value)));
    command.envs(offer.variables());
    if let Some(directory) = &builder.directory {
        command.current_dir(directory);
    }
    // The plugin must not eat what is typed for the host.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: Ctrl-C goes to the host, and a kill reaches what the plugin started.
    command.process_group(0).kill_on_drop(true);
    let spawned = |source| {
        let program = builder.program.clone();
        let cause = SpawnCause::of(&source, &program, builder.directory.as_deref());
        StartError::Spawn { program, cause, source }
    };
    let mut child = command.spawn().map_err(spawned)?;
    match (child.stdout.take(), child.stderr.take()) {
        (Some(stdout), Some(stderr)) => Ok((ChildProcess::new(child), stdout, stderr)),
        _ => Err(spawned(io::Error::other("the pipes of the child are missing"))),
    }
}

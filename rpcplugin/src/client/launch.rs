use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::{PluginClientBuilder, StartError};
use crate::handshake::HostOffer;
use crate::limits::REAP_TIMEOUT;

/// A plugin's process. Dropping it, or killing it, kills the whole process group while the process itself runs.
/// What a plugin that ended by itself left behind in its group is not touched: its number may be another's by then.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts the program with the host's half of the handshake in its environment.
    pub(super) fn launch(
        builder: &PluginClientBuilder,
        offer: &HostOffer<'_>,
    ) -> Result<(Self, ChildStdout, ChildStderr), StartError> {
        let mut command = Command::new(&builder.program);
        command.args(&builder.arguments);
        for variable in HostOffer::FOREIGN {
            command.env_remove(variable);
        }
        command.envs(builder.environment.iter().map(|(key, value)| (key, value)));
        command.envs(offer.variables());
        if let Some(directory) = &builder.directory {
            command.current_dir(directory);
        }
        // The plugin must not eat what is typed for the host.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C goes to the host, and a kill reaches what the plugin started.
        command.process_group(0).kill_on_drop(true);
        let spawned = |source| StartError::Spawn { program: builder.program.clone(), source };
        let mut child = command.spawn().map_err(spawned)?;
        match (child.stdout.take(), child.stderr.take()) {
            (Some(stdout), Some(stderr)) => Ok((Self { child }, stdout, stderr)),
            _ => Err(spawned(io::Error::other("the pipes of the child are missing"))),
        }
    }

    /// The process id, until the process has ended.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for the end of the process, at most this long. Cancel-safe.
    pub(super) async fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        tokio::time::timeout(limit, self.child.wait()).await.ok().and_then(Result::ok)
    }

    /// How the process ended, if it has.
    pub(super) fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Kills the whole group and waits until the process is reaped.
    pub(super) async fn kill(&mut self) -> Option<ExitStatus> {
        self.kill_group();
        self.wait(REAP_TIMEOUT).await
    }

    /// As long as the child is not reaped, its number cannot belong to anybody else.
    fn kill_group(&self) {
        let group = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = group
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            tracing::debug!(%error, "the plugin's process group was gone before it was killed");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_group();
    }
}

use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::guard::Guarded;
use super::verified::Verified;
use super::{PluginClientBuilder, StartError};
use crate::handshake::HostOffer;
use crate::limits::REAP_TIMEOUT;

/// A plugin's process, and everything that it started in its process group. Dropping it kills them.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// The number of the process is that of its group. `None` once the group was killed behind the process.
    group: Option<Pid>,
    /// It does not outlive this process, as long as it may be there.
    guarded: Option<Guarded>,
}

impl Process {
    /// Starts the program, or its copy that was verified, with the host's half of the handshake in its environment.
    pub(super) fn launch(
        builder: &PluginClientBuilder,
        verified: Option<&Verified>,
        offer: &HostOffer<'_>,
    ) -> Result<(Self, ChildStdout, ChildStderr), StartError> {
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
        let spawned = |source| StartError::Spawn { program: builder.program.clone(), source };
        let mut child = command.spawn().map_err(spawned)?;
        match (child.stdout.take(), child.stderr.take()) {
            (Some(stdout), Some(stderr)) => {
                let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
                let guarded = group.map(Guarded::new);
                Ok((Self { child, group, guarded }, stdout, stderr))
            }
            _ => Err(spawned(io::Error::other("the pipes of the child are missing"))),
        }
    }

    /// The process id, until the process has ended.
    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for the end of the process. Cancel-safe.
    pub(super) async fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.wait().await.ok();
        self.sweep();
        status
    }

    /// Waits for the end of the process, at most this long. Cancel-safe.
    pub(super) async fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        tokio::time::timeout(limit, self.ended()).await.ok().flatten()
    }

    /// How the process ended, if it has.
    pub(super) fn exited(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten();
        if status.is_some() {
            self.sweep();
        }
        status
    }

    /// Asks the process, and nobody else in its group, to end.
    pub(super) fn terminate(&self) {
        if let (Some(process), Some(_)) = (self.group, self.child.id())
            && let Err(error) = kill_process(process, Signal::TERM)
        {
            tracing::debug!(%error, "the plugin was gone before it was asked to end");
        }
    }

    /// Kills the whole group and waits until the process is reaped.
    pub(super) async fn kill(&mut self) -> Option<ExitStatus> {
        self.kill_group();
        // A process can leave its group; it is killed by its own number as well.
        if let Err(error) = self.child.start_kill() {
            tracing::debug!(%error, "the plugin was gone before it was killed");
        }
        self.wait(REAP_TIMEOUT).await
    }

    /// Kills what a process left behind that ended by itself.
    ///
    /// This follows the reaping at once. While anybody is in the group its number belongs to nobody else, and if nobody is,
    /// there is no time in which another process could be given it.
    fn sweep(&mut self) {
        self.kill_group();
        self.group = None;
        self.guarded = None;
    }

    fn kill_group(&self) {
        // The one error that happens is that nobody is left.
        let _ = self.group.map(|group| kill_process_group(group, Signal::KILL));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_group();
    }
}

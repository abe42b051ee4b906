use std::future::poll_fn;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::pin::pin;
use std::process::{self, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use tokio::process::{Child, Command};

use super::Spawned;
use crate::client::guard::Guarded;
use crate::client::process::memory::MemoryKills;
use crate::client::process::{Boxed, Ended, Running};

/// Has a process be called as its program, and lead a group of its own: Ctrl-C goes to the host, and a kill reaches what the plugin
/// started.
pub(in crate::client) fn lead_group(command: &mut process::Command, name: &Path) {
    command.arg0(name).process_group(0);
}

/// A process that this host has started, and everything in its process group. Dropping it kills them.
#[derive(Debug)]
pub(in crate::client) struct ChildProcess {
    /// Behind a lock, so that no signal is sent while the process is reaped.
    state: Mutex<State>,
    memory: MemoryKills,
}

#[derive(Debug)]
struct State {
    child: Child,
    /// The number of the process is that of its group. `None` once the group was killed behind the process.
    group: Option<Pid>,
    /// It does not outlive this process, as long as it may be there.
    guarded: Option<Guarded>,
    /// It is not for this host to kill any more.
    is_released: bool,
}

impl ChildProcess {
    /// Starts a process that leads a group of its own.
    pub(in crate::client) fn spawn(mut command: Command) -> io::Result<Spawned> {
        let mut child = command.spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        Ok(Spawned { process: Self::new(child), stdout, stderr })
    }

    fn new(child: Child) -> Self {
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let guarded = group.map(Guarded::new);
        let memory = MemoryKills::of(child.id());
        Self { state: Mutex::new(State { child, group, guarded, is_released: false }), memory }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running for ChildProcess {
    fn id(&self) -> Option<u32> {
        self.lock().child.id()
    }

    fn ended(&self) -> Boxed<'_, Ended> {
        Box::pin(async {
            let status = poll_fn(|context| self.lock().poll_ended(context)).await;
            Ended { status, is_out_of_memory: self.memory.explain(status) }
        })
    }

    fn terminate(&self) -> Boxed<'_, ()> {
        self.lock().terminate();
        Box::pin(std::future::ready(()))
    }

    fn kill(&self) -> Boxed<'_, ()> {
        self.lock().kill();
        Box::pin(std::future::ready(()))
    }

    fn abandon(&self) {
        self.lock().kill();
    }

    fn release(&self) {
        let mut state = self.lock();
        state.is_released = true;
        // Nobody may be killed behind it either.
        state.group = None;
        state.guarded = None;
    }
}

impl State {
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<Option<ExitStatus>> {
        // What a process left behind that ended by itself is killed at once: before anybody has taken note of the end, the number
        // of its group is nobody else's.
        if self.is_dead() {
            self.kill_group();
            self.group = None;
        }
        // What it has learned is in the child: the future itself holds nothing that could be lost.
        let status = ready!(pin!(self.child.wait()).poll(context));
        // Where it ended behind that look, the number is free since the line above if nobody is in the group, and goes round
        // through all the others before another process is given it.
        self.kill_group();
        self.group = None;
        self.guarded = None;
        Poll::Ready(status.ok())
    }

    /// Whether it has ended, and nobody has taken note of it.
    fn is_dead(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        match self.group.filter(|_| self.child.id().is_some()) {
            Some(process) => matches!(waitid(WaitId::Pid(process), options), Ok(Some(_))),
            None => false,
        }
    }

    /// Asks the process, and nobody else in its group.
    fn terminate(&self) {
        if let (Some(process), Some(_)) = (self.group, self.child.id())
            && let Err(error) = kill_process(process, Signal::TERM)
        {
            tracing::debug!(%error, "the plugin was gone before it was asked to end");
        }
    }

    fn kill(&mut self) {
        if self.is_released {
            return;
        }
        self.kill_group();
        // A process can leave its group; it is killed by its own number as well.
        if self.child.id().is_some()
            && let Err(error) = self.child.start_kill()
        {
            tracing::debug!(%error, "the plugin was gone before it was killed");
        }
    }

    fn kill_group(&self) {
        // The one error that happens is that nobody is left.
        let _ = self.group.map(|group| kill_process_group(group, Signal::KILL));
    }
}

impl Drop for State {
    /// The runtime asks for the end of a child whose handle is gone.
    fn drop(&mut self) {
        self.kill();
    }
}

use std::future::poll_fn;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{self, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use process_wrap::tokio::{ChildWrapper, CommandWrap, JobObject, KillOnDrop};
use tokio::process::Command;

use super::Spawned;
use crate::client::process::memory::MemoryKills;
use crate::client::process::{Boxed, Ended, Running};

/// A job is made of the process when it starts, and its name is that of its program.
pub(in crate::client) const fn lead_group(_command: &mut process::Command, _name: &Path) {}

/// A process that this host has started, and everything in its job. Dropping it kills them, and so does the system when this
/// process is gone: the job ends with the last handle to it.
#[derive(Debug)]
pub(in crate::client) struct ChildProcess {
    state: Mutex<State>,
    memory: MemoryKills,
}

#[derive(Debug)]
struct State {
    child: Box<dyn ChildWrapper>,
}

impl ChildProcess {
    /// Starts a process in a job of its own. It does nothing before it is in there, so nothing that it starts is left out.
    pub(in crate::client) fn spawn(command: Command) -> io::Result<Spawned> {
        let mut command = CommandWrap::from(command);
        command.wrap(KillOnDrop).wrap(JobObject);
        let mut child = command.spawn()?;
        let (stdout, stderr) = (child.stdout().take(), child.stderr().take());
        let memory = MemoryKills::of(child.id());
        Ok(Spawned { process: Self { state: Mutex::new(State { child }), memory }, stdout, stderr })
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

    /// There is no way beside the connection: the time for it is one in which the plugin may still end by itself.
    fn terminate(&self) -> Boxed<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn kill(&self) -> Boxed<'_, ()> {
        self.lock().kill();
        Box::pin(std::future::ready(()))
    }

    fn abandon(&self) {
        self.lock().kill();
    }
}

impl State {
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<Option<ExitStatus>> {
        // Of the process itself: what it has left behind in its job is killed, not waited for. What was learned is in the child.
        let status = ready!(pin!(self.child.inner_mut().wait()).poll(context));
        self.kill();
        Poll::Ready(status.ok())
    }

    fn kill(&mut self) {
        // The job, with whoever is in it.
        if let Err(error) = self.child.start_kill() {
            tracing::debug!(%error, "the plugin was gone before it was killed");
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.kill();
    }
}

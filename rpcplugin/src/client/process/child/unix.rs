use std::future::poll_fn;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{self, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use tokio::process::{Child, Command};

use super::Spawned;
use super::end_hint::EndHint;
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
    hint: EndHint,
    /// It does not outlive this process, as long as it may be there.
    guarded: Option<Guarded>,
    /// It is not for this host to end any more.
    is_released: bool,
    /// It was reaped by somebody else: its number is not its own any more.
    is_lost: bool,
}

impl ChildProcess {
    /// Starts a process that leads a group of its own. Needs a runtime.
    ///
    /// Where its end could not be waited for, it is killed.
    pub(in crate::client) fn spawn(mut command: Command) -> io::Result<Spawned> {
        EndHint::heed_ends();
        let mut child = command.spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        Ok(Spawned { process: Self::new(child)?, stdout, stderr })
    }

    fn new(child: Child) -> io::Result<Self> {
        let process = number(&child).ok_or(io::ErrorKind::NotFound)?;
        let memory = MemoryKills::of(child.id());
        let hint = EndHint::of(process).inspect_err(|_| {
            // The runtime reaps a child whose handle is gone.
            let _gone = kill_process_group(process, Signal::KILL);
        })?;
        Ok(Self::with(child, process, hint, memory))
    }

    fn with(child: Child, process: Pid, hint: EndHint, memory: MemoryKills) -> Self {
        let guarded = Some(Guarded::new(process));
        Self { state: Mutex::new(State { child, hint, guarded, is_released: false, is_lost: false }), memory }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running for ChildProcess {
    fn id(&self) -> Option<u32> {
        let state = self.lock();
        if state.is_lost { None } else { state.child.id() }
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
        // Nobody may be killed behind it either.
        state.is_released = true;
        state.guarded = None;
    }
}

/// The number of a process that has not been reaped, and of its group.
fn number(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
}

/// What a look at a process has found.
enum Look {
    Runs,
    /// It has ended, and nobody has taken note of it.
    Dead,
    /// It has ended, and the child knows how.
    Reaped(ExitStatus),
    /// Nobody can tell: it was reaped by somebody else.
    Lost,
}

impl State {
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<Option<ExitStatus>> {
        loop {
            // Before the look, so that an end behind it wakes.
            let hint = self.hint.poll(context);
            match (self.look(), hint) {
                (Look::Runs, Poll::Ready(())) => {}
                (Look::Runs, Poll::Pending) => return Poll::Pending,
                (Look::Dead, _) => return Poll::Ready(self.reap()),
                (Look::Reaped(status), _) => {
                    self.guarded = None;
                    return Poll::Ready(Some(status));
                }
                (Look::Lost, _) => {
                    self.lose();
                    return Poll::Ready(None);
                }
            }
        }
    }

    /// Whoever has its number now is somebody else.
    fn lose(&mut self) {
        self.is_released = true;
        self.is_lost = true;
        self.guarded = None;
    }

    /// Whether its number is its own, and for this host to signal. It may have been reaped since somebody last asked for its end.
    fn is_ours(&mut self) -> bool {
        if self.is_released {
            return false;
        }
        match self.look() {
            Look::Runs | Look::Dead => true,
            Look::Reaped(_) => {
                self.guarded = None;
                false
            }
            Look::Lost => {
                self.lose();
                false
            }
        }
    }

    fn look(&mut self) -> Look {
        if self.is_lost {
            return Look::Lost;
        }
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        match number(&self.child).map(|process| waitid(WaitId::Pid(process), options)) {
            Some(Ok(None)) => Look::Runs,
            Some(Ok(Some(_))) => Look::Dead,
            Some(Err(Errno::CHILD)) => Look::Lost,
            // This process may not look without taking note; or it has taken note already.
            Some(Err(_)) | None => self.look_and_reap(),
        }
    }

    /// The same where the end cannot be seen before it is taken note of.
    fn look_and_reap(&mut self) -> Look {
        let group = number(&self.child).filter(|_| !self.is_released);
        match self.child.try_wait() {
            Ok(None) => Look::Runs,
            Ok(Some(status)) => {
                if let Some(group) = group {
                    // As long as somebody is left in the group, its number is given to nobody else; else it is free since
                    // just now.
                    let _ = kill_process_group(group, Signal::KILL);
                }
                Look::Reaped(status)
            }
            Err(_) => Look::Lost,
        }
    }

    /// Takes note of the end. What the process left behind is killed first: from then on the number of its group may be another
    /// one's.
    fn reap(&mut self) -> Option<ExitStatus> {
        self.kill_group();
        let status = self.child.try_wait();
        self.guarded = None;
        status.ok().flatten()
    }

    /// Asks the process, and nobody else in its group.
    fn terminate(&mut self) {
        if self.is_ours()
            && let Some(process) = number(&self.child)
            && let Err(error) = kill_process(process, Signal::TERM)
        {
            tracing::debug!(%error, "the plugin was gone before it was asked to end");
        }
    }

    fn kill(&mut self) {
        if !self.is_ours() {
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

    /// Kills nobody once the process has been reaped.
    fn kill_group(&self) {
        if let Some(group) = number(&self.child).filter(|_| !self.is_released) {
            // The one error that happens is that nobody is left.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for State {
    /// The runtime asks for the end of a child whose handle is gone.
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;
    use std::time::Duration;

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
    use tokio::process::Command;

    use super::*;

    /// A process that ends as soon as its input does, and leaves another one in its group, which holds the output open.
    fn leader() -> (Child, BufReader<tokio::process::ChildStdout>) {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 600 & echo there; read line; exit 7"]).process_group(0);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        (child, output)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_a_plugin_left_behind_is_killed_although_this_process_was_to_ignore_ends() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 600 & exit 7"]).process_group(0);
        // Whoever it leaves behind holds nothing else open.
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let Spawned { process, stdout, .. } = ChildProcess::spawn(command).unwrap();
        let limit = Duration::from_secs(20);
        let ended = tokio::time::timeout(limit, process.ended()).await.expect("its end is noticed");
        assert_eq!(ended.status.and_then(|status| status.code()), Some(7));
        let mut output = Vec::new();
        let left = tokio::time::timeout(limit, stdout.unwrap().read_to_end(&mut output)).await;
        left.expect("whom it left behind is killed").unwrap();
        // Once more, in a process that was started so.
        const AGAIN: &str = "RPCPLUGIN_TEST_IGNORES_ENDS";
        if std::env::var_os(AGAIN).is_none() {
            let name = std::thread::current().name().unwrap().to_owned();
            let mut again = Command::new("env");
            again.arg("--ignore-signal=CHLD").arg(std::env::current_exe().unwrap());
            let again = again.args(["--exact", &name]).env(AGAIN, "1").output().await.unwrap();
            let said = String::from_utf8_lossy(&again.stdout);
            assert!(again.status.success() && said.contains("1 passed"), "{said}");
        }
    }

    #[tokio::test]
    async fn one_that_somebody_else_has_reaped_has_no_number() {
        let child = Command::new("true").process_group(0).spawn().unwrap();
        let process = number(&child).unwrap();
        let hint = EndHint::of(process).unwrap();
        let plugin = ChildProcess::with(child, process, hint, MemoryKills::of(None));
        waitid(WaitId::Pid(process), WaitIdOptions::EXITED).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(20), plugin.ended()).await;
        assert_eq!(ended.expect("its end is noticed").status, None);
        assert_eq!(plugin.id(), None);
        assert_eq!(plugin.ended().await.status, None, "it stays so");
    }

    #[tokio::test]
    async fn one_that_somebody_else_has_reaped_is_sent_no_signal_although_nobody_has_asked_for_its_end() {
        let signals: [fn(&mut State); 2] = [State::kill, State::terminate];
        for signal in signals {
            let child = Command::new("true").process_group(0).spawn().unwrap();
            let process = number(&child).unwrap();
            let hint = EndHint::of(process).unwrap();
            let plugin = ChildProcess::with(child, process, hint, MemoryKills::of(None));
            waitid(WaitId::Pid(process), WaitIdOptions::EXITED).unwrap();
            signal(&mut plugin.lock());
            assert_eq!(plugin.id(), None, "its number may be another one's");
            let state = plugin.lock();
            assert!(state.is_lost && state.is_released && state.guarded.is_none());
        }
    }

    #[tokio::test]
    async fn an_end_that_cannot_be_seen_before_it_is_taken_note_of_takes_what_it_left_with_it() {
        let (mut child, mut output) = leader();
        drop(child.stdin.take());
        let process = number(&child).unwrap();
        let hint = EndHint::of(process).unwrap();
        let plugin = ChildProcess::with(child, process, hint, MemoryKills::of(None));
        waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
        let look = plugin.lock().look_and_reap();
        assert!(matches!(look, Look::Reaped(status) if status.code() == Some(7)));
        let mut rest = Vec::new();
        let left = tokio::time::timeout(Duration::from_secs(20), output.read_to_end(&mut rest)).await;
        left.expect("whom it left behind is killed").unwrap();
    }

    async fn takes_what_it_left_with_it(hint: impl FnOnce(Pid) -> io::Result<EndHint>) {
        let (mut child, mut output) = leader();
        let input = child.stdin.take().unwrap();
        let process = number(&child).unwrap();
        let hint = hint(process).unwrap();
        let plugin = ChildProcess::with(child, process, hint, MemoryKills::of(None));
        output.read_line(&mut String::new()).await.unwrap();
        let ended = async {
            let (mut ended, mut input) = (plugin.ended(), Some(input));
            // It is waited for before it ends, so that somebody must wake whoever waits.
            poll_fn(|context| {
                let polled = ended.as_mut().poll(context);
                drop(input.take());
                polled
            })
            .await
        };
        let limit = Duration::from_secs(20);
        let ended = tokio::time::timeout(limit, ended).await.expect("its end is noticed");
        assert_eq!(ended.status.and_then(|status| status.code()), Some(7));
        assert_eq!(plugin.id(), None);
        let again = plugin.ended().await;
        assert_eq!(again.status.and_then(|status| status.code()), Some(7), "it is still known");
        let left = tokio::time::timeout(limit, output.read_to_end(&mut Vec::new())).await;
        left.expect("whom it left behind is killed").unwrap();
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_process_that_ends_takes_what_it_left_with_it_before_its_number_is_free() {
        takes_what_it_left_with_it(EndHint::descriptor).await;
    }

    #[tokio::test]
    async fn its_end_is_noticed_where_the_system_has_no_descriptor_for_it() {
        takes_what_it_left_with_it(|_process| EndHint::signals()).await;
    }
}

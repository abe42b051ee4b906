//! A command in a process group of its own, as a terminal starts one.

use std::process::{Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};

/// A command that has been started. Where its end is not waited for, it is killed with whoever is in its group.
pub(crate) struct Grouped(Child);

impl Grouped {
    /// Starts it, without input. Its output is kept for [`end`](Self::end).
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.process_group(0).kill_on_drop(true).spawn().unwrap())
    }

    /// Its group, while nobody has taken note of its end: the number may be another group's behind that.
    pub(crate) fn group(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.0.id()?).unwrap())
    }

    /// What it prints, for somebody else than [`end`](Self::end).
    pub(crate) fn stdout(&mut self) -> ChildStdout {
        self.0.stdout.take().unwrap()
    }

    /// Waits for its end: `None` where that does not come in time.
    pub(crate) async fn end(&mut self, limit: Duration) -> Option<Output> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let (mut output, mut errors) = (self.0.stdout.take(), self.0.stderr.take().unwrap());
        let whole = async {
            let read = async {
                match &mut output {
                    Some(output) => output.read_to_end(&mut stdout).await,
                    None => Ok(0),
                }
            };
            tokio::try_join!(read, errors.read_to_end(&mut stderr))?;
            self.0.wait().await
        };
        let status = tokio::time::timeout(limit, whole).await.ok()?.unwrap();
        Some(Output { status, stdout, stderr })
    }
}

impl Drop for Grouped {
    fn drop(&mut self) {
        if let Some(group) = self.group() {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

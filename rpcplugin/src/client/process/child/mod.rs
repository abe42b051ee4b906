//! A process that this host has started, with what that starts: a process group, on Windows a job.

#[cfg(unix)]
mod end_hint;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use tokio::process::{ChildStderr, ChildStdout};

#[cfg(unix)]
pub(in crate::client) use unix::{ChildProcess, lead_group};
#[cfg(windows)]
pub(in crate::client) use windows::{ChildProcess, lead_group};

/// A process that has just been started, and the pipes of its output, where it has some.
pub(in crate::client) struct Spawned {
    pub(in crate::client) process: ChildProcess,
    pub(in crate::client) stdout: Option<ChildStdout>,
    pub(in crate::client) stderr: Option<ChildStderr>,
}

//! Stopping a process in the middle of what it does.

use std::io;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Stops a process by SIGSTOP, and waits until no thread of it runs: the signal is sent before that is so.
///
/// # Errors
///
/// That there is no such process, or that it goes on.
pub async fn pause(process: u32) -> io::Result<()> {
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::NotFound)?;
    kill_process(pid, Signal::STOP)?;
    for _ in 0..20_000 {
        if is_paused(process)? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err(io::ErrorKind::TimedOut.into())
}

fn is_paused(process: u32) -> io::Result<bool> {
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let stat = std::fs::read_to_string(thread?.path().join("stat"))?;
        // The state stands behind the name, which may hold anything but ends in this.
        if !stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')) {
            return Ok(false);
        }
    }
    Ok(true)
}

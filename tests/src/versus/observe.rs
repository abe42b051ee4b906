//! What the system says: which processes and files there are, and who is connected.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) use rpcplugin_tests::processes::runs;
use rpcplugin_tests::processes::with_variable;
use rustix::process::{Pid, Signal, kill_process};

/// Kills a process, if it is there.
pub(crate) fn kill(id: u32) {
    let process = i32::try_from(id).ok().and_then(Pid::from_raw);
    // It may have ended meanwhile.
    let _ = process.map(|process| kill_process(process, Signal::KILL));
}

/// The processes that were given this directory for their temporary files.
pub(crate) fn marked(directory: &Path) -> Vec<u32> {
    let variable = [b"TMPDIR=", directory.as_os_str().as_bytes()].concat();
    let processes = with_variable(|found| found == variable);
    processes.iter().filter_map(|process| process.file_name()?.to_str()?.parse().ok()).collect()
}

/// The variable that a process was given with this name.
pub(crate) fn has_variable(id: u32, name: &str) -> bool {
    let environment = fs::read(format!("/proc/{id}/environ")).unwrap();
    let begin = format!("{name}=");
    environment.split(|byte| *byte == 0).any(|found| found.starts_with(begin.as_bytes()))
}

/// What is behind the standard input of a process.
pub(crate) fn standard_input(id: u32) -> Option<std::path::PathBuf> {
    fs::read_link(format!("/proc/{id}/fd/0")).ok()
}

/// The bits of a file or directory that say who may what.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// How many files are below a directory, sockets and empty directories among them.
pub(crate) fn files(directory: &Path) -> usize {
    let Ok(entries) = fs::read_dir(directory) else { return 0 };
    let count = |path: &Path| match path.is_dir() {
        true => files(path).max(1),
        false => 1,
    };
    entries.filter_map(Result::ok).map(|entry| count(&entry.path())).sum()
}

/// Waits until something is so, and says how long it took; `None` where it is not so after the limit.
pub(crate) fn wait(limit: Duration, mut is_so: impl FnMut() -> bool) -> Option<Duration> {
    let clock = Instant::now();
    loop {
        if is_so() {
            return Some(clock.elapsed());
        }
        if clock.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Does something again and again beside what else happens.
pub(crate) struct Meanwhile {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<bool>>,
}

impl Meanwhile {
    /// Begins. What is done says whether it has seen what it looked for.
    pub(crate) fn begin(mut again: impl FnMut() -> bool + Send + 'static) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let mut seen = false;
            while !is_over.load(Ordering::SeqCst) {
                seen |= again();
            }
            seen
        });
        Self { ended, thread: Some(thread) }
    }

    /// Ends it: whether it has ever seen it.
    pub(crate) fn end(mut self) -> bool {
        self.ended.store(true, Ordering::SeqCst);
        self.thread.take().is_some_and(|thread| thread.join().unwrap())
    }
}

impl Drop for Meanwhile {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
    }
}

/// Whether somebody on this machine connects to this address, as the system writes it.
pub(crate) fn connects_to(address: &str) -> bool {
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    table.lines().any(|line| line.split_whitespace().nth(2) == Some(address))
}

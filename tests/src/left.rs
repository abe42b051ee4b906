//! What a process has to do with the outside, and what runs in it: to be compared before and after something that must
//! leave nothing.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What there is of this process at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Child processes, those included that have ended and that nobody has asked for.
    pub children: Vec<i32>,
    /// Open file descriptors, as a number.
    pub files: usize,
    /// What is in the directory for temporary files.
    pub sockets: Vec<PathBuf>,
    /// Threads, as a number.
    pub threads: usize,
    /// Tasks of the runtime, as a number.
    pub tasks: usize,
}

impl Left {
    /// Looks around. Within a runtime.
    ///
    /// # Errors
    ///
    /// What the operating system says instead.
    pub fn look() -> io::Result<Self> {
        let mut children = Vec::new();
        let mut threads = 0;
        for thread in std::fs::read_dir("/proc/self/task")? {
            threads += 1;
            // A thread may have ended since.
            let text = std::fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
            children.extend(text.split_whitespace().filter_map(|child| child.parse::<i32>().ok()));
        }
        children.sort_unstable();
        let files = std::fs::read_dir("/proc/self/fd")?.count();
        let mut sockets = Vec::new();
        for entry in std::fs::read_dir(std::env::temp_dir())? {
            sockets.push(entry?.path());
        }
        let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        Ok(Self { children, files, sockets, threads, tasks })
    }

    /// Waits until no task is left, and nothing else goes any more: what was done before ends a moment behind it.
    ///
    /// # Errors
    ///
    /// What the operating system says instead.
    ///
    /// # Panics
    ///
    /// When a task is still there after a long time.
    pub async fn at_rest() -> io::Result<Self> {
        let clock = Instant::now();
        let mut last = Self::look()?;
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let left = Self::look()?;
            if left.tasks == 0 && left == last {
                return Ok(left);
            }
            assert!(clock.elapsed() < Duration::from_secs(60), "a task does not end: {left:?}");
            last = left;
        }
    }

    /// Waits until there is this again and nothing else, and says how long that took: what was killed needs a moment to end.
    ///
    /// # Errors
    ///
    /// What the operating system says instead.
    ///
    /// # Panics
    ///
    /// When something else is still there after a long time.
    pub async fn settle(&self, what: &str) -> io::Result<Duration> {
        let clock = Instant::now();
        loop {
            let left = Self::look()?;
            if left == *self {
                return Ok(clock.elapsed());
            }
            assert!(clock.elapsed() < Duration::from_secs(20), "{what}: {left:?}, before: {self:?}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

//! Whether a process was killed for want of memory.
//!
//! The signal is the one that everybody else kills by. Linux counts, for each control group, the processes that it has killed
//! for want of memory: where that number has risen, a kill that is nobody else's was one of these.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Mutex, PoisonError};

use rustix::process::Signal;

/// The kills that have explained an end, by the file that counts them: the last that is accounted for.
static EXPLAINED: Mutex<BTreeMap<PathBuf, u64>> = Mutex::new(BTreeMap::new());

/// Counts the processes that were killed for want of memory where one process runs, from its beginning on.
#[derive(Debug)]
pub(in crate::client::process) struct MemoryKills {
    /// The file with the number, and what it was in the beginning. `None` where the system has none.
    counted: Option<(PathBuf, u64)>,
}

impl MemoryKills {
    /// Those around a process that has just begun.
    pub(in crate::client::process) fn of(process: Option<u32>) -> Self {
        let Some(process) = process else { return Self { counted: None } };
        let groups = fs::read_to_string(format!("/proc/{process}/cgroup")).unwrap_or_default();
        Self::in_files(files(Path::new("/sys/fs/cgroup"), &groups))
    }

    fn in_files(files: impl IntoIterator<Item = PathBuf>) -> Self {
        // The last resort counts those of the whole system.
        let files = files.into_iter().chain([PathBuf::from("/proc/vmstat")]);
        let counted = |file: PathBuf| count(&file).map(|count| (file, count));
        Self { counted: files.into_iter().find_map(counted) }
    }

    /// Whether a kill for want of memory explains this end. Each explains one.
    pub(in crate::client::process) fn explain(&self, status: Option<ExitStatus>) -> bool {
        let is_killed = status.and_then(|status| status.signal()) == Some(Signal::KILL.as_raw());
        let Some((file, first)) = self.counted.as_ref().filter(|_| is_killed) else { return false };
        let Some(now) = count(file) else { return false };
        let mut explained = EXPLAINED.lock().unwrap_or_else(PoisonError::into_inner);
        let last = explained.get(file).copied().unwrap_or_default().max(*first);
        let is_explained = now > last;
        if is_explained {
            explained.insert(file.clone(), last.saturating_add(1));
        }
        is_explained
    }
}

/// The files that may hold the number for a process in these groups: those of the second version of control groups, and of
/// the first.
fn files(mount: &Path, groups: &str) -> Vec<PathBuf> {
    let file = |line: &str| {
        let (_number, line) = line.split_once(':')?;
        let (controllers, path) = line.split_once(':')?;
        let path = path.trim_start_matches('/');
        match controllers {
            "" => Some(mount.join(path).join("memory.events")),
            _ if controllers.split(',').any(|controller| controller == "memory") => {
                Some(mount.join("memory").join(path).join("memory.oom_control"))
            }
            _ => None,
        }
    };
    groups.lines().filter_map(file).collect()
}

/// The number behind `oom_kill`.
fn count(file: &Path) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_in_the_group_of_the_process() {
        let found = files(Path::new("/c"), "4:cpu,memory:/a/b\n1:name=systemd:/x\n0::/d\nnonsense\n");
        let expected = ["/c/memory/a/b/memory.oom_control", "/c/d/memory.events"].map(PathBuf::from);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_kill_for_want_of_memory_explains_one_end_and_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("memory.events");
        let write = |kills: u64| fs::write(&file, format!("low 0\noom {kills}\noom_kill {kills}\n")).unwrap();
        let (killed, terminated) = (ExitStatus::from_raw(9), ExitStatus::from_raw(15));
        write(3);
        let plugins: Vec<_> = (0..3).map(|_| MemoryKills::in_files([file.clone()])).collect();
        assert!(!plugins[0].explain(Some(killed)), "nobody was killed meanwhile");
        write(4);
        for other in [None, Some(terminated), Some(ExitStatus::from_raw(9 << 8))] {
            assert!(!plugins[0].explain(other), "{other:?}");
        }
        assert!(plugins[0].explain(Some(killed)));
        assert!(!plugins[1].explain(Some(killed)), "the one kill is accounted for");
        write(6);
        assert!(plugins[1].explain(Some(killed)) && plugins[2].explain(Some(killed)));
        assert!(!MemoryKills::in_files([file.clone()]).explain(Some(killed)), "it began behind the kills");
    }

    #[test]
    fn a_system_without_the_number_explains_nothing() {
        let nowhere = MemoryKills { counted: None };
        assert!(!nowhere.explain(Some(ExitStatus::from_raw(9))));
        assert!(MemoryKills::of(None).counted.is_none());
    }
}

use std::error::Error;
use std::fs;
use std::process;

/// What a process has of what a system has to give, each as a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Inventory {
    pub(super) descriptors: usize,
    /// Those of the descriptors that are sockets.
    pub(super) sockets: usize,
    pub(super) threads: usize,
    /// Of the runtime.
    pub(super) tasks: usize,
    /// Child processes, those included that have ended and were not reaped.
    pub(super) children: usize,
    /// The latter alone.
    pub(super) zombies: usize,
    /// Of the sockets of plugins.
    pub(super) directories: usize,
}

impl Inventory {
    pub(super) fn take() -> Result<Self, Box<dyn Error>> {
        let descriptors: Vec<_> = fs::read_dir("/proc/self/fd")?.flatten().collect();
        let is_socket =
            |path| fs::read_link(path).is_ok_and(|link| link.to_string_lossy().starts_with("socket:"));
        let children: Vec<_> = fs::read_dir("/proc")?
            .flatten()
            .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
            .filter_map(|stat| state_of_child(&stat, process::id()))
            .collect();
        Ok(Self {
            sockets: descriptors.iter().filter(|entry| is_socket(entry.path())).count(),
            descriptors: descriptors.len(),
            threads: fs::read_dir("/proc/self/task")?.count(),
            tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
            zombies: children.iter().filter(|state| **state == 'Z').count(),
            children: children.len(),
            directories: 0,
        })
    }

    /// The names of the numbers, with the numbers.
    pub(super) const fn named(&self) -> [(&'static str, usize); 7] {
        [
            ("descriptors", self.descriptors),
            ("sockets", self.sockets),
            ("threads", self.threads),
            ("tasks", self.tasks),
            ("children", self.children),
            ("zombies", self.zombies),
            ("directories", self.directories),
        ]
    }

    /// Whether there is no more of anything.
    pub(super) fn is_within(&self, before: &Self) -> bool {
        self.named().into_iter().zip(before.named()).all(|((_, now), (_, then))| now <= then)
    }
}

/// The state of a process that is a child of this one, by its line in `/proc`.
fn state_of_child(stat: &str, parent: u32) -> Option<char> {
    // The name before may hold anything, brackets included.
    let (_name, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let state = fields.next()?.chars().next()?;
    (fields.next()?.parse() == Ok(parent)).then_some(state)
}

/// The memory of a process that is in use, in bytes: by its number, or `self`.
pub(super) fn resident_bytes(process: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no line `VmRSS`")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_known_whatever_its_name_is() {
        assert_eq!(state_of_child("7 (a) Z 9 (b) Z 3 4 5", 3), Some('Z'));
        assert_eq!(state_of_child("7 (sh) S 12 7 7 0", 12), Some('S'));
        assert_eq!(state_of_child("7 (sh) S 12 7 7 0", 13), None);
    }
}

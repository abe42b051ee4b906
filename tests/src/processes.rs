//! The processes of this machine, by what they were given: whoever a test has started bears its mark.

use std::fs;
use std::path::{Path, PathBuf};

/// The processes of which a variable is so, as it stands in their environment, `NAME=value`: their directories in `/proc`.
///
/// What has ended since, or is another user's, has none.
pub fn with_variable(is_so: impl Fn(&[u8]) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let is_marked = |process: &PathBuf| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(&is_so)
    };
    entries.map(|entry| entry.path()).filter(is_marked).collect()
}

/// What a process was started with, to be read by people. Of one that nobody has asked for it is empty.
#[must_use]
pub fn command(process: &Path) -> String {
    let command = fs::read_to_string(process.join("cmdline")).unwrap_or_default();
    format!("{} {}", process.display(), command.replace('\0', " "))
}

/// Whether a process runs: one that only waits to be reaped does not.
#[must_use]
pub fn runs(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

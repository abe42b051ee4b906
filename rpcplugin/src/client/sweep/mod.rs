//! What becomes of the directories of hosts that were killed together with their guards? The next host of this user removes them.
//!
//! Each directory of a host's holds its lifeline, a named pipe of which that host has the writing end, or whoever it has handed
//! the plugin to. A pipe without a writer is one whose host is gone. There is no moment at which a host that lives has none: the
//! pipe is there under its name once its writer is.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

#[cfg(not(target_os = "linux"))]
use elsewhere::sweep;
#[cfg(target_os = "linux")]
use linux::sweep;

use crate::limits::SWEPT_PARENTS_MAX;

/// Removes what dead hosts have left in this directory, where this process has not looked there before. It begins, and nobody waits
/// for it: a start is none the slower.
pub(super) fn begin(parent: &Path) {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

    let is_new = {
        let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
        swept.len() < SWEPT_PARENTS_MAX && swept.insert(parent.to_owned())
    };
    if is_new {
        let parent = parent.to_owned();
        let thread = std::thread::Builder::new().name("plugin-sweep".to_owned());
        // A machine that has no thread to spare has other worries.
        drop(thread.spawn(move || sweep(&parent)));
    }
}

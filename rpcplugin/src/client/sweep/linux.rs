use std::collections::BTreeSet;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{FileType, Mode, OFlags, fstat, fstatfs, open, openat};
use rustix::process::geteuid;

use crate::limits::{SWEPT_DIRECTORIES_MAX, SWEPT_NAMES_MAX, SWEPT_PARENTS_MAX};
use crate::transport::LIFELINE_NAME;

/// File systems of one machine, by their numbers: ext, XFS, Btrfs, tmpfs, overlays, F2FS, ZFS, and bcachefs. What shows the files of
/// another machine shows its pipes as well, and never their writers.
const LOCAL: [u64; 8] =
    [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0xF2F5_2010, 0x2FC1_2FC1, 0xCA45_1A4E];

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Removes what dead hosts have left in this directory, where this process has not looked there before. It begins, and nobody waits
/// for it: a start is none the slower.
pub(in crate::client) fn begin(parent: &Path) {
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

/// Removes the directories of hosts that are gone. What cannot be looked at, or removed, stays.
fn sweep(parent: &Path) {
    let removed = match remove_all(parent) {
        Ok(removed) => removed,
        Err(error) => {
            let parent = parent.display();
            return tracing::debug!(%parent, %error, "nobody could look for what dead hosts have left");
        }
    };
    if removed > 0 {
        let parent = parent.display();
        tracing::debug!(%parent, removed, "directories of hosts that were killed with their guards are removed");
    }
}

/// How many there were.
fn remove_all(parent: &Path) -> io::Result<usize> {
    let held = open(parent, DIRECTORY, Mode::empty())?;
    if !is_local(held.as_fd()) {
        return Err(io::Error::other("it is on a file system that other machines may share"));
    }
    // By this path nothing else is reached than what was looked at, whoever renames things meanwhile.
    let parent = PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd()));
    let mut removed = 0_usize;
    for entry in std::fs::read_dir(&parent)?.take(SWEPT_NAMES_MAX) {
        let Ok(name) = entry.map(|entry| entry.file_name()) else { continue };
        if removed == SWEPT_DIRECTORIES_MAX {
            break;
        }
        let is_ours = name.to_str().is_some_and(is_name);
        if is_ours && is_left(held.as_fd(), Path::new(&name)).unwrap_or(false) {
            // Whoever comes to it first removes it, a guard that is late as well.
            removed =
                removed.saturating_add(usize::from(std::fs::remove_dir_all(parent.join(&name)).is_ok()));
        }
    }
    Ok(removed)
}

/// Whether a host names its directories so: `plugin-`, the twelve digits of its own, and four random characters.
fn is_name(name: &str) -> bool {
    let Some((host, random)) = name.strip_prefix("plugin-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (host.len(), random.len()) == (12, 4)
        && host.bytes().all(is_digit)
        && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether this is a directory of this user's with a lifeline that nobody holds. No link is followed.
fn is_left(parent: BorrowedFd<'_>, name: &Path) -> io::Result<bool> {
    let directory = openat(parent, name, DIRECTORY | OFlags::NOFOLLOW, Mode::empty())?;
    if fstat(&directory)?.st_uid != geteuid().as_raw() {
        return Ok(false);
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let lifeline = openat(&directory, LIFELINE_NAME, flags, Mode::empty())?;
    let found = fstat(&lifeline)?;
    let is_pipe = FileType::from_raw_mode(found.st_mode) == FileType::Fifo;
    // A pipe that has a writer, and in which nothing is, has nothing to read yet; one without is at its end.
    Ok(is_pipe && found.st_uid == geteuid().as_raw() && rustix::io::read(&lifeline, &mut [0; 1])? == 0)
}

fn is_local(directory: BorrowedFd<'_>) -> bool {
    let kind = fstatfs(directory).ok().and_then(|found| u64::try_from(found.f_type).ok());
    kind.is_some_and(|kind| LOCAL.contains(&kind))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, mkfifoat};

    use super::*;
    use crate::transport::Lifeline;

    /// A directory as a host makes it, with something in it.
    fn made(parent: &Path, name: &str) -> PathBuf {
        let path = parent.join(name);
        std::fs::create_dir_all(path.join("plugin-12345678")).unwrap();
        std::fs::write(path.join("plugin-12345678/socket"), "").unwrap();
        path
    }

    fn with_lifeline(parent: &Path, name: &str) -> (PathBuf, Lifeline) {
        let path = made(parent, name);
        let lifeline = Lifeline::create(path.join(LIFELINE_NAME)).unwrap();
        (path, lifeline)
    }

    /// With a file system that is not known nothing can be seen here.
    fn parent() -> Option<tempfile::TempDir> {
        let parent = tempfile::tempdir().unwrap();
        let held = open(parent.path(), DIRECTORY, Mode::empty()).unwrap();
        is_local(held.as_fd()).then_some(parent)
    }

    #[test]
    fn what_a_dead_host_has_left_is_removed_and_what_a_living_one_has_is_not() {
        let Some(parent) = parent() else { return };
        let (dead, lifeline) = with_lifeline(parent.path(), "plugin-0123456789ab-aZ09");
        drop(lifeline);
        let (alive, lifeline) = with_lifeline(parent.path(), "plugin-0123456789ac-aZ09");
        // Whoever has taken a plugin over holds the same end.
        let (handed_on, first) = with_lifeline(parent.path(), "plugin-0123456789ad-aZ09");
        let second = first.end().unwrap();
        drop(first);
        assert_eq!(remove_all(parent.path()).unwrap(), 1);
        assert!(!dead.exists() && alive.exists() && handed_on.exists());
        drop((lifeline, second));
        assert_eq!(remove_all(parent.path()).unwrap(), 2);
        assert!(!alive.exists() && !handed_on.exists());
    }

    #[test]
    fn what_is_no_hosts_is_left_alone() {
        let Some(parent) = parent() else { return };
        let parent = parent.path();
        // Without a lifeline nobody knows whose it is, and a file is none.
        made(parent, "plugin-0123456789ab-0000");
        std::fs::write(made(parent, "plugin-0123456789ab-0001").join(LIFELINE_NAME), "").unwrap();
        for name in [
            "plugin-12345678",
            "plugin-0123456789AB-0000",
            "plugin-0123456789ab-000",
            "other-0123456789ab-0000",
        ] {
            drop(with_lifeline(parent, name));
        }
        let elsewhere = tempfile::tempdir().unwrap();
        let (kept, lifeline) = with_lifeline(elsewhere.path(), "plugin-0123456789ab-0002");
        drop(lifeline);
        symlink(&kept, parent.join("plugin-0123456789ab-0003")).unwrap();
        symlink(kept.join(LIFELINE_NAME), made(parent, "plugin-0123456789ab-0004").join(LIFELINE_NAME))
            .unwrap();
        let before = std::fs::read_dir(parent).unwrap().count();
        assert_eq!(remove_all(parent).unwrap(), 0);
        assert_eq!(std::fs::read_dir(parent).unwrap().count(), before);
        assert!(kept.join("plugin-12345678/socket").exists());
    }

    #[test]
    fn links_in_what_is_removed_are_not_followed() {
        let Some(parent) = parent() else { return };
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::write(elsewhere.path().join("file"), "").unwrap();
        let (dead, lifeline) = with_lifeline(parent.path(), "plugin-0123456789ab-0000");
        symlink(elsewhere.path(), dead.join("link")).unwrap();
        drop(lifeline);
        assert_eq!(remove_all(parent.path()).unwrap(), 1);
        assert!(!dead.exists() && elsewhere.path().join("file").exists());
    }

    #[test]
    fn what_is_another_users_is_left_alone() {
        let Some(parent) = parent() else { return };
        let (dead, lifeline) = with_lifeline(parent.path(), "plugin-0123456789ab-0000");
        drop(lifeline);
        // Only root may give something away.
        if std::os::unix::fs::chown(&dead, Some(65_534), None).is_err() {
            return;
        }
        assert_eq!(remove_all(parent.path()).unwrap(), 0);
        std::os::unix::fs::chown(&dead, Some(geteuid().as_raw()), None).unwrap();
        let pipe = dead.join(LIFELINE_NAME);
        std::os::unix::fs::chown(&pipe, Some(65_534), None).unwrap();
        assert_eq!(remove_all(parent.path()).unwrap(), 0);
        assert!(dead.exists());
    }

    #[test]
    fn no_more_is_removed_at_once_than_the_limit() {
        let Some(parent) = parent() else { return };
        for number in 0..=SWEPT_DIRECTORIES_MAX {
            let path = parent.path().join(format!("plugin-{number:012x}-0000"));
            std::fs::create_dir(&path).unwrap();
            mkfifoat(CWD, path.join(LIFELINE_NAME), Mode::RUSR | Mode::WUSR).unwrap();
        }
        assert_eq!(remove_all(parent.path()).unwrap(), SWEPT_DIRECTORIES_MAX);
        assert_eq!(remove_all(parent.path()).unwrap(), 1);
    }
}

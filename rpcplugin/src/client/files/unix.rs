use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, OFlags, access};

/// Whether this user may execute it.
pub(in crate::client) fn is_executable(path: &Path) -> bool {
    access(path, Access::EXEC_OK).is_ok()
}

/// Opens it for reading. What it is may be anything, and keeps nobody waiting.
pub(in crate::client) fn open_at_once(path: &Path) -> io::Result<File> {
    open(path, OFlags::NONBLOCK | OFlags::NOCTTY)
}

/// The same, of what is there and not of what that leads to.
pub(in crate::client) fn open_what_is_there(path: &Path) -> io::Result<File> {
    open(path, OFlags::NONBLOCK | OFlags::NOFOLLOW)
}

fn open(path: &Path, flags: OFlags) -> io::Result<File> {
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    File::options().read(true).custom_flags(flags).open(path)
}

/// The path that a file names.
pub(in crate::client) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::io::Errno;

use super::SpawnCause;
use crate::client::files::is_executable;

impl SpawnCause {
    /// What `error` means, which the system gave for a program that should start in `directory`.
    pub(in crate::client) fn of(error: &io::Error, program: &Path, directory: Option<&Path>) -> Self {
        if program.as_os_str().is_empty() {
            return Self::EmptyPath;
        }
        match Errno::from_io_error(error) {
            Some(Errno::TXTBSY) => Self::Busy,
            Some(Errno::MFILE | Errno::NFILE) => Self::TooManyDescriptors,
            Some(Errno::AGAIN) => Self::TooManyProcesses,
            Some(Errno::NOMEM) => Self::OutOfMemory,
            Some(Errno::TOOBIG) => Self::TooLong,
            Some(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS | Errno::PERM | Errno::NOEXEC) => {
                Self::at(program, directory)
            }
            _ => Self::Other,
        }
    }

    /// Why a file may not be executed, if so.
    pub(super) fn forbidden(path: &Path, found: &Metadata) -> Option<Self> {
        match found.permissions().mode() & 0o111 {
            // Root may do everything but execute what nobody may.
            0 => Some(Self::NotExecutable),
            _ if is_mounted_without_execution(path) => Some(Self::NoExecMount),
            _ if !is_executable(path) => Some(Self::NotExecutable),
            _ => None,
        }
    }
}

#[cfg(target_os = "linux")]
fn is_mounted_without_execution(path: &Path) -> bool {
    use rustix::fs::{StatVfsMountFlags, statvfs};

    statvfs(path).is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::NOEXEC))
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
const fn is_mounted_without_execution(_path: &Path) -> bool {
    false
}

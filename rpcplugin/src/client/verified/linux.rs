use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;

/// The sealed copy of a program.
#[derive(Debug)]
pub(super) struct HeldProgram(File);

impl HeldProgram {
    /// Copies a program to memory, and seals that.
    pub(super) fn of(program: &Path) -> io::Result<Self> {
        let mut source = File::open(program)?;
        let mut memory = File::from(memory()?);
        io::copy(&mut source, &mut memory)?;
        fcntl_add_seals(&memory, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Ok(Self(memory))
    }

    pub(super) const fn file(&mut self) -> &mut File {
        &mut self.0
    }

    /// The path of the copy.
    ///
    /// A process that begins still has the descriptor when the system looks for its program, and has it no more when that runs.
    /// An interpreter looks later, and finds it at this process; one that may not be looked at cannot start scripts so.
    pub(super) fn path(&self, is_script: bool) -> PathBuf {
        let descriptor = self.0.as_raw_fd();
        match is_script {
            false => format!("/proc/self/fd/{descriptor}").into(),
            true => format!("/proc/{}/fd/{descriptor}", std::process::id()).into(),
        }
    }
}

/// Memory that can be executed: a newer system wants to be asked for that, and an older one does not know the question.
fn memory() -> rustix::io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    match memfd_create("plugin", flags | MemfdFlags::EXEC) {
        Err(Errno::INVAL) => memfd_create("plugin", flags),
        made => made,
    }
}

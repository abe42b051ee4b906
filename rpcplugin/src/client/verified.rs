//! A program whose bytes were compared with a checksum, and which nobody can change until it runs.
//!
//! Between a look at a file and its execution another one may be put in its place, or other bytes into it. So it is copied to
//! memory that is then sealed, and it is the copy that is looked at and executed.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;

use super::{Checksum, StartError};

/// A piece that is read and added up, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// The sealed copy of a program. It can be executed as long as the value lives.
#[derive(Debug)]
pub(super) struct Verified {
    memory: File,
    /// Whether the system hands it to an interpreter, which opens it by its path.
    is_script: bool,
}

impl Verified {
    /// Reads a program, and compares it. It waits for a disk, and reads all bytes twice: not for a thread with tasks.
    pub(super) fn read(program: &Path, expected: &Checksum) -> Result<Self, StartError> {
        let unread = |source| StartError::Unread { program: program.to_owned(), source };
        let mut memory = copy(program).map_err(unread)?;
        // What nobody can change any more.
        let (found, is_script) = judge(&mut memory, expected).map_err(unread)?;
        if found != *expected {
            let (program, expected) = (program.to_owned(), expected.clone());
            return Err(StartError::Checksum { program, expected, found });
        }
        Ok(Self { memory, is_script })
    }

    /// The path of the copy, for a process that this one starts.
    ///
    /// A process that begins still has the descriptor when the system looks for its program, and has it no more when that runs.
    /// An interpreter looks later, and finds it at this process; one that may not be looked at cannot start scripts so.
    pub(super) fn path(&self) -> PathBuf {
        let descriptor = self.memory.as_raw_fd();
        match self.is_script {
            false => format!("/proc/self/fd/{descriptor}").into(),
            true => format!("/proc/{}/fd/{descriptor}", std::process::id()).into(),
        }
    }
}

/// Copies a program to memory, and seals that.
fn copy(program: &Path) -> io::Result<File> {
    let mut source = File::open(program)?;
    let mut memory = File::from(memory()?);
    io::copy(&mut source, &mut memory)?;
    fcntl_add_seals(&memory, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    Ok(memory)
}

/// Memory that can be executed: a newer system wants to be asked for that, and an older one does not know the question.
fn memory() -> rustix::io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    match memfd_create("plugin", flags | MemfdFlags::EXEC) {
        Err(Errno::INVAL) => memfd_create("plugin", flags),
        made => made,
    }
}

/// What the bytes add up to, and whether they are a script.
fn judge(memory: &mut File, expected: &Checksum) -> io::Result<(Checksum, bool)> {
    memory.rewind()?;
    let (mut sum, mut piece, mut beginning) = (expected.begin(), vec![0; PIECE_BYTES], Vec::<u8>::new());
    loop {
        let read = memory.read(&mut piece)?;
        let read = piece.get(..read).unwrap_or_default();
        if read.is_empty() {
            return Ok((sum.finish(), beginning == b"#!"));
        }
        beginning.extend(read.iter().take(2 - beginning.len()));
        sum.update(read);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_executed_is_what_was_compared() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "#!/bin/sh\necho first\n").unwrap();
        let expected = Checksum::of(b"#!/bin/sh\necho first\n");
        let verified = Verified::read(file.path(), &expected).unwrap();
        std::fs::write(file.path(), "#!/bin/sh\necho second\n").unwrap();
        let output = Command::new(verified.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "first\n");
        let error = Verified::read(file.path(), &expected).unwrap_err().to_string();
        assert!(error.contains(&expected.to_string()), "{error}");
        assert!(error.contains(&Checksum::of(b"#!/bin/sh\necho second\n").to_string()), "{error}");
        // Nobody can change the copy.
        let mut writer = std::fs::OpenOptions::new().write(true).open(verified.path()).unwrap();
        writer.write_all(b"x").unwrap_err();
    }

    #[test]
    fn a_program_that_cannot_be_read_is_named() {
        let error = Verified::read(Path::new("/nowhere/plugin"), &Checksum::of(b"")).unwrap_err();
        assert!(matches!(error, StartError::Unread { .. }));
        assert!(error.to_string().contains("/nowhere/plugin"), "{error}");
    }
}

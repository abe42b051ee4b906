//! A program whose bytes were compared with a checksum, and which nobody can change until it runs.
//!
//! Between a look at a file and its execution another one may be put in its place, or other bytes into it. So it is copied to
//! memory that is then sealed, and it is the copy that is looked at and executed.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};

use super::{Checksum, StartError};

/// A piece that is read and added up, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// The sealed copy of a program. It can be executed as long as the value lives.
#[derive(Debug)]
pub(super) struct Verified {
    memory: File,
}

impl Verified {
    /// Reads a program, and compares it. It takes about as long as to copy it twice: not for a thread with tasks.
    pub(super) fn read(program: &Path, expected: &Checksum) -> Result<Self, StartError> {
        let unread = |source| StartError::Unread { program: program.to_owned(), source };
        let (memory, found) = copy(program, expected).map_err(unread)?;
        if found != *expected {
            let (program, expected) = (program.to_owned(), expected.clone());
            return Err(StartError::Checksum { program, expected, found });
        }
        Ok(Self { memory })
    }

    /// The path of the copy, for this process and those that it starts.
    pub(super) fn path(&self) -> PathBuf {
        // The descriptor is this process's own: the plugin does not inherit it.
        format!("/proc/{}/fd/{}", std::process::id(), self.memory.as_raw_fd()).into()
    }
}

fn copy(program: &Path, expected: &Checksum) -> io::Result<(File, Checksum)> {
    let mut source = File::open(program)?;
    let mut memory = File::from(memfd_create("plugin", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?);
    let mut sum = expected.begin();
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => piece.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        sum.update(read);
        memory.write_all(read)?;
    }
    fcntl_add_seals(&memory, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    Ok((memory, sum.finish()))
}

#[cfg(test)]
mod tests {
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

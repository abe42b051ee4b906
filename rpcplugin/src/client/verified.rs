//! A program whose bytes were compared with a checksum, and which nobody can change until it runs.
//!
//! Between a look at a file and its execution another one may be put in its place, or other bytes into it. So it is held in the
//! way that the system has for that, and what is held is looked at and executed: on Linux a copy in memory that is then sealed, on
//! macOS a copy in a directory of this user's own, and on Windows the file itself, which nobody can write to or replace.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, any(test, not(target_os = "linux"))))]
mod private_copy;
#[cfg(windows)]
mod windows;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
use linux::HeldProgram;
#[cfg(all(unix, not(target_os = "linux")))]
use private_copy::HeldProgram;
#[cfg(windows)]
use windows::HeldProgram;

use super::{Checksum, StartError};

/// A piece that is read and added up, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// A program that is held, or a copy of it. It can be executed as long as the value lives.
#[derive(Debug)]
pub(super) struct Verified {
    held: HeldProgram,
    /// Whether the system hands it to an interpreter, which opens it by its path.
    is_script: bool,
}

impl Verified {
    /// Reads a program, and compares it. It waits for a disk, and reads all bytes twice: not for a thread with tasks.
    pub(super) fn read(program: &Path, expected: &Checksum) -> Result<Self, StartError> {
        let unread = |source| StartError::Unread { program: program.to_owned(), source };
        let mut held = HeldProgram::of(program).map_err(unread)?;
        // What nobody can change any more.
        let (found, is_script) = judge(held.file(), expected).map_err(unread)?;
        if found != *expected {
            let (program, expected) = (program.to_owned(), expected.clone());
            return Err(StartError::Checksum { program, expected, found });
        }
        Ok(Self { held, is_script })
    }

    /// Its path, for a process that this one starts.
    pub(super) fn path(&self) -> PathBuf {
        self.held.path(self.is_script)
    }
}

/// What the bytes add up to, and whether they are a script.
fn judge(program: &mut File, expected: &Checksum) -> io::Result<(Checksum, bool)> {
    program.rewind()?;
    let (mut sum, mut piece, mut beginning) = (expected.begin(), vec![0; PIECE_BYTES], Vec::<u8>::new());
    loop {
        let read = program.read(&mut piece)?;
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

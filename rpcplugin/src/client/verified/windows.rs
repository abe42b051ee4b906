use std::fs::File;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A program that nobody can write to, rename or remove: a copy would look for its libraries in another directory.
#[derive(Debug)]
pub(super) struct HeldProgram {
    file: File,
    path: PathBuf,
}

impl HeldProgram {
    /// Opens a program so that others may only read it, by a path without links.
    pub(super) fn of(program: &Path) -> io::Result<Self> {
        const FILE_SHARE_READ: u32 = 1;
        let path = program.canonicalize()?;
        let file = File::options().read(true).share_mode(FILE_SHARE_READ).open(&path)?;
        Ok(Self { file, path })
    }

    pub(super) const fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Its path.
    pub(super) fn path(&self, _is_script: bool) -> PathBuf {
        self.path.clone()
    }
}

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::client::guard::{GuardedDirectory, guarded_directory};

/// A copy of a program in a directory that only this user can enter, and that ends with this process.
#[derive(Debug)]
pub(super) struct HeldProgram {
    copy: File,
    path: PathBuf,
    _directory: GuardedDirectory,
}

impl HeldProgram {
    /// Copies a program. Who else runs as this user could still change the copy.
    pub(super) fn of(program: &Path) -> io::Result<Self> {
        let directory = guarded_directory(std::env::temp_dir()).map_err(io::Error::other)?;
        let path = directory.path().join(program.file_name().unwrap_or(program.as_os_str()));
        let mut source = File::open(program)?;
        let mut copy = File::create_new(&path)?;
        io::copy(&mut source, &mut copy)?;
        copy.set_permissions(Permissions::from_mode(0o500))?;
        // What is open for writing is not executed.
        drop(copy);
        Ok(Self { copy: File::open(&path)?, path, _directory: directory })
    }

    pub(super) const fn file(&mut self) -> &mut File {
        &mut self.copy
    }

    /// The path of the copy.
    pub(super) fn path(&self, _is_script: bool) -> PathBuf {
        self.path.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_copy_is_executable_stays_as_it_was_and_goes_with_its_value() {
        let original = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(original.path(), "first").unwrap();
        let mut held = HeldProgram::of(original.path()).unwrap();
        std::fs::write(original.path(), "second").unwrap();
        let path = held.path(false);
        assert_eq!(path.file_name(), original.path().file_name());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o500);
        let mut text = String::new();
        held.file().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), std::fs::read_to_string(&path).unwrap().as_str()), ("first", "first"));
        drop(held);
        assert!(!path.exists());
    }
}

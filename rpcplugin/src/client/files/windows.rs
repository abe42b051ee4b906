use std::fs::File;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Whether it has the name of a program: no permission makes it one.
pub(in crate::client) fn is_executable(path: &Path) -> bool {
    const EXTENSIONS: [&str; 4] = ["exe", "com", "bat", "cmd"];
    let extension = path.extension().unwrap_or_default();
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Opens it for reading.
pub(in crate::client) fn open_at_once(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The same, of what is there and not of what that leads to.
pub(in crate::client) fn open_what_is_there(path: &Path) -> io::Result<File> {
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    File::options().read(true).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT).open(path)
}

/// The path that a file names.
pub(in crate::client) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

//! Values that stand in a file of their own: `file://` and a path.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::limits::CONFIG_FILE_BYTES_MAX;

/// What stands before the path.
const SCHEME: &str = "file://";

/// The file that a text names instead of being the value, where it does; one with a relative path is below `directory`.
pub(super) fn referred(text: &str, directory: Option<&Path>) -> Option<PathBuf> {
    let path = Path::new(text.strip_prefix(SCHEME)?);
    Some(match directory {
        Some(directory) => directory.join(path),
        None => path.to_owned(),
    })
}

/// The text of a file, as long as it is one and not too long.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    // A pipe would hold up whoever opens it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file with a content"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(CONFIG_FILE_BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > CONFIG_FILE_BYTES_MAX) {
        let text = format!("it is longer than {CONFIG_FILE_BYTES_MAX} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8"))
}

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::files::open_what_is_there;
use crate::handshake::says_binary;
use crate::limits::WIRES_FILE_BYTES_MAX;
use crate::transport::Address;
use crate::wire::Wire;

/// Where a plugin says that it speaks the binary wire. The directory around it removes it.
#[derive(Debug)]
pub(super) struct WiresFile {
    /// `None` from a host that does not want to know.
    path: Option<PathBuf>,
}

impl WiresFile {
    /// `directory` belongs to this host alone.
    pub(super) fn below(directory: &Path, wire: Wire) -> Self {
        Self { path: (wire != Wire::Grpc).then(|| directory.join("wires")) }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether the plugin that listens here has said so. One that is older, or no plugin of ours, has not written anything.
    pub(super) fn is_binary_spoken(&self, address: &Address) -> bool {
        let said = self.path.as_deref().map(read).and_then(Result::ok);
        said.is_some_and(|said| says_binary(&said, address))
    }
}

/// Reads what a plugin has put there. It may be anything, and must not keep the host waiting.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open_what_is_there(path)?.take(WIRES_FILE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> Address {
        Address::Tcp("127.0.0.1:10000".parse().unwrap())
    }

    fn is_binary_spoken(prepare: impl FnOnce(&Path)) -> bool {
        let directory = tempfile::tempdir().unwrap();
        let file = WiresFile::below(directory.path(), Wire::Auto);
        prepare(file.path().unwrap());
        file.is_binary_spoken(&address())
    }

    #[test]
    fn what_a_plugin_has_written_is_read_and_nothing_else() {
        let line = "binary/1|tcp|127.0.0.1:10000\n";
        assert!(is_binary_spoken(|path| std::fs::write(path, line).unwrap()));
        assert!(!is_binary_spoken(|_| {}));
        assert!(!is_binary_spoken(|path| std::fs::write(path, b"\xff\n").unwrap()));
        assert!(!is_binary_spoken(|path| std::fs::create_dir(path).unwrap()));
        assert!(!is_binary_spoken(|path| std::os::unix::fs::symlink("/dev/zero", path).unwrap()));
        // The line is there, and too far away.
        let far = usize::try_from(WIRES_FILE_BYTES_MAX).unwrap();
        assert!(!is_binary_spoken(|path| std::fs::write(path, "\n".repeat(far) + line).unwrap()));
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_keeps_no_host_waiting() {
        use rustix::fs::Mode;

        let mode = Mode::RUSR | Mode::WUSR;
        assert!(!is_binary_spoken(|path| {
            rustix::fs::mkfifoat(rustix::fs::CWD, path, mode).unwrap();
        }));
    }

    #[test]
    fn a_host_that_wants_grpc_asks_for_nothing() {
        let path = Path::new("/tmp");
        assert_eq!(WiresFile::below(path, Wire::Grpc).path(), None);
        assert_eq!(WiresFile::below(path, Wire::Binary).path(), Some(Path::new("/tmp/wires")));
    }
}

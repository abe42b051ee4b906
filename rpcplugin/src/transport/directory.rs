use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::local::private;
#[cfg(feature = "client")]
use super::local::{who_writes, without_links};
use super::{SocketGroup, TransportError};
use crate::limits::SOCKET_PATH_BYTES_MAX;

/// A directory that only this user can enter, for a socket. It is removed when the value is dropped.
///
/// A socket is bound inside it, so there is no moment at which another user could connect. The host makes one for the
/// plugin as well, and removes it with what a killed plugin left there.
#[derive(Debug)]
pub(crate) struct SocketDirectory {
    directory: tempfile::TempDir,
}

impl SocketDirectory {
    /// Makes the directory in `parent`, or in the system's directory for temporary files.
    #[cfg(all(feature = "server", unix))]
    pub(crate) fn create(parent: Option<&Path>) -> Result<Self, TransportError> {
        let parent = parent.map_or_else(|| roomy(SOCKET_ROOM_BYTES), Path::to_owned);
        Self::create_in(parent, "plugin-", 8)
    }

    /// The same with a name that begins so. A few random characters behind it keep the path short.
    #[cfg(feature = "client")]
    pub(crate) fn create_named(parent: PathBuf, beginning: &str) -> Result<Self, TransportError> {
        Self::create_in(parent, beginning, 4)
    }

    fn create_in(parent: PathBuf, beginning: &str, random: usize) -> Result<Self, TransportError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(beginning).rand_bytes(random);
        if let Some(permissions) = private() {
            builder.permissions(permissions);
        }
        builder
            .tempdir_in(&parent)
            .map(|directory| Self { directory })
            .map_err(|source| TransportError::SocketDirectory { parent, source })
    }

    /// Lets the members of a group in, who may make sockets of their own here. Each side can remove what the other has left.
    pub(crate) fn open_to(&self, group: SocketGroup) -> Result<(), TransportError> {
        group.own_directory(self.directory.path(), 0o770)
    }

    /// Leaves the directory to others.
    #[cfg(all(feature = "client", target_os = "linux"))]
    pub(crate) fn keep(self) {
        drop(self.directory.keep());
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// A path that the handshake line can carry.
pub(super) fn printable(path: PathBuf) -> Result<PathBuf, TransportError> {
    match path.to_str() {
        Some(text) if !text.contains(['|', '\n', '\r']) => Ok(path),
        _ => Err(TransportError::SocketPathUnprintable { path }),
    }
}

/// A directory of the user's choice, if a directory in it stays where it is, and leaves `room` bytes for the path of a socket.
#[cfg(feature = "client")]
pub(crate) fn chosen(directory: &Path, room: usize) -> Result<PathBuf, TransportError> {
    let failed = |source| TransportError::SocketDirectory { parent: directory.to_owned(), source };
    // The plugin may work in another directory.
    let path = std::path::absolute(directory).map_err(failed)?;
    // From here on without links: who may change one that is on the way has no say in where the sockets go.
    let real = printable(without_links(&path).map_err(failed)?)?;
    let (length, limit) = (real.as_os_str().len(), SOCKET_PATH_BYTES_MAX.saturating_sub(room));
    if length > limit {
        return Err(TransportError::SocketDirectoryTooLong { path: real, length, limit });
    }
    for part in real.ancestors() {
        if let Some(mode) = who_writes(part).map_err(failed)? {
            let open = part.to_owned();
            return Err(TransportError::OpenSocketDirectory { path, open, mode });
        }
    }
    Ok(real)
}

/// What a socket needs below the directory for temporary files, in bytes: `/plugin-12345678/socket`.
#[cfg(all(feature = "server", unix))]
const SOCKET_ROOM_BYTES: usize = 24;

/// The directory for temporary files, or another one of the system's that leaves so many bytes of the path of a socket. Systems
/// that give each user a directory make long ones.
pub(crate) fn roomy(bytes: usize) -> PathBuf {
    first_roomy(bytes, std::env::temp_dir(), std::env::var_os("XDG_RUNTIME_DIR"))
}

fn first_roomy(bytes: usize, own: PathBuf, runtime: Option<OsString>) -> PathBuf {
    let has_room = |path: &Path| path.as_os_str().len().saturating_add(bytes) <= SOCKET_PATH_BYTES_MAX;
    if has_room(&own) {
        return own;
    }
    let others = runtime.map(PathBuf::from).into_iter().chain([PathBuf::from("/tmp")]);
    let usable = |path: &PathBuf| path.is_absolute() && has_room(path) && path.is_dir();
    // Where there is none, the error names the user's own.
    others.into_iter().find(usable).unwrap_or(own)
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_the_user_can_enter_the_directory() {
        let directory = SocketDirectory::create(None).unwrap();
        let mode = std::fs::metadata(directory.directory.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn the_directory_goes_with_its_value() {
        let directory = SocketDirectory::create(None).unwrap();
        let path = directory.directory.path().to_owned();
        drop(directory);
        assert!(!path.exists());
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_directory_in_which_strangers_could_swap_ours_is_refused_and_so_is_one_below_it() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let link = tempfile::tempdir().unwrap();
        let link = link.path().join("link");
        std::os::unix::fs::symlink(&inner, &link).unwrap();
        // What it leads to has a chain of its own.
        let chain = outer.path().join("chain");
        std::os::unix::fs::symlink(&link, &chain).unwrap();
        let all = [outer.path(), &inner, &link, &chain];
        let set =
            |mode| std::fs::set_permissions(outer.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        for mode in [0o700, 0o755, 0o770, 0o1777] {
            set(mode);
            assert_eq!(
                all.map(|path| chosen(path, 49).unwrap()),
                all.map(|path| path.canonicalize().unwrap()),
                "{mode:o}"
            );
        }
        for mode in [0o777, 0o703, 0o2772] {
            set(mode);
            for path in all {
                let error = chosen(path, 49).unwrap_err();
                let text = error.to_string();
                let TransportError::OpenSocketDirectory { path: named, open, mode: found } = error else {
                    panic!("{text}")
                };
                assert_eq!((named.as_path(), found), (path, mode), "{text}");
                assert_eq!(open, outer.path().canonicalize().unwrap(), "{text}");
            }
        }
        set(0o700);
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_directory_that_cannot_be_used_says_why() {
        let directory = tempfile::tempdir().unwrap();
        let missing = chosen(&directory.path().join("none"), 49).unwrap_err();
        let TransportError::SocketDirectory { source, .. } = &missing else { panic!("{missing}") };
        assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
        let long = directory.path().join("x".repeat(60));
        std::fs::create_dir(&long).unwrap();
        let error = chosen(&long, 49).unwrap_err();
        assert!(matches!(error, TransportError::SocketDirectoryTooLong { limit: 58, .. }), "{error}");
        let bad = directory.path().join("a|b");
        std::fs::create_dir(&bad).unwrap();
        let error = chosen(&bad, 49).unwrap_err();
        assert!(matches!(error, TransportError::SocketPathUnprintable { .. }), "{error}");
    }

    #[test]
    fn a_directory_that_is_too_long_is_replaced_by_a_shorter_one_that_is_there() {
        let runtime = tempfile::tempdir().unwrap();
        let long = |bytes: usize| PathBuf::from("/".to_owned() + &"x".repeat(bytes - 1));
        let choose = |own: usize, runtime: Option<&Path>| {
            first_roomy(SOCKET_ROOM_BYTES, long(own), runtime.map(|path| path.as_os_str().to_owned()))
        };
        let most = SOCKET_PATH_BYTES_MAX - SOCKET_ROOM_BYTES;
        assert_eq!(choose(most, Some(runtime.path())), long(most));
        assert_eq!(choose(most + 1, Some(runtime.path())), runtime.path());
        for useless in [None, Some(Path::new("")), Some(Path::new("run")), Some(Path::new("/no/such"))] {
            assert_eq!(choose(200, useless), Path::new("/tmp"), "{useless:?}");
        }
        assert_eq!(first_roomy(200, long(200), None), long(200));
    }
}

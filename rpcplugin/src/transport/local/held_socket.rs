//! A socket file of this process, held while its group and its mode are set: whoever may rename things around it could put a link
//! to something else in its place meanwhile.
#![cfg(feature = "server")]

use std::io;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Gid, Mode, chownat};

/// The socket file that was at a path.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(in crate::transport) struct HeldSocket(std::os::fd::OwnedFd);

#[cfg(target_os = "linux")]
impl HeldSocket {
    /// Holds what is at a path, if it is a socket.
    pub(in crate::transport) fn at(path: &Path) -> io::Result<Self> {
        use rustix::fs::{OFlags, fstat, open};

        let held = open(path, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        is_socket(FileType::from_raw_mode(fstat(&held)?.st_mode))?;
        Ok(Self(held))
    }

    /// Gives it to a group.
    pub(in crate::transport) fn give(&self, group: u32) -> io::Result<()> {
        Ok(chownat(&self.0, "", None, Some(Gid::from_raw(group)), AtFlags::EMPTY_PATH)?)
    }

    /// Sets its mode. What is only held, and not open, is asked for that by this path, which leads to nothing else.
    pub(in crate::transport) fn set_mode(&self, mode: u32) -> io::Result<()> {
        use std::os::fd::AsRawFd;

        let path = format!("/proc/self/fd/{}", self.0.as_raw_fd());
        Ok(rustix::fs::chmod(path, Mode::from_raw_mode(mode))?)
    }
}

/// The path of a socket file: nothing holds it here, but no link in its place is followed.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(in crate::transport) struct HeldSocket(std::path::PathBuf);

#[cfg(not(target_os = "linux"))]
impl HeldSocket {
    pub(in crate::transport) fn at(path: &Path) -> io::Result<Self> {
        use rustix::fs::{CWD, statat};

        let found = statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)?;
        is_socket(FileType::from_raw_mode(found.st_mode))?;
        Ok(Self(path.to_owned()))
    }

    pub(in crate::transport) fn give(&self, group: u32) -> io::Result<()> {
        use rustix::fs::CWD;

        Ok(chownat(CWD, &self.0, None, Some(Gid::from_raw(group)), AtFlags::SYMLINK_NOFOLLOW)?)
    }

    pub(in crate::transport) fn set_mode(&self, mode: u32) -> io::Result<()> {
        use rustix::fs::{CWD, RawMode, chmodat};

        let mode = RawMode::try_from(mode).map_err(io::Error::other)?;
        Ok(chmodat(CWD, &self.0, Mode::from_raw_mode(mode), AtFlags::SYMLINK_NOFOLLOW)?)
    }
}

fn is_socket(kind: FileType) -> io::Result<()> {
    match kind {
        FileType::Socket => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "something else is in the place of the socket")),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_link_or_a_file_in_the_place_of_a_socket_is_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&file, &link).unwrap();
        for path in [&file, &link] {
            let error = HeldSocket::at(path).unwrap_err();
            assert!(error.to_string().contains("in the place of the socket"), "{error}");
        }
        assert_eq!(
            HeldSocket::at(&directory.path().join("none")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn a_link_that_takes_the_place_of_a_socket_later_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let [socket, moved, file] = ["socket", "moved", "file"].map(|name| directory.path().join(name));
        let _listener = UnixListener::bind(&socket).unwrap();
        let held = HeldSocket::at(&socket).unwrap();
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::rename(&socket, &moved).unwrap();
        symlink(&file, &socket).unwrap();
        let group = rustix::process::getegid().as_raw();
        // Where nothing is held it is refused.
        let done = held.give(group).and_then(|()| held.set_mode(0o660));
        assert_eq!(mode(&file), 0o600);
        if cfg!(target_os = "linux") {
            done.unwrap();
            assert_eq!(mode(&moved), 0o660);
        }
    }
}

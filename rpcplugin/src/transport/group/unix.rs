use std::io;
use std::os::fd::AsFd;
#[cfg(feature = "client")]
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::unistd::Group;
use rustix::fs::{Gid, Mode, OFlags, RawMode, fchmod, fchown, open};

use crate::call::UnixCredentials;
use crate::transport::TransportError;
#[cfg(feature = "server")]
use crate::transport::local::HeldSocket;
use crate::transport::process::is_in_group;

/// A group whose members are let in. Each of them can take the place of another: they trust each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SocketGroup(u32);

impl SocketGroup {
    /// The group with this number or this name.
    ///
    /// Whoever keeps the names may be asked over the network, so this waits on a thread of its own.
    pub(crate) async fn find(text: &str) -> Result<Self, TransportError> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::numbered(text);
        }
        let name = text.to_owned();
        let found = tokio::task::spawn_blocking(move || Group::from_name(&name)).await;
        let found = found.map_err(io::Error::other).and_then(|found| found.map_err(io::Error::from));
        match found {
            Ok(Some(group)) => Ok(Self(group.gid.as_raw())),
            Ok(None) => Err(TransportError::UnknownGroup { group: text.to_owned() }),
            Err(source) => Err(TransportError::GroupLookup { group: text.to_owned(), source }),
        }
    }

    fn numbered(digits: &str) -> Result<Self, TransportError> {
        // The last number means that nothing is changed.
        let number = digits.parse().ok().filter(|number| *number != u32::MAX);
        number.map(Self).ok_or_else(|| TransportError::UnknownGroup { group: digits.to_owned() })
    }

    /// Its number, as the variable has it.
    #[cfg(any(test, feature = "client"))]
    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    /// Gives the group the socket at a path, and sets the mode, whatever the mask of this process is.
    #[cfg(feature = "server")]
    pub(in crate::transport) fn own_socket(self, path: &Path, mode: u32) -> Result<(), TransportError> {
        HeldSocket::at(path)
            .and_then(|socket| socket.give(self.0).and_then(|()| socket.set_mode(mode)))
            .map_err(|source| self.refused(path, source))
    }

    /// The same with a directory. Who may write around it could put a link in its place meanwhile: none is followed.
    pub(in crate::transport) fn own_directory(self, path: &Path, mode: u32) -> Result<(), TransportError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = open(path, flags, Mode::empty()).map_err(io::Error::from);
        opened
            .and_then(|directory| self.own_file(directory, mode))
            .map_err(|source| self.refused(path, source))
    }

    /// The same with what is open, and was found at a path.
    #[cfg(feature = "client")]
    pub(in crate::transport) fn own_end(
        self,
        end: &OwnedFd,
        path: &Path,
        mode: u32,
    ) -> Result<(), TransportError> {
        self.own_file(end, mode).map_err(|source| self.refused(path, source))
    }

    /// The same with a file that is open.
    pub(crate) fn own_file(self, file: impl AsFd, mode: u32) -> io::Result<()> {
        fchown(&file, None, Some(Gid::from_raw(self.0)))?;
        let mode = RawMode::try_from(mode).map_err(io::Error::other)?;
        Ok(fchmod(&file, Mode::from_raw_mode(mode))?)
    }

    fn refused(self, path: &Path, source: io::Error) -> TransportError {
        let (path, group_id) = (path.to_owned(), self.0);
        match source.kind() {
            io::ErrorKind::PermissionDenied => TransportError::NotInGroup { path, group_id, source },
            _ => TransportError::GroupAccess { path, group_id, source },
        }
    }

    /// Whether the process at the other end of a socket is in the group, as far as the system says.
    #[cfg(any(test, feature = "client", feature = "server"))]
    pub(in crate::transport) fn has(self, peer: &UnixCredentials) -> bool {
        // Its other groups are no part of what is noted with a connection.
        let is_listed = |process| is_in_group(process, peer.user_id, self.0);
        peer.group_id == self.0 || peer.process_id.is_some_and(is_listed)
    }

    /// The same of somebody who connects to what is shared with the group: of one in another container the system does not say,
    /// but the modes of the socket and of its directory have let it in.
    #[cfg(any(test, feature = "server"))]
    pub(crate) fn lets_in(self, peer: &UnixCredentials) -> bool {
        self.has(peer) || is_in_another_container(peer)
    }
}

/// Whether a process is not in the PID namespace of this one: Linux calls it 0 here, and shows nothing of it.
#[cfg(any(test, feature = "client", feature = "server"))]
pub(in crate::transport) fn is_in_another_container(peer: &UnixCredentials) -> bool {
    cfg!(target_os = "linux") && peer.process_id == Some(0)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn a_group_is_found_by_its_number_and_by_its_name() {
        assert_eq!(SocketGroup::find("0").await.unwrap().number(), 0);
        assert_eq!(SocketGroup::find("4294967294").await.unwrap().number(), u32::MAX - 1);
        // Of the group with the number 0, whatever this system calls it.
        let name = Group::from_gid(0.into()).unwrap().expect("a group with the number 0").name;
        assert_eq!(SocketGroup::find(&name).await.unwrap().number(), 0);
    }

    #[tokio::test]
    async fn what_is_no_group_is_refused_by_name() {
        for text in ["no-such-group", "", "4294967295", "99999999999", "-1", "1 ", "a\u{1b}[2Jb"] {
            let error = SocketGroup::find(text).await.unwrap_err();
            assert!(matches!(&error, TransportError::UnknownGroup { group } if group == text), "{error}");
            assert!(!error.to_string().contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn a_process_is_in_its_own_groups_and_in_no_other() {
        use rustix::process::{getegid, geteuid, getgroups, getpid};

        let this = u32::try_from(getpid().as_raw_nonzero().get()).unwrap();
        let user = geteuid().as_raw();
        let credentials = |group| UnixCredentials::new(user, group, Some(this));
        assert!(SocketGroup(getegid().as_raw()).has(&credentials(getegid().as_raw())));
        for group in getgroups().unwrap() {
            assert!(SocketGroup(group.as_raw()).has(&credentials(getegid().as_raw())));
        }
        assert!(!SocketGroup(3_999_999_999).has(&credentials(getegid().as_raw())));
        // The number of a process may be another one's by now.
        let somebody_else = UnixCredentials::new(user + 1, 3_999_999_999, Some(this));
        assert!(!SocketGroup(getegid().as_raw()).has(&somebody_else));
        assert!(!SocketGroup(getegid().as_raw()).has(&UnixCredentials::new(user, 3_999_999_999, None)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_in_another_container_may_connect_and_is_no_member_for_that() {
        let hidden = UnixCredentials::new(1, 3_999_999_999, Some(0));
        assert!(SocketGroup(7).lets_in(&hidden));
        assert!(!SocketGroup(7).has(&hidden));
        assert!(!SocketGroup(7).lets_in(&UnixCredentials::new(1, 3_999_999_999, None)));
    }

    #[test]
    fn no_link_is_followed_to_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let (inner, link) = (directory.path().join("inner"), directory.path().join("link"));
        std::fs::create_dir(&inner).unwrap();
        std::fs::set_permissions(&inner, Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::symlink(&inner, &link).unwrap();
        let group = SocketGroup(rustix::process::getegid().as_raw());
        let mode = || std::fs::metadata(&inner).unwrap().permissions().mode() & 0o777;
        group.own_directory(&link, 0o770).unwrap_err();
        assert_eq!(mode(), 0o700);
        group.own_directory(&inner, 0o770).unwrap();
        assert_eq!(mode(), 0o770);
    }

    #[test]
    fn a_process_that_may_not_give_something_to_a_group_is_told_so() {
        let denied = io::ErrorKind::PermissionDenied.into();
        let error = SocketGroup(7).refused(Path::new("/run/x"), denied);
        assert!(matches!(error, TransportError::NotInGroup { group_id: 7, .. }), "{error}");
        let missing = SocketGroup(0).own_directory(Path::new("/no/such"), 0o770).unwrap_err();
        assert!(matches!(missing, TransportError::GroupAccess { group_id: 0, .. }), "{missing}");
    }
}

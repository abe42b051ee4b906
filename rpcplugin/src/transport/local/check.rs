//! Whose socket is this, and who listens on it? What the system says, before a byte is sent.
#![cfg(feature = "client")]

use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use rustix::process::geteuid;

use crate::call::UnixCredentials;
use crate::limits::ANCESTORS_MAX;
use crate::transport::group::is_in_another_container;
use crate::transport::local::{who_writes, without_links};
use crate::transport::process::{group, parent};
use crate::transport::{Address, SocketFault, SocketGroup, TransportError};

/// Looks at the file of a socket. What is found may be another one a moment later: [`check_listener`] looks at who was reached.
///
/// One of another user is good if it is the group's: only a member could give it to the group, or a directory that gives its group
/// to what is made in it. [`check_listener`] tells these apart.
pub(crate) fn check_file(path: &Path, shared_with: Option<SocketGroup>) -> Result<(), TransportError> {
    let file = std::fs::symlink_metadata(path).map_err(|source| {
        let address = Address::Unix(path.to_owned());
        TransportError::Connect { address, source }
    })?;
    let fault = match file.file_type() {
        kind if kind.is_symlink() => SocketFault::Link,
        kind if !kind.is_socket() => SocketFault::NotASocket,
        _ if shared_with.is_some_and(|group| group.number() == file.gid()) => return Ok(()),
        _ if !is_ours(file.uid()) => SocketFault::Owner(file.uid()),
        _ => return Ok(()),
    };
    Err(TransportError::ForeignSocket { path: path.to_owned(), fault })
}

/// Looks at the process that listens: it was noted by the system, and is no word of its own.
pub(crate) fn check_listener(
    path: &Path,
    listener: Option<&UnixCredentials>,
    plugin: Option<u32>,
    shared_with: Option<SocketGroup>,
) -> Result<(), TransportError> {
    let Some(listener) = listener else { return Ok(()) };
    let is_member =
        || shared_with.is_some_and(|group| group.has(listener) || is_let_listen(path, listener, group));
    let fault = match (listener.process_id, plugin) {
        _ if !is_ours(listener.user_id) && !is_member() => SocketFault::User(listener.user_id),
        (Some(process), Some(plugin)) if !belongs(process, plugin) => SocketFault::Process(process),
        _ => return Ok(()),
    };
    Err(TransportError::ForeignSocket { path: path.to_owned(), fault })
}

/// Whether somebody of whom the system says nothing may listen at a path, because strangers could hardly have put the socket
/// there, and have it taken for the group's.
///
/// That somebody listens proves nothing, unlike that somebody could connect. So strangers must not be able to put anything
/// on the way to the socket in another place: neither a directory nor a link, and where there is a link, that is not looked into.
/// Nor may they make anything in a directory that gives its own group to it.
/// What the members themselves have removed since the file was looked at, a stranger may have made anew, so it is once more.
fn is_let_listen(path: &Path, listener: &UnixCredentials, group: SocketGroup) -> bool {
    let is_kept = |directory: &Path| {
        matches!(who_writes(directory), Ok(None)) && matches!(gives_strangers_its_group(directory), Ok(false))
    };
    let is_straight = |directory: &Path| without_links(directory).is_ok_and(|real| real == directory);
    let Some(directory) = path.parent() else { return false };
    is_in_another_container(listener)
        && is_straight(directory)
        && directory.ancestors().all(is_kept)
        && check_file(path, Some(group)).is_ok()
}

/// Whether what everybody may make in a directory belongs to the directory's group.
fn gives_strangers_its_group(directory: &Path) -> io::Result<bool> {
    const WRITABLE_BY_ALL_AND_SETGID: u32 = 0o2002;

    let mode = std::fs::metadata(directory)?.mode();
    Ok(mode & WRITABLE_BY_ALL_AND_SETGID == WRITABLE_BY_ALL_AND_SETGID)
}

/// Whether a user may be the plugin's: the host's own, or root, who may do everything anyway.
fn is_ours(user: u32) -> bool {
    user == geteuid().as_raw() || user == 0
}

/// Whether a process is the plugin, in its process group, or was started by it. One of which nothing is known is taken for it:
/// it is in another container, or gone.
fn belongs(process: u32, plugin: u32) -> bool {
    match group(process) {
        None => return true,
        Some(group) if group == plugin => return true,
        Some(_) => {}
    }
    let mut next = Some(process);
    for _ in 0..ANCESTORS_MAX {
        match next {
            Some(found) if found == plugin => return true,
            Some(found) => next = parent(found),
            None => return false,
        }
    }
    false
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const NAMELESS: u32 = 3_999_999_999;

    async fn fault(path: &Path, process: u32, shares: bool) -> Option<SocketFault> {
        let group = SocketGroup::find("7").await.unwrap();
        let listener = UnixCredentials::new(geteuid().as_raw() + 1, NAMELESS, Some(process));
        match check_listener(path, Some(&listener), None, shares.then_some(group)) {
            Ok(()) => None,
            Err(TransportError::ForeignSocket { fault, .. }) => Some(fault),
            Err(error) => panic!("{error}"),
        }
    }

    #[tokio::test]
    async fn a_listener_in_another_container_is_believed_only_where_no_stranger_could_put_its_socket() {
        let outer = tempfile::tempdir().unwrap();
        let outer = outer.path().canonicalize().unwrap();
        let (inner, link) = (outer.join("inner"), outer.join("link"));
        std::fs::create_dir(&inner).unwrap();
        symlink(&inner, &link).unwrap();
        let socket = inner.join("socket");
        let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let stranger = Some(SocketFault::User(geteuid().as_raw() + 1));
        assert_eq!(fault(&socket, 0, true).await, None);
        assert_eq!(fault(&socket, 0, false).await, stranger, "without a group there are no members");
        assert_eq!(fault(&socket, std::process::id(), true).await, stranger, "not hidden, and no member");
        assert_eq!(fault(&link.join("socket"), 0, true).await, stranger);
        assert_eq!(fault(&outer.join("none/socket"), 0, true).await, stranger);
        assert_eq!(fault(Path::new("socket"), 0, true).await, stranger, "relative");
        for (mode, expected) in
            [(0o777, stranger), (0o1777, None), (0o3777, stranger), (0o2770, None), (0o770, None)]
        {
            for directory in [&outer, &inner] {
                set_permissions(directory, Permissions::from_mode(mode)).unwrap();
                assert_eq!(fault(&socket, 0, true).await, expected, "{mode:o} {}", directory.display());
                set_permissions(directory, Permissions::from_mode(0o700)).unwrap();
            }
        }
        drop(listener);
        std::fs::remove_file(&socket).unwrap();
        symlink("elsewhere", &socket).unwrap();
        assert_eq!(fault(&socket, 0, true).await, stranger, "it was a socket when it was looked at first");
    }
}

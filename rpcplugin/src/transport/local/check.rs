//! Whose socket is this, and who listens on it? What the system says, before a byte is sent.
#![cfg(feature = "client")]

use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use rustix::process::geteuid;

use crate::call::UnixCredentials;
use crate::limits::ANCESTORS_MAX;
use crate::transport::process::{group, parent};
use crate::transport::{Address, SocketFault, SocketGroup, TransportError};

/// Looks at the file of a socket. What is found may be another one a moment later: [`check_listener`] looks at who was reached.
///
/// One of another user is good if it is the group's: only a member could give it to the group.
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
    let is_member = || shared_with.is_some_and(|group| group.has(listener));
    let fault = match (listener.process_id, plugin) {
        _ if !is_ours(listener.user_id) && !is_member() => SocketFault::User(listener.user_id),
        (Some(process), Some(plugin)) if !belongs(process, plugin) => SocketFault::Process(process),
        _ => return Ok(()),
    };
    Err(TransportError::ForeignSocket { path: path.to_owned(), fault })
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

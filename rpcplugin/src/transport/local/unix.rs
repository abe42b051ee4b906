use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
#[cfg(feature = "client")]
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::UnixStream;

use crate::call::{Peer, UnixCredentials};
use crate::transport::Connection;

/// What only this user may enter.
pub(in crate::transport) fn private() -> Option<Permissions> {
    Some(Permissions::from_mode(0o700))
}

/// The mode of a directory in which strangers could put something in the place of what is there: everybody may make, rename and
/// remove things in it, and not only what is theirs.
#[cfg(feature = "client")]
pub(in crate::transport) fn who_writes(directory: &Path) -> io::Result<Option<u32>> {
    const WRITABLE_BY_ALL: u32 = 0o002;
    const STICKY: u32 = 0o1000;

    let mode = std::fs::metadata(directory)?.permissions().mode();
    Ok((mode & WRITABLE_BY_ALL != 0 && mode & STICKY == 0).then_some(mode & 0o7777))
}

/// The path of what is there, whatever links lead to it.
#[cfg(feature = "client")]
pub(in crate::transport) fn without_links(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// Whose process this is.
#[cfg(feature = "server")]
pub(crate) fn own_user() -> Option<u32> {
    Some(rustix::process::geteuid().as_raw())
}

/// Opens a connection to the socket file at a path.
#[cfg(feature = "client")]
pub(in crate::transport) async fn connect_local(path: &Path) -> io::Result<Connection> {
    UnixStream::connect(path).await.and_then(connection)
}

/// One end of a socket. Fails if the system does not know the other end.
pub(super) fn connection(stream: UnixStream) -> io::Result<Connection> {
    let credentials = stream.peer_cred()?;
    let process = credentials.pid().and_then(|process| u32::try_from(process).ok());
    let credentials = UnixCredentials::new(credentials.uid(), credentials.gid(), process);
    Ok(Connection::with_peer(stream, Arc::new(Peer::unix(Some(credentials)))))
}

#![cfg(feature = "server")]

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::unix::connection;
use crate::limits::SOCKET_PATH_BYTES_MAX;
use crate::transport::directory::printable;
use crate::transport::{Address, Connection, SocketDirectory, SocketGroup, TransportError};

/// A socket file on which this process listens.
#[derive(Debug)]
pub(in crate::transport) struct LocalListener {
    listener: UnixListener,
    // The directory goes when the listener goes, and the socket file with it.
    _directory: SocketDirectory,
}

impl LocalListener {
    /// Listens in a private directory inside `parent`.
    pub(in crate::transport) fn bind(
        parent: Option<&Path>,
        group: Option<SocketGroup>,
    ) -> Result<(Self, Address), TransportError> {
        let directory = SocketDirectory::create(parent)?;
        let path = socket_path(&directory)?;
        let address = Address::Unix(path.clone());
        let bind = || {
            let listener = UnixListener::bind(&path)?;
            // With a group others may rename the directory around it: there the mode is set with the group.
            if group.is_none() {
                std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            }
            Ok(listener)
        };
        match bind() {
            Ok(listener) => {
                if let Some(group) = group {
                    group.own_socket(&path, 0o660)?;
                    // Last: until then nobody else could put something in the place of the socket.
                    directory.open_to(group)?;
                }
                Ok((Self { listener, _directory: directory }, address))
            }
            Err(source) => Err(TransportError::Listen { address, source }),
        }
    }

    /// The next connection, where it has not ended already. The outer error is one of the listener.
    pub(in crate::transport) async fn accept(&self) -> io::Result<io::Result<Connection>> {
        Ok(connection(self.listener.accept().await?.0))
    }
}

/// The path for the socket, checked before anything is bound to it.
fn socket_path(directory: &SocketDirectory) -> Result<PathBuf, TransportError> {
    let path = directory.path().join("socket");
    let length = path.as_os_str().len();
    if length > SOCKET_PATH_BYTES_MAX {
        return Err(TransportError::SocketPathTooLong { path, length, limit: SOCKET_PATH_BYTES_MAX });
    }
    printable(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_refused_before_it_is_bound() {
        let parent = tempfile::Builder::new().prefix(&"x".repeat(100)).tempdir().unwrap();
        let directory = SocketDirectory::create(Some(parent.path())).unwrap();
        let error = socket_path(&directory).unwrap_err().to_string();
        assert!(error.contains("the limit of the operating system is 107"), "{error}");
    }

    #[test]
    fn a_path_that_the_handshake_line_cannot_carry_is_refused() {
        let parent = tempfile::Builder::new().prefix("a|b").tempdir().unwrap();
        let directory = SocketDirectory::create(Some(parent.path())).unwrap();
        assert!(matches!(socket_path(&directory), Err(TransportError::SocketPathUnprintable { .. })));
    }
}

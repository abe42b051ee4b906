#[cfg(feature = "client")]
use std::fs::Permissions;
use std::io;
use std::path::Path;
#[cfg(feature = "client")]
use std::path::PathBuf;

#[cfg(feature = "client")]
use crate::call::UnixCredentials;
use crate::transport::{Address, Connection, SocketGroup, TransportError};

/// The directory for temporary files is the user's own; what is made in it has its permissions.
#[cfg(feature = "client")]
pub(in crate::transport) fn private() -> Option<Permissions> {
    None
}

/// No mode says it here.
#[cfg(feature = "client")]
pub(in crate::transport) const fn who_writes(_directory: &Path) -> io::Result<Option<u32>> {
    Ok(None)
}

/// The path as it is, if something is there: one without links would be in a form that few programs understand.
#[cfg(feature = "client")]
pub(in crate::transport) fn without_links(path: &Path) -> io::Result<PathBuf> {
    std::fs::metadata(path).map(|_there| path.to_owned())
}

/// A number that only sockets with a path need.
#[cfg(feature = "server")]
pub(crate) fn own_user() -> Option<u32> {
    None
}

fn unsupported() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "unix sockets are not used on this system")
}

/// There is none.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(in crate::transport) enum LocalListener {}

#[cfg(feature = "server")]
impl LocalListener {
    pub(in crate::transport) fn bind(
        parent: Option<&Path>,
        _group: Option<SocketGroup>,
    ) -> Result<(Self, Address), TransportError> {
        let directory = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        Err(TransportError::Listen { address: Address::Unix(directory), source: unsupported() })
    }

    pub(in crate::transport) async fn accept(&self) -> io::Result<io::Result<Connection>> {
        match *self {}
    }
}

#[cfg(feature = "client")]
pub(in crate::transport) fn connect_local(
    _path: &Path,
) -> impl Future<Output = io::Result<Connection>> + Send {
    std::future::ready(Err(unsupported()))
}

/// No socket is one that could be connected to.
#[cfg(feature = "client")]
pub(crate) fn check_file(path: &Path, _shared_with: Option<SocketGroup>) -> Result<(), TransportError> {
    Err(TransportError::Connect { address: Address::Unix(path.to_owned()), source: unsupported() })
}

/// Nobody was reached.
#[cfg(feature = "client")]
pub(crate) fn check_listener(
    path: &Path,
    _listener: Option<&UnixCredentials>,
    _plugin: Option<u32>,
    shared_with: Option<SocketGroup>,
) -> Result<(), TransportError> {
    check_file(path, shared_with)
}

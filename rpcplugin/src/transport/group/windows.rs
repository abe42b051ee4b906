use std::io;
#[cfg(feature = "client")]
use std::path::Path;

#[cfg(feature = "server")]
use crate::call::UnixCredentials;
use crate::transport::TransportError;

/// There is none: no socket has an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SocketGroup {}

impl SocketGroup {
    pub(crate) async fn find(text: &str) -> Result<Self, TransportError> {
        let source = io::Error::new(io::ErrorKind::Unsupported, "sockets have no group on this system");
        Err(TransportError::GroupLookup { group: text.to_owned(), source })
    }

    #[cfg(feature = "client")]
    pub(crate) const fn number(self) -> u32 {
        match self {}
    }

    #[cfg(feature = "client")]
    pub(in crate::transport) const fn own_directory(
        self,
        _path: &Path,
        _mode: u32,
    ) -> Result<(), TransportError> {
        match self {}
    }

    #[cfg(feature = "server")]
    pub(crate) const fn own_file(self, _file: &std::fs::File, _mode: u32) -> io::Result<()> {
        match self {}
    }

    #[cfg(feature = "server")]
    pub(crate) const fn lets_in(self, _peer: &UnixCredentials) -> bool {
        match self {}
    }
}

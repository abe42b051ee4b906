use std::io;
use std::path::Path;
#[cfg(feature = "client")]
use std::path::PathBuf;

#[cfg(feature = "client")]
use crate::transport::{SocketGroup, TransportError};

/// There is none.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(crate) enum Lifeline {}

#[cfg(feature = "client")]
impl Lifeline {
    pub(crate) fn create(_path: PathBuf) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) const fn show(&self, _group: SocketGroup) -> Result<(), TransportError> {
        match *self {}
    }

    pub(crate) fn path(&self) -> &Path {
        match *self {}
    }
}

/// There is none.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) enum HostWatch {}

#[cfg(feature = "server")]
impl HostWatch {
    pub(crate) fn open(_path: &Path) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) async fn gone(&self) {
        match *self {}
    }
}

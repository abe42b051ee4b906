use std::path::PathBuf;

use crate::transport::{SocketDirectory, TransportError};

/// See [`guarded_directory`].
pub(in crate::client) type GuardedDirectory = SocketDirectory;

/// A directory for what a plugin tells its host, in another one. It outlives a host that is killed: nobody is left to remove it.
pub(in crate::client) fn guarded_directory(parent: PathBuf) -> Result<GuardedDirectory, TransportError> {
    SocketDirectory::create_named(parent, "plugin-")
}

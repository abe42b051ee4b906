use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{Address, SocketFault};
use crate::quote::quote;

/// Why bytes cannot reach the other process.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The operating system refused to make the private directory for the socket.
    #[error("failed to make a private socket directory in {}: {source}; set TMPDIR, or `socket_directory` of the host, to a directory that can be written", parent.display())]
    SocketDirectory {
        /// Where the directory was to be made.
        parent: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The path of the socket does not fit into a socket address.
    #[error("socket path {} has {length} bytes, the limit of the operating system is {limit}; set TMPDIR, or `socket_directory` of the host, to a shorter directory", path.display())]
    SocketPathTooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
        /// The longest path that works, in bytes.
        limit: usize,
    },
    /// The path of the socket has a character that the handshake line cannot carry.
    #[error("socket path {} cannot stand in a handshake line: it must be UTF-8 without `|` and line ends; set TMPDIR, or `socket_directory` of the host, to another directory", path.display())]
    SocketPathUnprintable {
        /// The path.
        path: PathBuf,
    },
    /// The directory that was chosen for sockets leaves too few bytes of their paths.
    #[error("the directory {} has {length} bytes, and no socket fits below it unless it has at most {limit}; choose a shorter one by `socket_directory`", path.display())]
    SocketDirectoryTooLong {
        /// The directory, as an absolute path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
        /// The longest that works, in bytes.
        limit: usize,
    },
    /// In the directory that was chosen for sockets, or around it, everybody may put another directory in the place of one.
    #[error("no socket is made in {}: everybody may rename what is in {} (mode {mode:o}); set its sticky bit, or choose another one by `socket_directory`", path.display(), open.display())]
    OpenSocketDirectory {
        /// The directory, as an absolute path.
        path: PathBuf,
        /// The same, or one around it: where everybody may write, and remove what is not theirs.
        open: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// No group has the name that was given for sockets, or none can have the number.
    #[error(
        "this system knows no group {}; name one that `getent group` shows, or give its number",
        quote(group)
    )]
    UnknownGroup {
        /// What was given.
        group: String,
    },
    /// Whether there is a group with the name could not be found out.
    #[error("failed to look up the group {}: {source}; give its number instead", quote(group))]
    GroupLookup {
        /// What was given.
        group: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// This process may not give a socket, or its directory, to the group: it is not in it.
    #[error("{} cannot be given to the group {group_id}: {source}; make the user of this process a member of it", path.display())]
    NotInGroup {
        /// The socket or the directory.
        path: PathBuf,
        /// The number of the group.
        group_id: u32,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A socket, or its directory, could not be given to the group for another reason.
    #[error("failed to give {} to the group {group_id}: {source}; choose a directory of another file system", path.display())]
    GroupAccess {
        /// The socket or the directory.
        path: PathBuf,
        /// The number of the group.
        group_id: u32,
        /// The operating system's reason.
        source: io::Error,
    },
    /// No port of the range could be bound, or the socket could not be made.
    #[error("failed to listen on {address}: {source}; free the address or choose another one")]
    Listen {
        /// The address, or for a range its last port.
        address: Address,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The other process does not accept connections.
    #[error("failed to connect to {address}: {source}; the plugin may have ended or never listened")]
    Connect {
        /// The address from the handshake line.
        address: Address,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The socket of a plugin is not what it should be, or somebody else's.
    #[error(
        "the socket at {} is not the plugin's: {fault}; let the plugin listen itself, on a socket of its own, or allow this address with `allow_address`",
        Address::Unix(path.clone())
    )]
    ForeignSocket {
        /// Where the plugin said that it listens.
        path: PathBuf,
        /// What is wrong with it.
        fault: SocketFault,
    },
    /// A certificate could not be made, or one of the other side cannot be used.
    #[error("failed to set up TLS: {reason}{}", because(source.as_deref()))]
    TlsSetup {
        /// What went wrong, and what to do.
        reason: String,
        /// The library's reason.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The other side did not prove that it is the one whose certificate was announced.
    #[error("the TLS handshake failed: {source}; {advice}")]
    TlsHandshake {
        /// The library's reason.
        source: io::Error,
        /// What this usually means.
        advice: &'static str,
    },
    /// The other side did not finish the TLS handshake.
    #[error("the TLS handshake took longer than {limit:?}; the other side may not speak TLS")]
    TlsTimeout {
        /// How long was waited.
        limit: Duration,
    },
}

fn because(source: Option<&(dyn std::error::Error + Send + Sync)>) -> String {
    source.map(|source| format!(" ({source})")).unwrap_or_default()
}

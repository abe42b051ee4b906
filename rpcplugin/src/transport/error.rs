use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{Address, SocketFault};

/// Why bytes cannot reach the other process.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The operating system refused to make the private directory for the socket.
    #[error("failed to make a private socket directory in {}: {source}; set TMPDIR to a directory that can be written", parent.display())]
    SocketDirectory {
        /// Where the directory was to be made.
        parent: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The path of the socket does not fit into a socket address.
    #[error("socket path {} has {length} bytes, the limit of the operating system is {limit}; set TMPDIR to a shorter directory", path.display())]
    SocketPathTooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        length: usize,
        /// The longest path that works, in bytes.
        limit: usize,
    },
    /// The path of the socket has a character that the handshake line cannot carry.
    #[error("socket path {} cannot stand in a handshake line: it must be UTF-8 without `|` and line ends; set TMPDIR to another directory", path.display())]
    SocketPathUnprintable {
        /// The path.
        path: PathBuf,
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

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::quote::printable;

/// Where a plugin listens.
///
/// # Examples
///
/// ```
/// use rpcplugin::Address;
///
/// let address = Address::Tcp("127.0.0.1:10000".parse().unwrap());
/// assert_eq!(address.network(), "tcp");
/// assert_eq!(address.to_string(), "tcp 127.0.0.1:10000");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// A socket file.
    Unix(PathBuf),
    /// A port.
    Tcp(SocketAddr),
}

impl Address {
    /// The network's name in the handshake line.
    #[must_use]
    pub const fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => {
                // The path came from the other side: it must not reach a terminal as it is.
                let path: String = path.to_string_lossy().chars().flat_map(printable).collect();
                write!(formatter, "unix {path}")
            }
            Self::Tcp(address) => write!(formatter, "tcp {address}"),
        }
    }
}

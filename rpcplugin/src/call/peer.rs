use std::fmt;
use std::net::SocketAddr;

/// Who is at the other end of a connection: what the operating system and TLS say about it, nothing that it says itself.
///
/// On the plugin's side it is the host, on the host's side the plugin.
/// Its [`Display`](fmt::Display) is a line for a log.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Peer, PeerAddress};
///
/// // What a handler may want to know of its caller.
/// fn is_this_machine(peer: &Peer) -> bool {
///     match peer.address() {
///         PeerAddress::Unix | PeerAddress::Memory => true,
///         PeerAddress::Tcp(address) => address.ip().is_loopback(),
///         _ => false,
///     }
/// }
///
/// let peer = Peer::memory();
/// assert!(is_this_machine(&peer));
/// assert_eq!(peer.credentials(), None);
/// assert_eq!(peer.to_string(), "memory");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Peer {
    address: PeerAddress,
    credentials: Option<UnixCredentials>,
    certificate_fingerprint: Option<[u8; 32]>,
}

impl Peer {
    /// The peer of a connection that never leaves this process.
    #[must_use]
    pub const fn memory() -> Self {
        Self { address: PeerAddress::Memory, credentials: None, certificate_fingerprint: None }
    }

    /// The peer of a unix socket. The system may know who it is.
    #[cfg(all(feature = "_connected", unix))]
    pub(crate) const fn unix(credentials: Option<UnixCredentials>) -> Self {
        Self { address: PeerAddress::Unix, credentials, certificate_fingerprint: None }
    }

    /// The peer of a TCP connection.
    #[cfg(feature = "_connected")]
    pub(crate) const fn tcp(address: SocketAddr) -> Self {
        Self { address: PeerAddress::Tcp(address), credentials: None, certificate_fingerprint: None }
    }

    /// The same peer, after it has proven that it holds the key of this certificate.
    #[cfg(feature = "_connected")]
    pub(crate) fn proven(&self, certificate_fingerprint: [u8; 32]) -> Self {
        Self { certificate_fingerprint: Some(certificate_fingerprint), ..self.clone() }
    }

    /// Where the connection comes from or goes to.
    #[must_use]
    pub const fn address(&self) -> &PeerAddress {
        &self.address
    }

    /// The process at the other end of a unix socket, as the operating system knows it.
    ///
    /// `None` on TCP and in memory, and where the system does not say.
    #[must_use]
    pub const fn credentials(&self) -> Option<UnixCredentials> {
        self.credentials
    }

    /// The SHA-256 of the peer's certificate in DER, which is what other tools call its fingerprint.
    ///
    /// `None` without TLS. With it, the peer has proven that it holds the certificate's key.
    #[must_use]
    pub const fn certificate_fingerprint(&self) -> Option<[u8; 32]> {
        self.certificate_fingerprint
    }

    /// [`certificate_fingerprint`](Self::certificate_fingerprint) as 64 characters, `0` to `9` and `a` to `f`.
    ///
    /// `openssl x509 -fingerprint -sha256` prints the same digits in capitals, with colons between.
    #[must_use]
    pub fn certificate_fingerprint_hex(&self) -> Option<String> {
        self.certificate_fingerprint.map(|fingerprint| Hex(&fingerprint).to_string())
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.address)?;
        if let Some(credentials) = self.credentials {
            write!(formatter, " {credentials}")?;
        }
        if let Some(fingerprint) = &self.certificate_fingerprint {
            write!(formatter, " certificate {}", Hex(fingerprint))?;
        }
        Ok(())
    }
}

/// Where a peer is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeerAddress {
    /// At the other end of a unix socket. Who connects has no path of its own there.
    Unix,
    /// At an address of the network.
    Tcp(SocketAddr),
    /// In this process.
    Memory,
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix => formatter.write_str("unix"),
            Self::Tcp(address) => write!(formatter, "tcp {address}"),
            Self::Memory => formatter.write_str("memory"),
        }
    }
}

/// The process that opened the other end of a unix socket, at the time when it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UnixCredentials {
    /// Its effective user.
    pub user_id: u32,
    /// Its effective group.
    pub group_id: u32,
    /// Its number, where the system says it. The process may have ended, and its number may have gone to another one.
    pub process_id: Option<u32>,
}

impl UnixCredentials {
    #[cfg(all(feature = "_connected", unix))]
    pub(crate) const fn new(user_id: u32, group_id: u32, process_id: Option<u32>) -> Self {
        Self { user_id, group_id, process_id }
    }
}

impl fmt::Display for UnixCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "user {} group {}", self.user_id, self.group_id)?;
        match self.process_id {
            Some(process) => write!(formatter, " process {process}"),
            None => Ok(()),
        }
    }
}

/// Bytes as digits.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

#[cfg(all(test, feature = "_connected"))]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_all_that_is_known() {
        assert_eq!(Peer::memory().to_string(), "memory");
        assert_eq!(Peer::tcp("[::1]:80".parse().unwrap()).to_string(), "tcp [::1]:80");
        assert_eq!(Peer::unix(None).to_string(), "unix");
        let peer = Peer::unix(Some(UnixCredentials::new(1000, 100, Some(42))));
        assert_eq!(peer.to_string(), "unix user 1000 group 100 process 42");
        let mut fingerprint = [0xab; 32];
        fingerprint[0] = 1;
        let line = peer.proven(fingerprint).to_string();
        let digits = format!("01{}", "ab".repeat(31));
        assert_eq!(line, format!("unix user 1000 group 100 process 42 certificate {digits}"));
        assert_eq!(peer.proven(fingerprint).certificate_fingerprint_hex(), Some(digits));
        assert_eq!(peer.certificate_fingerprint_hex(), None);
    }
}

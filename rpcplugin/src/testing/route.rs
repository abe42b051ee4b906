use std::fmt;

use crate::client::Security;
use crate::wire::{Protocol, Wire};

/// How calls get from a client to a handler: without a connection, or over one.
///
/// # Examples
///
/// ```
/// use rpcplugin::Wire;
/// use rpcplugin::testing::{Carrier, Route};
///
/// assert_eq!(Route::unix().mutual_tls().to_string(), "unix, mutual TLS, gRPC");
/// assert_eq!(Route::tcp().wire(Wire::Binary).to_string(), "tcp, plaintext, binary");
/// assert_eq!(Route::memory().carrier(), Some(Carrier::Memory));
/// assert!(Route::all().contains(&Route::local()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    connection: Option<Connection>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Connection {
    carrier: Carrier,
    security: Security,
    protocol: Protocol,
}

/// What carries the bytes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Carrier {
    /// A pipe in this process. It needs no system call, so it works with tokio's paused time.
    Memory,
    /// A socket file in a private directory. Not on Windows.
    Unix,
    /// A port on the loopback address.
    Tcp,
}

/// Every carrier of this system. [`Route::all`] is made of it.
#[cfg(unix)]
const CARRIERS: [Carrier; 3] = [Carrier::Memory, Carrier::Unix, Carrier::Tcp];
#[cfg(windows)]
const CARRIERS: [Carrier; 2] = [Carrier::Memory, Carrier::Tcp];

impl Route {
    /// No connection: the channel calls the handlers itself, as [`Channel::local`](crate::Channel::local) does.
    #[must_use]
    pub const fn local() -> Self {
        Self { connection: None }
    }

    /// gRPC over a pipe in this process.
    #[must_use]
    pub const fn memory() -> Self {
        Self::over(Carrier::Memory)
    }

    /// gRPC over a unix socket.
    #[must_use]
    pub const fn unix() -> Self {
        Self::over(Carrier::Unix)
    }

    /// gRPC over a loopback port.
    #[must_use]
    pub const fn tcp() -> Self {
        Self::over(Carrier::Tcp)
    }

    const fn over(carrier: Carrier) -> Self {
        Self {
            connection: Some(Connection { carrier, security: Security::Plaintext, protocol: Protocol::Grpc }),
        }
    }

    /// The same with a certificate for each side, made for this connection. A local route stays as it is.
    #[must_use]
    pub fn mutual_tls(self) -> Self {
        let secure = |connection| Connection { security: Security::AutoMtls, ..connection };
        Self { connection: self.connection.map(secure) }
    }

    /// The same with another wire. [`Wire::Auto`] is what host and plugin agree on that are both made with this crate: the
    /// binary one. A local route stays as it is.
    #[must_use]
    pub fn wire(self, wire: Wire) -> Self {
        self.protocol(wire.chosen(true))
    }

    fn protocol(self, protocol: Protocol) -> Self {
        Self { connection: self.connection.map(|connection| Connection { protocol, ..connection }) }
    }

    /// Every route there is: local, and each carrier with and without TLS with each wire.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let connected = Protocol::ALL.into_iter().flat_map(|protocol| {
            CARRIERS.into_iter().flat_map(move |carrier| {
                let plain = Self::over(carrier).protocol(protocol);
                [plain, plain.mutual_tls()]
            })
        });
        std::iter::once(Self::local()).chain(connected).collect()
    }

    /// What carries the bytes; `None` of a local route.
    #[must_use]
    pub fn carrier(self) -> Option<Carrier> {
        self.connection.map(|connection| connection.carrier)
    }

    /// Whether both sides prove who they are.
    #[must_use]
    pub fn is_mutual_tls(self) -> bool {
        self.connection.is_some_and(|connection| connection.security == Security::AutoMtls)
    }

    /// Which wire carries the calls, never [`Wire::Auto`]; `None` of a local route.
    #[must_use]
    pub fn wire_of_connection(self) -> Option<Wire> {
        self.protocol_of_connection().map(Wire::from)
    }

    pub(super) fn protocol_of_connection(self) -> Option<Protocol> {
        self.connection.map(|connection| connection.protocol)
    }
}

/// gRPC in memory.
impl Default for Route {
    fn default() -> Self {
        Self::memory()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Connection { carrier, security, protocol }) = self.connection else {
            return formatter.write_str("local");
        };
        let carrier = match carrier {
            Carrier::Memory => "memory",
            Carrier::Unix => "unix",
            Carrier::Tcp => "tcp",
        };
        let security = match security {
            Security::AutoMtls => "mutual TLS",
            Security::Plaintext => "plaintext",
        };
        let wire = match protocol {
            Protocol::Binary => "binary",
            Protocol::Grpc => "gRPC",
        };
        write!(formatter, "{carrier}, {security}, {wire}")
    }
}

#![cfg(feature = "server")]

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::Path;

use tokio::net::TcpListener;

use super::local::LocalListener;
use super::{Address, Connection, SocketGroup, TransportError};

/// The plugin's socket.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: Socket,
    address: Address,
}

#[derive(Debug)]
enum Socket {
    Local(LocalListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Listens on a socket file in a directory inside `parent`, both for this user and, where there is one, for a group.
    pub(crate) fn unix(parent: Option<&Path>, group: Option<SocketGroup>) -> Result<Self, TransportError> {
        let (listener, address) = LocalListener::bind(parent, group)?;
        Ok(Self { socket: Socket::Local(listener), address })
    }

    /// Listens on the first free port of a range, on the loopback address; `0..=0` lets the system choose.
    pub(crate) async fn tcp(ports: RangeInclusive<u16>) -> Result<Self, TransportError> {
        let mut failure = io::Error::new(io::ErrorKind::InvalidInput, "the port range is empty");
        let last = *ports.end();
        for port in ports {
            match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
                Ok(listener) => {
                    let address = listener.local_addr().map_err(|source| Self::refused(port, source))?;
                    return Ok(Self { socket: Socket::Tcp(listener), address: Address::Tcp(address) });
                }
                Err(source) => failure = source,
            }
        }
        Err(Self::refused(last, failure))
    }

    fn refused(port: u16, source: io::Error) -> TransportError {
        TransportError::Listen {
            address: Address::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            source,
        }
    }

    pub(crate) const fn address(&self) -> &Address {
        &self.address
    }

    /// The next connection. An error is one of the listener, as a rule a want of descriptors: it can be asked again.
    ///
    /// Cancel-safe: a connection is taken only when the future is ready.
    pub(crate) async fn accept(&self) -> io::Result<Connection> {
        loop {
            let connection = match &self.socket {
                Socket::Local(listener) => listener.accept().await?,
                Socket::Tcp(listener) => Connection::tcp(listener.accept().await?.0),
            };
            match connection {
                Ok(connection) => return Ok(connection),
                Err(error) => tracing::debug!(%error, "a connection ended before it was served"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn the_socket_file_is_for_the_user_alone() {
        let listener = Listener::unix(None, None).unwrap();
        let Address::Unix(path) = listener.address() else { panic!("not a unix address") };
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn the_socket_file_of_a_group_and_its_directory_are_for_the_group() {
        use std::os::unix::fs::MetadataExt;

        let own = rustix::process::getegid().as_raw();
        let group = SocketGroup::find(&own.to_string()).await.unwrap();
        let listener = Listener::unix(None, Some(group)).unwrap();
        let Address::Unix(path) = listener.address() else { panic!("not a unix address") };
        for (path, mode) in [(path.as_path(), 0o660), (path.parent().unwrap(), 0o770)] {
            let found = std::fs::metadata(path).unwrap();
            assert_eq!((found.mode() & 0o7777, found.gid()), (mode, own), "{}", path.display());
        }
    }

    #[tokio::test]
    async fn the_first_free_port_of_the_range_is_taken() {
        let first = Listener::tcp(0..=0).await.unwrap();
        let Address::Tcp(taken) = first.address() else { panic!("not a tcp address") };
        let range = taken.port()..=taken.port().saturating_add(20);
        let second = Listener::tcp(range.clone()).await.unwrap();
        let Address::Tcp(address) = second.address() else { panic!("not a tcp address") };
        assert_ne!(address.port(), taken.port());
        assert!(range.contains(&address.port()));
    }

    #[tokio::test]
    async fn an_exhausted_range_names_the_address() {
        let first = Listener::tcp(0..=0).await.unwrap();
        let Address::Tcp(taken) = first.address() else { panic!("not a tcp address") };
        let error = Listener::tcp(taken.port()..=taken.port()).await.unwrap_err().to_string();
        assert!(error.contains(&taken.to_string()), "{error}");
    }
}

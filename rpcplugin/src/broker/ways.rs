//! Where one side reaches what the other one serves: an address may mean another place over there.

use std::fmt;
use std::io;

use crate::handshake::is_local;
use crate::transport::{
    Address, Connection, SocketGroup, TransportError, check_file, check_listener, connect,
};

/// How addresses change on their way between the two sides of a broker.
pub(crate) trait Ways: fmt::Debug + Send + Sync {
    /// Where this side connects to, for an address that the other side says.
    fn reach(&self, said: Address) -> Result<Way, NoWay>;

    /// What the other side is told, for an address at which this side listens.
    fn tell(&self, own: Address) -> io::Result<Address>;
}

/// Where to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// What listens on a socket there belongs to this user, to root, or to the group that sockets are shared with.
    Checked(Address),
    /// Whoever listens there is taken.
    Anybody(Address),
}

/// Why there is no way to an address that the other side says.
#[derive(Debug)]
pub(crate) enum NoWay {
    /// It is none of this machine.
    Elsewhere(Address),
    /// Nobody knows where it is reached from here.
    Untranslated(io::Error),
}

/// An address means the same on both sides, and those of this machine are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Straight;

impl Ways for Straight {
    fn reach(&self, said: Address) -> Result<Way, NoWay> {
        if is_local(&said) { Ok(Way::Checked(said)) } else { Err(NoWay::Elsewhere(said)) }
    }

    fn tell(&self, own: Address) -> io::Result<Address> {
        Ok(own)
    }
}

impl Way {
    pub(super) async fn connect(&self, group: Option<SocketGroup>) -> Result<Connection, TransportError> {
        let (address, path) = match self {
            Self::Checked(address @ Address::Unix(path)) => (address, path),
            Self::Checked(address @ Address::Tcp(_)) | Self::Anybody(address) => {
                return connect(address).await;
            }
        };
        check_file(path, group)?;
        let connection = connect(address).await?;
        check_listener(path, connection.peer().credentials().as_ref(), None, group)?;
        Ok(connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anybody_who_translates_an_address_of_another_machine_is_refused() {
        for (address, is_taken) in [
            ("127.0.0.1:1", true),
            ("[::1]:1", true),
            ("[::ffff:127.0.0.1]:1", true),
            ("0.0.0.0:1", false),
            ("8.8.8.8:53", false),
        ] {
            let said = Address::Tcp(address.parse().unwrap());
            match Straight.reach(said.clone()) {
                Ok(way) => assert!(is_taken && way == Way::Checked(said), "{address}"),
                Err(NoWay::Elsewhere(refused)) => assert!(!is_taken && refused == said, "{address}"),
                Err(NoWay::Untranslated(error)) => panic!("{error}"),
            }
        }
    }
}

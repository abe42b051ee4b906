//! TLS around what is brokered: the same two certificates as around the connection over which it is.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::UnixListener;

use super::ends::{Adder as _, AdderClient, Ends, SECURE, adder, eventually};
use super::{SOON, adds};
use crate::broker::{BrokerError, Credentials};
use crate::rpc::Channel;
use crate::transport::tls::{Identity, PeerCertificate};
use crate::transport::{Address, Connection, TransportError, connect};
use crate::wire::{self, Protocol};

fn pin(identity: &Identity) -> PeerCertificate {
    PeerCertificate::from_der(identity.certificate().to_vec()).unwrap()
}

/// The socket of what is served beside the plugin's own services, once those of before are gone.
async fn brokered(ends: &Ends) -> PathBuf {
    let others = || {
        let entries = std::fs::read_dir(ends.directory.path()).unwrap();
        let sockets = entries.map(|entry| entry.unwrap().path().join("socket"));
        sockets.filter(|socket| socket != ends.socket()).collect::<Vec<_>>()
    };
    eventually("one is served", || others().len() == 1).await;
    others().remove(0)
}

/// What somebody is answered who calls there with these keys.
async fn answer(address: &Address, keys: &Credentials) -> Option<u64> {
    let called = async {
        let connection = connect(address).await.unwrap();
        let connector = keys.connector(&[Protocol::Grpc]).unwrap();
        let secure = connector.is_some();
        let connection = match connector {
            None => connection,
            Some(connector) => connector.connect(connection).await.ok()?.connection,
        };
        let opened = wire::open(Protocol::Grpc, connection, secure, 1024).await.ok()?;
        AdderClient::new(Channel::from_caller(opened)).add(20).await.ok()
    };
    tokio::time::timeout(SOON, called).await.expect("whoever is refused is told so")
}

#[tokio::test]
async fn whoever_has_not_the_key_of_the_other_side_is_served_nothing_that_is_brokered() {
    let ends = Ends::meet(SECURE[0]).await;
    for (server, keys, other_keys) in
        [(&ends.host, &ends.plugin_keys, &ends.keys), (&ends.plugin, &ends.keys, &ends.plugin_keys)]
    {
        let _served = server.serve(adder()).await.unwrap();
        let address = Address::Unix(brokered(&ends).await);
        assert_eq!(answer(&address, keys).await, Some(42));
        let Credentials::Made { peer, .. } = keys else { panic!("no keys") };
        let stranger = Arc::new(Identity::generate().unwrap());
        let stranger = Credentials::Made { identity: stranger, peer: peer.clone() };
        for (who, keys) in [
            ("without TLS", &Credentials::Absent),
            ("with a key of its own", &stranger),
            ("with the key of who serves", other_keys),
        ] {
            assert_eq!(answer(&address, keys).await, None, "{who}");
        }
        assert_eq!(answer(&address, keys).await, Some(42), "the others keep nobody out");
    }
}

#[tokio::test]
async fn whoever_listens_in_the_place_of_what_is_brokered_is_not_called() {
    let ends = Ends::meet(SECURE[0]).await;
    for (server, dialler) in ends.both_ways() {
        let served = server.serve(adder()).await.unwrap();
        let path = brokered(&ends).await;
        assert_eq!(adds(dialler.dial(served.id()).await.unwrap()).await, 42);
        std::fs::remove_file(&path).unwrap();
        let listener = UnixListener::bind(&path).unwrap();
        let (Credentials::Made { identity, .. }, Credentials::Made { identity: other, .. }) =
            (&ends.keys, &ends.plugin_keys)
        else {
            panic!("no keys")
        };
        let impostor = Arc::new(Identity::generate().unwrap());
        for peer in [pin(identity), pin(other)] {
            let keys = Credentials::Made { identity: Arc::clone(&impostor), peer };
            let acceptor = keys.acceptor().unwrap().unwrap();
            let taken = async {
                let (connection, _) = listener.accept().await.unwrap();
                acceptor.accept(Connection::new(connection), SOON).await.map(drop)
            };
            let (dialled, taken) = tokio::join!(dialler.dial_within(served.id(), SOON), taken);
            let error = dialled.unwrap_err();
            assert!(
                matches!(error, BrokerError::Connect { source: TransportError::TlsHandshake { .. }, .. }),
                "{error}"
            );
            assert!(taken.is_err(), "it knows that it is not trusted");
        }
    }
}

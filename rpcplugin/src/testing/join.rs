//! Two ends become a pair: the parts of a host and of a plugin, without their processes.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::sync::watch;

use super::pair::Server;
use crate::limits::{TESTING_PIPE_BYTES, TLS_HANDSHAKE_TIMEOUT};
use crate::rpc::{Channel, Router};
use crate::task::OwnedTask;
use crate::testing::{Carrier, Faults, Fingerprints, Pair, Setup, TestingError};
use crate::transport::tls::{Acceptor, Connector, Identity, PeerCertificate};
use crate::transport::{Connection, Listener, TransportError, connect};
use crate::wire::{self, Protocol, Servers, Terms};

/// The client's end, and the handlers'.
struct Ends {
    near: Connection,
    far: Connection,
}

pub(super) async fn join(mut setup: Setup) -> Result<Pair, TestingError> {
    let router = setup.router()?;
    let Setup { route, ref faults, .. } = setup;
    let (Some(carrier), Some(protocol)) = (route.carrier(), route.protocol_of_connection()) else {
        return match faults {
            Some(_) => Err(TestingError::NoConnection),
            None => Ok(Pair {
                channel: Channel::local(router),
                route,
                ledger: setup.ledger,
                server: None,
                fingerprints: None,
            }),
        };
    };
    let refused = |source| TestingError::Transport { route, source };
    let ends = carry(carrier).await.map_err(refused)?;
    let ends = match faults {
        None => ends,
        Some(faults) => spoil(ends, faults),
    };
    let (ends, fingerprints) = match route.is_mutual_tls() {
        false => (ends, None),
        true => {
            let (ends, fingerprints) = secure(ends).await.map_err(refused)?;
            (ends, Some(fingerprints))
        }
    };
    let (channel, server) = speak(protocol, ends, router, &setup).await?;
    Ok(Pair { channel, route, ledger: setup.ledger, server: Some(server), fingerprints })
}

/// Bytes from one end to the other. A socket's listener goes as soon as there is a connection.
async fn carry(carrier: Carrier) -> Result<Ends, TransportError> {
    let listener = match carrier {
        Carrier::Memory => {
            let (near, far) = tokio::io::duplex(TESTING_PIPE_BYTES);
            return Ok(Ends { near: Connection::new(near), far: Connection::new(far) });
        }
        Carrier::Unix => Listener::unix(None, None)?,
        Carrier::Tcp => Listener::tcp(0..=0).await?,
    };
    let address = listener.address();
    let accepted = async {
        listener.accept().await.map_err(|source| TransportError::Connect { address: address.clone(), source })
    };
    let (near, far) = tokio::try_join!(connect(address), accepted)?;
    Ok(Ends { near, far })
}

fn spoil(Ends { near, far }: Ends, faults: &Faults) -> Ends {
    let (near_peer, far_peer) = (Arc::clone(near.peer()), Arc::clone(far.peer()));
    Ends {
        near: Connection::with_peer(faults.client_end(near), near_peer),
        far: Connection::with_peer(faults.handler_end(far), far_peer),
    }
}

/// What host and plugin do with the certificates that they exchange at a start.
async fn secure(Ends { near, far }: Ends) -> Result<(Ends, Fingerprints), TransportError> {
    let (host, plugin) = (Identity::generate()?, Identity::generate()?);
    let announced = |identity: &Identity| PeerCertificate::from_der(identity.certificate().to_vec());
    let (host_announced, plugin_announced) = (announced(&host)?, announced(&plugin)?);
    let fingerprints =
        Fingerprints { client: host_announced.fingerprint(), handler: plugin_announced.fingerprint() };
    let names = Protocol::names(&Protocol::ALL);
    let connector = Connector::new(&host, plugin_announced, &names)?;
    let acceptor = Acceptor::new(&plugin, host_announced, &names)?;
    let (near, far) = tokio::try_join!(connector.connect(near), acceptor.accept(far, TLS_HANDSHAKE_TIMEOUT))?;
    Ok((Ends { near: near.connection, far: far.connection }, fingerprints))
}

/// Puts a wire on a connection.
async fn speak(
    protocol: Protocol,
    Ends { near, far }: Ends,
    router: Router,
    setup: &Setup,
) -> Result<(Channel, Server), TestingError> {
    let (stop, stopping) = watch::channel(false);
    let servers = Servers::new(Arc::new(router), setup.handler_terms);
    let task = OwnedTask::spawn(async move {
        let served = servers.serve(protocol, far, BytesMut::new(), Terms::default(), stopping);
        if let Err(error) = served.await {
            tracing::debug!(%error, "the handlers' end of a pair ended");
        }
    });
    let secure = setup.route.is_mutual_tls();
    let opened = wire::open(protocol, near, secure, setup.client_terms).await;
    let opened = opened.map_err(|source| TestingError::Open { route: setup.route, source })?;
    Ok((Channel::from_caller(opened), Server { stop, task }))
}

use std::sync::Arc;

use super::PluginClientBuilder;
use super::failure::Failure;
use super::heartbeat::Heartbeat;
use super::reaching::{Listens, reach};
use crate::call::Peer;
use crate::compression::MessageTerms;
use crate::contract::{Code, Status};
use crate::handshake::{Accepted, HandshakeError};
use crate::limits::CONNECT_TIMEOUT;
use crate::rpc::Channel;
use crate::services::grpc_health::HealthCheckRequest;
use crate::services::grpc_health::health_check_response::ServingStatus;
use crate::services::health::{Health, HealthClient, PLUGIN_SERVICE};
use crate::transport::tls::{Connector, Identity, Secured};
#[cfg(feature = "broker")]
use crate::transport::{Address, End, Mux, TransportError};
use crate::transport::{Connection, KeepAlive, Role, SocketGroup, TlsConfig};
use crate::wire::{Protocol, Wire};

/// A connection on which the plugin has answered.
pub(super) struct Opened {
    /// For the calls that this crate makes itself.
    pub(super) channel: Channel,
    /// For the calls of the user.
    pub(super) calls: Channel,
    pub(super) peer: Arc<Peer>,
    pub(super) protocol: Protocol,
    pub(super) heartbeat: Option<Heartbeat>,
    /// Where streams share the connection.
    #[cfg(feature = "broker")]
    pub(super) mux: Option<Mux>,
}

/// What a host wants of its connection.
///
/// Copied from the options: these hold a writer of the user's, which may not be shared between threads, and a start that
/// looked at them while it waits could not be spawned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The plugin's process.
    process: Option<u32>,
    /// Who may listen at the address.
    listener: Listens,
    wire: Wire,
    keep_alive: Option<KeepAlive>,
    messages: MessageTerms,
    #[cfg_attr(
        not(feature = "broker"),
        allow(dead_code, reason = "streams that share a connection are the broker's")
    )]
    multiplex: bool,
}

impl Wanted {
    pub(super) fn of(
        builder: &PluginClientBuilder,
        process: Option<u32>,
        accepted: &Accepted,
        group: Option<SocketGroup>,
    ) -> Self {
        let PluginClientBuilder { wire, keep_alive, multiplex, .. } = *builder;
        let listener = match process {
            _ if builder.allowed_addresses.contains(&accepted.address) => Listens::Anybody,
            // A certificate proves more than the number of a process.
            Some(process) if accepted.certificate.is_none() => Listens::Process(process, group),
            _ => Listens::User(group),
        };
        Self { process, listener, wire, keep_alive, messages: builder.message_terms(), multiplex }
    }
}

/// What the host shows and whom it trusts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Proof<'a> {
    /// Nothing and nobody: no TLS.
    Absent,
    /// The certificate of this run, and the one that the plugin announced.
    Made(&'a Identity),
    /// What the user brings.
    Own(&'a TlsConfig),
}

impl<'a> Proof<'a> {
    /// What the user brings goes before what was made.
    pub(super) const fn of(tls: Option<&'a TlsConfig>, identity: Option<&'a Identity>) -> Self {
        match (tls, identity) {
            (Some(tls), _) => Self::Own(tls),
            (None, Some(identity)) => Self::Made(identity),
            (None, None) => Self::Absent,
        }
    }
}

/// Connects, and asks the first question: only an answer proves that both sides accepted each other.
pub(super) async fn open(
    accepted: &Accepted,
    proof: Proof<'_>,
    wanted: Wanted,
    speaks_binary: bool,
) -> Result<Opened, Failure> {
    let Wanted { process, listener, wire, keep_alive, messages, .. } = wanted;
    if wire == Wire::Binary && !speaks_binary {
        return Err(Failure::NoBinaryWire);
    }
    let opened = tokio::time::timeout(CONNECT_TIMEOUT, async {
        let connection = reach(&accepted.address, listener).await.map_err(Failure::Connect)?;
        #[cfg(feature = "broker")]
        let (connection, mux) = first_stream(connection, wanted.multiplex, &accepted.address).await?;
        let names = Protocol::names(wire.offered());
        let connector = match (proof, &accepted.certificate) {
            (Proof::Made(identity), Some(plugin)) => Some(Connector::new(identity, plugin.clone(), &names)),
            (Proof::Own(tls), None) => Some(Connector::own(tls, &names)),
            (Proof::Absent, None) => None,
            // `accept` has refused both; this line keeps a mistake there from becoming plaintext.
            (Proof::Made(_), None) => return Err(Failure::Handshake(HandshakeError::MissingCertificate)),
            (_, Some(_)) => return Err(Failure::Handshake(HandshakeError::UnexpectedCertificate)),
        };
        let is_secured = connector.is_some();
        let (connection, protocol) = match connector.transpose().map_err(Failure::Connect)? {
            Some(connector) => agreed(connector.connect(connection).await.map_err(Failure::Connect)?, wire)?,
            None => (connection, wire.chosen(speaks_binary)),
        };
        let peer = Arc::clone(connection.peer());
        let (connection, hearing) = match keep_alive {
            None => (connection, None),
            Some(keep_alive) => {
                let (connection, hearing) = connection.kept_alive(keep_alive, Role::Plugin { process });
                (connection, Some((hearing, keep_alive)))
            }
        };
        let caller = crate::wire::open(protocol, connection, is_secured, messages).await;
        let caller = caller.map_err(Failure::Protocol)?;
        let channel = Channel::from_caller(Arc::clone(&caller)).for_own_services();
        let answered = ask_health(&channel).await;
        answered.map_err(|failure| match caller.refusal() {
            Some(refusal) => Failure::Protocol(refusal.into()),
            None => failure,
        })?;
        let Some((hearing, keep_alive)) = hearing else {
            return Ok(Opened {
                calls: channel.clone(),
                channel,
                peer,
                protocol,
                heartbeat: None,
                #[cfg(feature = "broker")]
                mux,
            });
        };
        // Those that this crate makes itself say nothing about a plugin: one is the question for signs of life, and another
        // is open for as long as the plugin lives.
        let calls = channel.clone().counted(hearing.uses());
        // Only now: the time for the first answer is another one.
        let heartbeat = Some(Heartbeat::start(channel.clone(), hearing, keep_alive));
        Ok(Opened {
            channel,
            calls,
            peer,
            protocol,
            heartbeat,
            #[cfg(feature = "broker")]
            mux,
        })
    });
    opened.await.unwrap_or(Err(Failure::ConnectTimeout))
}

/// What is spoken to the plugin on: the connection itself, or the first of the streams that are to share it.
#[cfg(feature = "broker")]
async fn first_stream(
    connection: Connection,
    multiplex: bool,
    address: &Address,
) -> Result<(Connection, Option<Mux>), Failure> {
    if !multiplex {
        return Ok((connection, None));
    }
    let (mux, driver) = Mux::share(connection, End::Client, None);
    // It ends by itself with the last of the streams, a moment later: there may be something to send.
    tokio::spawn(driver);
    let refused = |source| Failure::Connect(TransportError::Connect { address: address.clone(), source });
    let stream = mux.open().await.map_err(refused)?;
    Ok((stream, Some(mux)))
}

/// What is to be spoken within TLS.
fn agreed(secured: Secured, wire: Wire) -> Result<(Connection, Protocol), Failure> {
    let protocol = match secured.protocol {
        Some(name) => Protocol::named(&name),
        // Who names nothing is older than the names, and so is what it speaks.
        None => Some(Protocol::Grpc),
    };
    match protocol.filter(|protocol| wire.offered().contains(protocol)) {
        Some(protocol) => Ok((secured.connection, protocol)),
        None => Err(Failure::NoBinaryWire),
    }
}

async fn ask_health(channel: &Channel) -> Result<(), Failure> {
    let question = HealthCheckRequest { service: PLUGIN_SERVICE.to_owned() };
    match HealthClient::new(channel.clone()).check(question).await {
        Ok(answer) if answer.status() == ServingStatus::NotServing => {
            Err(Failure::NotReady(Status::unavailable("the plugin says that it is not serving")))
        }
        Ok(_) => Ok(()),
        // An answer all the same: a plugin need not have the service.
        Err(status) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => Ok(()),
        Err(status) if status.code() == Code::Unavailable => Err(Failure::Protocol(status.into())),
        Err(status) => Err(Failure::NotReady(status)),
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use std::time::Duration;

    use bytes::BytesMut;
    use tokio::sync::watch;

    use super::*;
    use crate::handshake::Cookie;
    use crate::limits::MESSAGE_BYTES_DEFAULT;
    use crate::rpc::{Router, Streaming};
    use crate::services::grpc_health::{HealthCheckResponse, HealthListRequest, HealthListResponse};
    use crate::services::health::HealthServer;
    use crate::task::OwnedTask;
    use crate::transport::Listener;
    use crate::wire::{Servers, Terms};

    /// Takes this long for its first answer.
    struct Slow(Duration);

    impl Health for Slow {
        async fn check(&self, _request: HealthCheckRequest) -> Result<HealthCheckResponse, Status> {
            tokio::time::sleep(self.0).await;
            Ok(HealthCheckResponse::default())
        }

        async fn watch(
            &self,
            _request: HealthCheckRequest,
        ) -> Result<Streaming<HealthCheckResponse>, Status> {
            Ok(Streaming::empty())
        }

        async fn list(&self, _request: HealthListRequest) -> Result<HealthListResponse, Status> {
            Ok(HealthListResponse::default())
        }
    }

    #[tokio::test]
    async fn the_time_for_signs_of_life_is_not_the_one_for_the_first_answer() {
        for wire in [Wire::Binary, Wire::Grpc] {
            let listener = Listener::unix(None, None).unwrap();
            let accepted = Accepted { version: 1, address: listener.address().clone(), certificate: None };
            let slow = Slow(Duration::from_millis(500));
            let router = Router::new().service(HealthServer::new(slow)).unwrap();
            let servers = Servers::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
            let _server = OwnedTask::spawn(async move {
                let connection = listener.accept().await.unwrap();
                let (_stop, stopping) = watch::channel(false);
                let (protocol, first) = (wire.chosen(true), BytesMut::new());
                drop(servers.serve(protocol, connection, first, Terms::default(), stopping).await);
            });
            let moment = Duration::from_millis(10);
            let keep_alive = KeepAlive::new(moment, moment).with_patience(moment);
            let builder = PluginClientBuilder::new("any".into(), Cookie::new("ANY", "any").unwrap());
            let builder = builder.keep_alive(Some(keep_alive)).wire(wire);
            let wanted = Wanted::of(&builder, None, &accepted, None);
            let opened = open(&accepted, Proof::Absent, wanted, true).await;
            let opened = opened.unwrap_or_else(|_| panic!("the first answer has ten seconds"));
            assert_eq!(Wire::from(opened.protocol), wire);
        }
    }
}

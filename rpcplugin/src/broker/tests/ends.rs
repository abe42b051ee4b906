//! A host's end and a plugin's, on real sockets, and what they serve.

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::SOON;
use crate::accept::{Connections, ServerLimits, Serving};
use crate::broker::session::Session;
use crate::broker::{Broker, Credentials, Ground, HostBroker, ListenAt, PluginBroker, Sessions, Straight};
use crate::contract::Status;
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::rpc::{Channel, Router};
use crate::server::serve_shared;
use crate::services::broker::BrokerServer;
use crate::transport::tls::{Identity, PeerCertificate};
use crate::transport::{Address, Connection, End, Listener, Mux, connect};
use crate::wire::{self, Protocol, Servers};

#[rpcplugin::rpc_protocol(service = "test.Adder")]
pub(super) trait Adder {
    /// Adds a number of the handler's own.
    async fn add(&self, request: u64) -> Result<u64, Status>;
    async fn size(&self, request: Vec<u8>) -> Result<u64, Status>;
}

/// What the plugin serves for its host from the beginning.
#[rpcplugin::rpc_protocol(service = "test.Desk")]
pub(super) trait Desk {
    /// Adds by the adder that the host serves under the number.
    async fn through(&self, adder: u32) -> Result<u64, Status>;
}

struct Adding(u64);

impl Adder for Adding {
    async fn add(&self, request: u64) -> Result<u64, Status> {
        Ok(request + self.0)
    }

    async fn size(&self, request: Vec<u8>) -> Result<u64, Status> {
        Ok(u64::try_from(request.len()).unwrap())
    }
}

struct Through(Broker);

impl Desk for Through {
    async fn through(&self, adder: u32) -> Result<u64, Status> {
        let dialled = self.0.dial_within(adder, SOON).await;
        let channel = dialled.map_err(|error| Status::unavailable(error.to_string()))?;
        AdderClient::new(channel).add(20).await
    }
}

pub(super) fn adder() -> Router {
    Router::new().service(AdderServer::new(Adding(22))).unwrap()
}

/// Answers 21 where the adder answers 42.
pub(super) fn another_adder() -> Router {
    Router::new().service(AdderServer::new(Adding(1))).unwrap()
}

/// An adder that says when it has begun, and waits until it may go on.
pub(super) fn waiting() -> (Router, oneshot::Receiver<()>, oneshot::Sender<()>) {
    struct Waiting(Mutex<Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>>);

    impl Adder for Waiting {
        async fn add(&self, request: u64) -> Result<u64, Status> {
            let (begun, go_on) = self.0.lock().unwrap().take().unwrap();
            begun.send(()).unwrap();
            go_on.await.unwrap();
            Ok(request)
        }

        async fn size(&self, _request: Vec<u8>) -> Result<u64, Status> {
            Ok(0)
        }
    }

    let ((say_begun, begun), (go_on, may_go_on)) = (oneshot::channel(), oneshot::channel());
    let handler = Waiting(Mutex::new(Some((say_begun, may_go_on))));
    (Router::new().service(AdderServer::new(handler)).unwrap(), begun, go_on)
}

/// Asks the plugin to call the host.
pub(super) async fn through(plugin: &Channel, adder: u32) -> u64 {
    DeskClient::new(plugin.clone()).through(adder).await.unwrap()
}

/// Waits until something holds that nobody tells of.
pub(super) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let waited = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, waited).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// The keys of both sides, each with what it holds and what it expects.
struct Pair {
    host: Credentials,
    plugin: Credentials,
}

impl Pair {
    fn make() -> Self {
        let announced =
            |identity: &Identity| PeerCertificate::from_der(identity.certificate().to_vec()).unwrap();
        let (host, plugin) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let (host_peer, plugin_peer) = (announced(&plugin), announced(&host));
        Self {
            host: Credentials::Made { identity: Arc::new(host), peer: host_peer },
            plugin: Credentials::Made { identity: Arc::new(plugin), peer: plugin_peer },
        }
    }
}

/// How host and plugin are connected.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) protocol: Protocol,
    pub(super) tls: bool,
    /// Whether streams share the connection.
    pub(super) shared: bool,
}

const fn kind(protocol: Protocol, tls: bool, shared: bool) -> Kind {
    Kind { protocol, tls, shared }
}

pub(super) const PLAIN: Kind = kind(Protocol::Grpc, false, false);
pub(super) const SHARED: Kind = kind(Protocol::Grpc, false, true);
pub(super) const SECURE: [Kind; 2] = [kind(Protocol::Grpc, true, false), kind(Protocol::Grpc, true, true)];

/// All of them.
pub(super) const KINDS: [Kind; 8] = [
    PLAIN,
    SHARED,
    SECURE[0],
    SECURE[1],
    kind(Protocol::Binary, false, false),
    kind(Protocol::Binary, false, true),
    kind(Protocol::Binary, true, false),
    kind(Protocol::Binary, true, true),
];

/// A plugin, and the first host that is connected to it.
pub(super) struct Ends {
    pub(super) host: Broker,
    pub(super) plugin: Broker,
    /// To the plugin's own services.
    pub(super) channel: Channel,
    host_end: HostBroker,
    pub(super) sessions: Arc<Sessions>,
    /// The directory of the host's sockets and of the plugin's.
    pub(super) directory: tempfile::TempDir,
    address: Address,
    kind: Kind,
    pub(super) keys: Credentials,
    pub(super) plugin_keys: Credentials,
    message_bytes_max: usize,
    ended_sender: watch::Sender<bool>,
    stop_sender: watch::Sender<bool>,
    plugin_task: JoinHandle<()>,
}

impl Ends {
    pub(super) async fn meet(kind: Kind) -> Self {
        Self::make(kind, MESSAGE_BYTES_DEFAULT, true).await
    }

    pub(super) async fn with_limit(kind: Kind, message_bytes_max: usize) -> Self {
        Self::make(kind, message_bytes_max, true).await
    }

    pub(super) async fn without_broker(kind: Kind) -> Self {
        Self::make(kind, MESSAGE_BYTES_DEFAULT, false).await
    }

    async fn make(kind: Kind, message_bytes_max: usize, has_broker: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = Listener::unix(Some(directory.path()), None).unwrap();
        let address = listener.address().clone();
        let (host_keys, plugin_keys) = match kind.tls {
            true => {
                let Pair { host, plugin } = Pair::make();
                (host, plugin)
            }
            false => (Credentials::Absent, Credentials::Absent),
        };
        let sessions = Arc::new(Sessions::default());
        let ground = |credentials| Ground {
            credentials,
            listen_at: ListenAt::Unix(Some(directory.path().to_owned())),
            limits: ServerLimits::new(),
            accept_other_users: false,
            group: None,
            messages: message_bytes_max.into(),
            ways: Arc::new(Straight),
        };
        sessions.begin(ground(plugin_keys.clone()));
        let (ended_sender, ended) = watch::channel(false);
        let (stop, stopping) = watch::channel(false);
        let desk = DeskServer::new(Through(Broker::of_plugin(Arc::clone(&sessions))));
        let mut router = Router::new().service(desk).unwrap();
        if has_broker {
            let broker = PluginBroker::new(Arc::clone(&sessions), ended);
            router = router.own_service(BrokerServer::new(broker)).unwrap();
        }
        let entering = Arc::clone(&sessions);
        let serving = Serving {
            acceptor: plugin_keys.acceptor().unwrap(),
            servers: Servers::new(Arc::new(router), message_bytes_max),
            limits: ServerLimits::new(),
            accept_other_users: false,
            group: None,
            connections: Connections::default(),
            attend: Some(Box::new(move |peer, protocol, mux| Box::new(entering.enter(peer, protocol, mux)))),
            stop: stopping,
        };
        let task = tokio::spawn(serve_shared(listener, kind.shared, serving));
        let (channel, mux) = call(&address, kind, &host_keys, message_bytes_max).await;
        let host_end = HostBroker::open(channel.clone(), kind.protocol, ground(host_keys.clone()), mux);
        let plugin = match has_broker {
            true => {
                eventually("the stream is open", || sessions.current().is_ok()).await;
                Broker::of_session(sessions.current().unwrap())
            }
            false => Broker::of_plugin(Arc::clone(&sessions)),
        };
        Self {
            host: host_end.broker(),
            plugin,
            channel,
            host_end,
            sessions,
            directory,
            address,
            kind,
            keys: host_keys,
            plugin_keys,
            message_bytes_max,
            ended_sender,
            stop_sender: stop,
            plugin_task: task,
        }
    }

    /// Connections that say nothing.
    pub(super) async fn strangers(&self, number: usize) -> Vec<Connection> {
        let mut strangers = Vec::new();
        for _ in 0..number {
            strangers.push(connect(&self.address).await.unwrap());
        }
        strangers
    }

    pub(super) fn socket(&self) -> &Path {
        match &self.address {
            Address::Unix(path) => path,
            Address::Tcp(_) => panic!("not a unix address"),
        }
    }

    /// The plugin is asked to end, and has nothing more to say.
    pub(super) fn stop(&self) {
        self.stop_sender.send_replace(true);
        self.ended_sender.send_replace(true);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.plugin_task.is_finished()
    }

    /// Who serves and who dials.
    pub(super) fn both_ways(&self) -> [(Broker, Broker); 2] {
        [(self.host.clone(), self.plugin.clone()), (self.plugin.clone(), self.host.clone())]
    }

    /// Another host of the same plugin.
    pub(super) async fn another_host(&self) -> (HostBroker, Channel) {
        let (channel, mux) = call(&self.address, self.kind, &self.keys, self.message_bytes_max).await;
        let ground = Ground {
            credentials: self.keys.clone(),
            listen_at: ListenAt::Unix(Some(self.directory.path().to_owned())),
            limits: ServerLimits::new(),
            accept_other_users: false,
            group: None,
            messages: self.message_bytes_max.into(),
            ways: Arc::new(Straight),
        };
        (HostBroker::open(channel.clone(), self.kind.protocol, ground, mux), channel)
    }

    /// What the plugin serves for its host, to be served once more.
    pub(super) fn desk(&self) -> Router {
        let through = Through(Broker::of_plugin(Arc::clone(&self.sessions)));
        Router::new().service(DeskServer::new(through)).unwrap()
    }

    pub(super) fn host_session(&self) -> &Session {
        self.host_end.session()
    }

    pub(super) fn plugin_session(&self) -> Arc<Session> {
        self.sessions.current().unwrap()
    }

    /// The plugin goes, and with it the connection.
    pub(super) fn part(self) -> impl Future<Output = ()> {
        let Self { plugin_task, channel, .. } = self;
        plugin_task.abort();
        async move { eventually("the connection is lost", || !channel.is_connected()).await }
    }
}

async fn call(
    address: &Address,
    kind: Kind,
    keys: &Credentials,
    message_bytes_max: usize,
) -> (Channel, Option<Mux>) {
    let connection = connect(address).await.unwrap();
    let (connection, mux) = match kind.shared {
        false => (connection, None),
        true => {
            let (mux, driver) = Mux::share(connection, End::Client, None);
            tokio::spawn(driver);
            (mux.open().await.unwrap(), Some(mux))
        }
    };
    let connector = keys.connector(&[kind.protocol]).unwrap();
    let secure = connector.is_some();
    let connection = match connector {
        None => connection,
        Some(connector) => connector.connect(connection).await.unwrap().connection,
    };
    let opened = wire::open(kind.protocol, connection, secure, message_bytes_max).await.unwrap();
    (Channel::from_caller(opened), mux)
}

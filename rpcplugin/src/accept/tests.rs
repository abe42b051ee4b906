//! Real sockets, with peers that say nothing, too little, or all that a good one says.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod foreign;

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::*;
use crate::contract::{Code, Status};
use crate::limits::{MESSAGE_BYTES_DEFAULT, NEWCOMER_SILENCE};
use crate::rpc::{Channel, Router};
use crate::task::OwnedTask;
use crate::transport::tls::{Connector, Identity, PeerCertificate};
use crate::transport::{Address, KeepAlive, Listener, connect};
use crate::wire::binary::MAGIC;
use crate::wire::{self, Protocol};

#[rpcplugin::rpc_protocol(service = "test.Doubler")]
trait Doubler {
    async fn double(&self, request: u64) -> Result<u64, Status>;
}

struct Handler;

impl Doubler for Handler {
    async fn double(&self, request: u64) -> Result<u64, Status> {
        Ok(request * 2)
    }
}

/// As many as an attacker may have.
const MANY: usize = 500;
/// No test takes so long.
const NEVER: Duration = Duration::from_secs(3600);
/// For what must happen at some time, on a machine that does other things as well.
const SOON: Duration = Duration::from_secs(60);

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// A frame SETTINGS that sets nothing.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// The frame with which a host of the binary wire says what it takes: 64 KiB of everything, and one call.
const HELLO: &[u8] =
    b"\x1a\0\0\0\x01\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x01\0\0\0\0\0\x01\0\0\0\x01\0";
/// The beginning of a ClientHello: a record that announces 512 bytes and has 6.
const HALF_HELLO: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];

struct Plugin {
    address: Address,
    /// What a host needs for TLS, if the plugin wants it.
    keys: Option<(Identity, PeerCertificate)>,
    /// What its good clients speak.
    protocol: Protocol,
    connections: Connections,
    stop: watch::Sender<bool>,
    task: OwnedTask,
}

impl Plugin {
    fn on(listener: Listener, tls: bool, limits: ServerLimits) -> Self {
        room_for_descriptors();
        let pin = |identity: &Identity| PeerCertificate::from_der(identity.certificate().to_vec()).unwrap();
        let (host, own) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let router = Router::new().service(DoublerServer::new(Handler)).unwrap();
        let (stop, stopping) = watch::channel(false);
        let connections = Connections::default();
        let serving = Serving {
            acceptor: tls.then(|| Acceptor::new(&own, pin(&host), &Protocol::names(&Protocol::ALL)).unwrap()),
            servers: Servers::new(Arc::new(router), MESSAGE_BYTES_DEFAULT),
            limits,
            accept_other_users: false,
            group: None,
            connections: connections.clone(),
            #[cfg(feature = "broker")]
            attend: None,
            stop: stopping,
        };
        let address = listener.address().clone();
        let task = OwnedTask::spawn(serve_connections(Source::Socket(listener), serving));
        Self {
            address,
            keys: tls.then(|| (host, pin(&own))),
            protocol: Protocol::Grpc,
            connections,
            stop,
            task,
        }
    }

    fn unix(tls: bool, limits: ServerLimits) -> Self {
        Self::on(Listener::unix(None, None).unwrap(), tls, limits)
    }

    fn spoken_to_in(self, protocol: Protocol) -> Self {
        Self { protocol, ..self }
    }

    /// A good client.
    async fn client(&self) -> DoublerClient {
        let mut connection = connect(&self.address).await.unwrap();
        if let Some((host, plugin)) = &self.keys {
            let connector = Connector::new(host, plugin.clone(), &[self.protocol.name()]).unwrap();
            connection = connector.connect(connection).await.unwrap().connection;
        }
        let opened = wire::open(self.protocol, connection, self.keys.is_some(), MESSAGE_BYTES_DEFAULT).await;
        DoublerClient::new(Channel::from_caller(opened.unwrap()))
    }

    /// A peer that says this and no more.
    async fn peer(&self, words: &[u8]) -> Peer {
        let mut peer = self.connect().await;
        let said = match &mut peer {
            Peer::Unix(stream) => stream.write_all(words).await,
            Peer::Tcp(stream) => stream.write_all(words).await,
        };
        said.unwrap();
        peer
    }

    /// A peer that says this, or that has had the time to say something.
    async fn newcomer(&self, words: &[u8]) -> Peer {
        let before = self.connections.counts().accepted;
        let peer = self.peer(words).await;
        self.counts("there", |counts| counts.accepted > before).await;
        // The plugin is on this thread: it reads what has come before this timer rings.
        tokio::time::sleep(NEWCOMER_SILENCE).await;
        peer
    }

    /// The listener's queue may be full for a moment.
    async fn connect(&self) -> Peer {
        within(SOON, async {
            loop {
                let connected = match &self.address {
                    Address::Unix(path) => UnixStream::connect(path).await.map(Peer::Unix),
                    Address::Tcp(address) => TcpStream::connect(address).await.map(Peer::Tcp),
                };
                match connected {
                    Ok(peer) => return peer,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => tokio::task::yield_now().await,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await
    }

    async fn peers(&self, number: usize, words: &[u8]) -> Vec<Peer> {
        let mut peers = Vec::new();
        for _ in 0..number {
            peers.push(self.peer(words).await);
        }
        peers
    }

    /// Waits until the counts are so.
    async fn counts(&self, what: &str, are: impl Fn(ConnectionCounts) -> bool) -> ConnectionCounts {
        let clock = Instant::now();
        loop {
            let counts = self.connections.counts();
            if are(counts) {
                return counts;
            }
            assert!(clock.elapsed() < SOON, "not {what}: {counts:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

enum Peer {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Peer {
    /// Reads until the other side closes the connection.
    async fn closed(&mut self) {
        let mut rest = Vec::new();
        // A connection that is closed while bytes of ours wait there is reset.
        let _ended = match self {
            Self::Unix(stream) => stream.read_to_end(&mut rest).await,
            Self::Tcp(stream) => stream.read_to_end(&mut rest).await,
        };
    }
}

async fn within<T>(limit: Duration, what: impl Future<Output = T>) -> T {
    tokio::time::timeout(limit, what).await.unwrap_or_else(|_| panic!("takes longer than {limit:?}"))
}

/// Both ends of the connections are in this process.
fn room_for_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
}

/// The kinds of peers that do not come through the door, and whether the plugin wants TLS.
const HALF_OPEN: [(bool, &[u8]); 7] = [
    (false, b""),
    (false, b"PRI * HTTP"),
    (false, b"\x89rpc"),
    // All that tells the wire, and not what it takes.
    (false, &MAGIC),
    (true, b""),
    (true, HALF_HELLO),
    // A plaintext peer at a TLS port is told at once that it is wrong: here it says too little for that.
    (true, b"\x16"),
];

#[tokio::test]
async fn a_good_client_does_not_notice_how_many_half_open_connections_stand() {
    for (tls, words) in HALF_OPEN {
        let limits = ServerLimits::new().tls_handshake_timeout(NEVER).preface_timeout(NEVER);
        let plugin = Plugin::unix(tls, limits);
        let standing = plugin.peers(MANY, words).await;
        let client = plugin.client().await;
        assert_eq!(within(SOON, client.double(21)).await.unwrap(), 42);
        let counts = plugin.connections.counts();
        assert_eq!((counts.newcomers, counts.serving, counts.displaced), (500, 1, 0), "{words:?}");
        drop(standing);
    }
}

#[tokio::test]
async fn half_open_connections_are_closed_after_their_time() {
    let moment = Duration::from_millis(200);
    for (tls, words) in HALF_OPEN {
        let limits = ServerLimits::new().tls_handshake_timeout(moment).preface_timeout(moment);
        let plugin = Plugin::unix(tls, limits);
        let mut standing = plugin.peers(MANY, words).await;
        within(SOON, async {
            for peer in &mut standing {
                peer.closed().await;
            }
        })
        .await;
        let counts = plugin.counts("all closed", |counts| counts.newcomers == 0).await;
        let timed_out = if tls { counts.handshake_timed_out } else { counts.preface_timed_out };
        assert_eq!(timed_out, 500, "{words:?}: {counts:?}");
        assert_eq!(plugin.client().await.double(4).await.unwrap(), 8);
    }
}

#[tokio::test]
async fn the_oldest_half_open_connections_make_room_over_tcp_as_well() {
    let limits = ServerLimits::new().newcomers_max(20).tls_handshake_timeout(NEVER).preface_timeout(NEVER);
    let listener = Listener::tcp(0..=0).await.unwrap();
    let plugin = Plugin::on(listener, false, limits);
    let client = plugin.client().await;
    assert_eq!(client.double(1).await.unwrap(), 2);
    let mut standing = plugin.peers(100, b"PRI").await;
    let another = plugin.client().await;
    assert_eq!(within(SOON, another.double(2)).await.unwrap(), 4);
    plugin.counts("81 displaced", |counts| counts.displaced == 81).await;
    within(SOON, async {
        for peer in standing.iter_mut().take(81) {
            peer.closed().await;
        }
    })
    .await;
    assert_eq!(client.double(3).await.unwrap(), 6);
    assert_eq!(plugin.connections.counts().newcomers, 19);
}

#[tokio::test]
async fn who_has_begun_its_handshake_stays_before_who_has_sent_nothing() {
    let limits = ServerLimits::new().newcomers_max(2).tls_handshake_timeout(NEVER);
    // What signs of life are asked for has no part in it.
    for limits in [limits.clone(), limits.keep_alive(None)] {
        let plugin = Plugin::unix(true, limits);
        let mut begun = plugin.newcomer(HALF_HELLO).await;
        let mut silent = plugin.newcomer(b"").await;
        let mut another = plugin.newcomer(b"").await;
        within(SOON, silent.closed()).await;
        let _last = plugin.newcomer(HALF_HELLO).await;
        within(SOON, another.closed()).await;
        // Where all of them have sent something, the oldest goes.
        let _one_more = plugin.newcomer(HALF_HELLO).await;
        within(SOON, begun.closed()).await;
        assert_eq!(plugin.connections.counts().displaced, 3);
    }
}

#[tokio::test]
async fn a_connection_above_the_limit_is_told_so_and_closed() {
    for protocol in Protocol::ALL {
        let plugin = Plugin::unix(true, ServerLimits::new().connections_max(2)).spoken_to_in(protocol);
        let (first, second) = (plugin.client().await, plugin.client().await);
        assert_eq!(first.double(1).await.unwrap(), 2);
        assert_eq!(second.double(1).await.unwrap(), 2);
        let third = plugin.client().await;
        let status = within(SOON, third.double(1)).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.message().contains("serves 2 connections at once"), "{status}");
        let counts = plugin.counts("closed", |counts| counts.newcomers == 0).await;
        assert_eq!((counts.serving, counts.over_limit), (2, 1));
        // The others go on, and a place that is given back is there for the next.
        assert_eq!(first.double(5).await.unwrap(), 10);
        drop(second);
        plugin.counts("a free place", |counts| counts.serving == 1).await;
        assert_eq!(plugin.client().await.double(6).await.unwrap(), 12);
    }
}

#[tokio::test]
async fn a_newcomer_that_gives_no_sign_of_life_is_closed() {
    let moment = Duration::from_millis(100);
    let limits = ServerLimits::new().keep_alive(Some(KeepAlive::new(moment, moment)));
    // It opens its wire, and then says nothing more: the ping is not answered.
    for opening in [[PREFACE, SETTINGS].concat(), [&MAGIC, HELLO].concat()] {
        let plugin = Plugin::unix(false, limits.clone());
        let mut silent = plugin.peers(50, &opening).await;
        within(SOON, async {
            for peer in &mut silent {
                peer.closed().await;
            }
        })
        .await;
        plugin.counts("all silent", |counts| counts.fallen_silent == 50).await;
    }
}

#[tokio::test]
async fn an_idle_client_that_answers_pings_is_kept() {
    for protocol in Protocol::ALL {
        let interval = Duration::from_millis(20);
        let limits = ServerLimits::new().keep_alive(Some(KeepAlive::new(interval, Duration::from_secs(1))));
        let plugin = Plugin::unix(true, limits).spoken_to_in(protocol);
        // One that has called and one that has not.
        let (client, newcomer) = (plugin.client().await, plugin.client().await);
        assert_eq!(client.double(1).await.unwrap(), 2);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(plugin.connections.counts().fallen_silent, 0);
        assert_eq!(client.double(2).await.unwrap(), 4);
        assert_eq!(newcomer.double(3).await.unwrap(), 6);
    }
}

/// A host with one thread, which calls, is busy for as long as this takes, and calls again.
fn busy_host(
    plugin: &Arc<Plugin>,
    work: impl FnOnce() + Send + 'static,
) -> std::thread::JoinHandle<Result<u64, Status>> {
    let plugin = Arc::clone(plugin);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = plugin.client().await;
            assert_eq!(client.double(1).await.unwrap(), 2);
            work();
            client.double(2).await
        })
    })
}

#[tokio::test]
async fn a_host_whose_only_thread_is_busy_finds_its_connection_as_it_was() {
    for protocol in Protocol::ALL {
        let moment = Duration::from_millis(20);
        // Over TCP nothing says that the host is still there, so there it has the patience.
        for (listener, patience) in
            [(Listener::unix(None, None).unwrap(), moment), (Listener::tcp(0..=0).await.unwrap(), SOON)]
        {
            let keep_alive = KeepAlive::new(moment, moment).with_patience(patience);
            let plugin = Plugin::on(listener, true, ServerLimits::new().keep_alive(Some(keep_alive)));
            let plugin = Arc::new(plugin.spoken_to_in(protocol));
            let host = busy_host(&plugin, move || std::thread::sleep(50 * moment));
            let answer = tokio::task::spawn_blocking(|| host.join().unwrap()).await.unwrap();
            assert_eq!(answer.unwrap(), 4);
            assert_eq!(plugin.connections.counts().fallen_silent, 0);
        }
    }
}

#[tokio::test]
async fn a_host_over_tcp_that_is_silent_for_longer_than_the_patience_is_closed() {
    for protocol in Protocol::ALL {
        let moment = Duration::from_millis(20);
        let keep_alive = KeepAlive::new(moment, moment).with_patience(2 * moment);
        let listener = Listener::tcp(0..=0).await.unwrap();
        let plugin = Plugin::on(listener, true, ServerLimits::new().keep_alive(Some(keep_alive)));
        let plugin = Arc::new(plugin.spoken_to_in(protocol));
        let (done, is_done) = std::sync::mpsc::channel();
        let host = busy_host(&plugin, move || is_done.recv().unwrap());
        plugin.counts("silent", |counts| counts.fallen_silent == 1).await;
        done.send(()).unwrap();
        let answer = tokio::task::spawn_blocking(|| host.join().unwrap()).await.unwrap();
        assert_eq!(answer.unwrap_err().code(), Code::Unavailable);
    }
}

#[tokio::test]
async fn stopping_does_not_wait_for_newcomers() {
    for protocol in Protocol::ALL {
        for (tls, words) in HALF_OPEN {
            let limits = ServerLimits::new().tls_handshake_timeout(NEVER).preface_timeout(NEVER);
            let mut plugin = Plugin::unix(tls, limits).spoken_to_in(protocol);
            let standing = plugin.peers(10, words).await;
            let client = plugin.client().await;
            assert_eq!(client.double(1).await.unwrap(), 2);
            plugin.stop.send_replace(true);
            within(SOON, plugin.task.ended()).await.unwrap();
            assert_eq!(client.double(1).await.unwrap_err().code(), Code::Unavailable);
            drop(standing);
        }
    }
}

use std::fmt;
use std::future::Future;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::BrokerError;
use super::knocks::{Knocks, NotOpened};
use super::place::{Place, words};
use super::sessions::Sessions;
use super::state::{Announced, NotServed, State, Stream};
use super::tied::tied;
use super::ways::{NoWay, Way, Ways};
use crate::accept::ServerLimits;
use crate::compression::MessageTerms;
use crate::limits::{KNOCK_AGAIN_AFTER, KNOCK_TIMEOUT};
use crate::rpc::Channel;
use crate::services::plugin::ConnInfo;
use crate::transport::tls::{Acceptor, Connector, Identity, PeerCertificate, Secured};
use crate::transport::{Address, Connection, Listener, Mux, SocketGroup, TlsConfig, TransportError};
use crate::wire::{self, Protocol};

/// What both sides of TLS show each other: the same as on the connection over which is brokered, in either role.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    /// The host asked for plaintext.
    Absent,
    /// What both sides made for this run.
    Made { identity: Arc<Identity>, peer: PeerCertificate },
    /// What the user brings.
    Own(TlsConfig),
}

impl Credentials {
    /// What the user brings goes before what was made.
    pub(crate) fn of(
        own: Option<TlsConfig>,
        identity: Option<Arc<Identity>>,
        peer: Option<PeerCertificate>,
    ) -> Self {
        match (own, identity.zip(peer)) {
            (Some(own), _) => Self::Own(own),
            (None, Some((identity, peer))) => Self::Made { identity, peer },
            (None, None) => Self::Absent,
        }
    }

    pub(super) fn connector(&self, protocols: &[Protocol]) -> Result<Option<Connector>, TransportError> {
        let names = Protocol::names(protocols);
        match self {
            Self::Absent => Ok(None),
            Self::Made { identity, peer } => Connector::new(identity, peer.clone(), &names).map(Some),
            Self::Own(config) => Connector::own(config, &names).map(Some),
        }
    }

    pub(super) fn acceptor(&self) -> Result<Option<Acceptor>, TransportError> {
        let names = Protocol::names(&Protocol::ALL);
        match self {
            Self::Absent => Ok(None),
            Self::Made { identity, peer } => Acceptor::new(identity, peer.clone(), &names).map(Some),
            Self::Own(config) => Acceptor::own(config, &names).map(Some),
        }
    }
}

/// Where this side listens.
#[derive(Clone, Debug)]
pub(crate) enum ListenAt {
    /// In a directory of its own inside this one, or inside that for temporary files.
    Unix(Option<PathBuf>),
    Tcp(RangeInclusive<u16>),
}

impl ListenAt {
    /// Where a host listens: in a directory of its own, and where there are no such sockets on one of these ports.
    #[cfg(unix)]
    pub(crate) fn of_host(directory: &Path, _ports: RangeInclusive<u16>) -> Self {
        Self::Unix(Some(directory.to_owned()))
    }

    #[cfg(windows)]
    pub(crate) const fn of_host(_directory: &Path, ports: RangeInclusive<u16>) -> Self {
        Self::Tcp(ports)
    }
}

/// What all that is brokered by this side has in common.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) credentials: Credentials,
    pub(crate) listen_at: ListenAt,
    pub(crate) limits: ServerLimits,
    /// Whether users of the machine other than this process's may connect to a unix socket.
    pub(crate) accept_other_users: bool,
    /// The group that sockets are shared with, of either side.
    pub(crate) group: Option<SocketGroup>,
    pub(crate) messages: MessageTerms,
    pub(crate) ways: Arc<dyn Ways>,
}

impl Ground {
    pub(super) async fn listen(&self) -> Result<Listener, TransportError> {
        match &self.listen_at {
            ListenAt::Unix(directory) => Listener::unix(directory.as_deref(), self.group),
            ListenAt::Tcp(ports) => Listener::tcp(ports.clone()).await,
        }
    }
}

/// What is brokered over one connection. It is over with it.
pub(crate) struct Session {
    pub(super) ground: Arc<Ground>,
    /// What is spoken on that connection. A peer that speaks the binary wire there does so everywhere.
    protocol: Protocol,
    /// Numbers that nobody was given yet.
    ids: Arc<AtomicU32>,
    state: watch::Sender<State>,
    /// Where streams share the connection.
    pub(super) knocks: Option<Knocks>,
    /// On a plugin: where the handlers of what is served find this session.
    pub(super) home: Weak<Sessions>,
}

impl Session {
    pub(super) fn new(
        ground: Arc<Ground>,
        protocol: Protocol,
        ids: Arc<AtomicU32>,
        mux: Option<Mux>,
        home: Weak<Sessions>,
    ) -> Arc<Self> {
        let state = watch::Sender::new(State::new(mux.is_some()));
        Arc::new(Self { ground, protocol, ids, state, knocks: mux.map(Knocks::new), home })
    }

    /// A number that was given to nobody on this side.
    pub(super) fn next_id(&self) -> u32 {
        next_id(&self.ids)
    }

    pub(super) fn stream(&self) -> Stream {
        self.state.borrow().stream()
    }

    /// Changes what is known, and wakes all that wait for it.
    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }

    /// Takes what the other side says.
    pub(super) fn hear(&self, info: ConnInfo) {
        match (&self.knocks, info.knock) {
            (Some(knocks), Some(knock)) if knock.ack => knocks.answered(info.service_id, knock.error),
            // At once with the answer: where a yes is not said, no stream comes.
            (Some(knocks), Some(_)) => self.change(|state| {
                if !state.has_room() {
                    return tracing::debug!(id = info.service_id, "left a knock without an answer");
                }
                if let Some(answer) = knocks.hear(info.service_id, state.is_ours()) {
                    state.say(answer);
                }
            }),
            (_, knock) => self.change(|state| state.hear(ConnInfo { knock, ..info })),
        }
    }

    /// The connection has ended.
    pub(super) fn end(&self) {
        self.change(State::end);
        if let Some(knocks) = &self.knocks {
            knocks.end();
        }
    }

    pub(super) fn changes(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Waits for the next word to the other side; `None` when the session is over. Cancel-safe.
    pub(super) async fn next_outgoing(&self, changes: &mut watch::Receiver<State>) -> Option<ConnInfo> {
        loop {
            if changes.borrow_and_update().is_over() {
                return None;
            }
            let mut next = None;
            self.state.send_if_modified(|state| {
                next = state.next_outgoing();
                // Nobody waits for there to be less to say.
                false
            });
            if next.is_some() {
                return next;
            }
            changes.changed().await.ok()?;
        }
    }

    /// Ends with the session.
    pub(super) fn over(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut changes = self.state.subscribe();
        // An error means that the session is gone, which is an end as well.
        async move { drop(changes.wait_for(State::is_over).await) }
    }

    /// Takes a number for something that is about to be served.
    pub(super) fn reserve(&self, id: u32) -> Result<(), BrokerError> {
        self.check()?;
        let mut reserved = Ok(());
        self.change(|state| reserved = state.reserve(id));
        reserved.map_err(|not_served| match not_served {
            NotServed::Taken => BrokerError::IdInUse { id },
            NotServed::Unsent => BrokerError::Unsent,
        })
    }

    /// Whether there is any use in serving and in waiting.
    fn check(&self) -> Result<(), BrokerError> {
        check(self.stream())
    }

    /// A channel to what the other side serves under the number, as soon as it does.
    pub(super) async fn dial(&self, id: u32, limit: Duration) -> Result<Channel, BrokerError> {
        let mut failure = None;
        let dialled = tokio::time::timeout(limit, async {
            loop {
                let Announced { place, turn } = self.announced(id).await?;
                let way = match place {
                    Place::Known(said) => self.way(id, said),
                    Place::Shared => match self.open_shared(id).await {
                        Err(BrokerError::Refused { .. }) if self.state.borrow().is_ours() => {
                            // It has just ended, or will be served.
                            self.change(|state| state.forget(id, turn));
                            continue;
                        }
                        // go-plugin's host hears of a knock before it has what is knocked for.
                        Err(refused @ BrokerError::Refused { .. }) => {
                            failure = Some(refused);
                            tokio::time::sleep(KNOCK_AGAIN_AFTER).await;
                            continue;
                        }
                        // Whoever else dials goes first.
                        Err(BrokerError::NotServed { .. }) => continue,
                        opened => return opened,
                    },
                    Place::Unusable { network, address } => {
                        Err(BrokerError::BadAddress { id, network, address })
                    }
                };
                let way = way.inspect_err(|_no_way| self.change(|state| state.forget(id, turn)))?;
                match self.open(id, &way).await {
                    // It is served there no more. It may be served anew.
                    Err(error @ BrokerError::Connect { source: TransportError::Connect { .. }, .. }) => {
                        self.change(|state| state.forget(id, turn));
                        failure = Some(error);
                    }
                    opened => return opened,
                }
            }
        });
        match dialled.await {
            Ok(dialled) => dialled,
            Err(_elapsed) => Err(failure.unwrap_or(BrokerError::NotServed { id, limit })),
        }
    }

    /// Waits until the other side says where it serves the number. Cancel-safe.
    async fn announced(&self, id: u32) -> Result<Announced, BrokerError> {
        let mut changes = self.state.subscribe();
        loop {
            {
                let state = changes.borrow_and_update();
                check(state.stream())?;
                if let Some(found) = state.find(id) {
                    return Ok(found.clone());
                }
                if self.knocks.is_some() && state.stream() == Stream::Open && !state.is_ours() {
                    // A peer of another library does not say what it serves. It answers when it does.
                    return Ok(Announced { place: Place::Shared, turn: 0 });
                }
            }
            changes.changed().await.map_err(|_| BrokerError::Closed)?;
        }
    }

    /// Where this side reaches what the other one says.
    fn way(&self, id: u32, said: Address) -> Result<Way, BrokerError> {
        self.ground.ways.reach(said.clone()).map_err(|no_way| match no_way {
            NoWay::Elsewhere(found) => {
                let (network, address) = words(&found);
                BrokerError::BadAddress { id, network, address }
            }
            NoWay::Untranslated(source) => BrokerError::Untranslated { id, address: said, source },
        })
    }

    async fn open(&self, id: u32, way: &Way) -> Result<Channel, BrokerError> {
        let refused = |source| BrokerError::Connect { id, source };
        let connection = way.connect(self.ground.group).await.map_err(refused)?;
        self.speak(id, connection).await
    }

    /// Asks for a stream of the connection itself.
    async fn open_shared(&self, id: u32) -> Result<Channel, BrokerError> {
        let Some(knocks) = &self.knocks else { return Err(BrokerError::Closed) };
        let stream = knocks.open(id, |knock| self.change(|state| state.say(knock))).await;
        match stream {
            Ok(stream) => self.speak(id, stream).await,
            Err(NotOpened::Refused(reason)) => Err(BrokerError::Refused { id, reason }),
            Err(NotOpened::Unanswered) => Err(BrokerError::NotServed { id, limit: KNOCK_TIMEOUT }),
            // Here that may be known before this session hears of it.
            Err(NotOpened::Ended) => Err(BrokerError::Closed),
            Err(NotOpened::NoStream) if self.state.borrow().is_over() => Err(BrokerError::Closed),
            Err(NotOpened::NoStream) => Err(BrokerError::NoStream { id }),
        }
    }

    /// Proves the other side, and begins to speak.
    async fn speak(&self, id: u32, connection: Connection) -> Result<Channel, BrokerError> {
        let refused = |source| BrokerError::Connect { id, source };
        let peer = Arc::clone(connection.peer());
        let connection = Connection::with_peer(tied(connection, self.over()), peer);
        let offered = match self.protocol {
            Protocol::Binary => &Protocol::ALL[..],
            Protocol::Grpc => &[Protocol::Grpc],
        };
        let connector = self.ground.credentials.connector(offered).map_err(refused)?;
        let secure = connector.is_some();
        let (connection, protocol) = match connector {
            None => (connection, self.protocol),
            Some(connector) => {
                let Secured { connection, protocol } =
                    connector.connect(connection).await.map_err(refused)?;
                let agreed = protocol.as_deref().and_then(Protocol::named);
                (connection, agreed.filter(|agreed| offered.contains(agreed)).unwrap_or(Protocol::Grpc))
            }
        };
        let opened = wire::open(protocol, connection, secure, self.ground.messages).await;
        opened.map(Channel::from_caller).map_err(|source| BrokerError::Protocol { id, source })
    }

    /// Everything that is kept, as a number.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.state.borrow().kept() + self.knocks.as_ref().map_or(0, Knocks::kept)
    }

    /// Everybody who waits for a change, as a number.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.state.receiver_count()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

/// A number that was given to nobody. Zero is none: it is what a message says that does not say any.
pub(super) fn next_id(ids: &AtomicU32) -> u32 {
    match ids.fetch_add(1, Ordering::Relaxed) {
        0 => ids.fetch_add(1, Ordering::Relaxed),
        id => id,
    }
}

const fn check(stream: Stream) -> Result<(), BrokerError> {
    match stream {
        Stream::Awaited | Stream::Open => Ok(()),
        Stream::Unsupported => Err(BrokerError::Unsupported),
        Stream::Over => Err(BrokerError::Closed),
    }
}

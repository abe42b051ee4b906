//! Who may come in, and for how long?
//!
//! Connections come, are proven, and are served: a loop that nothing stops but the end of whoever listens.

mod counts;
mod door;
mod exhausted;
mod opening;
mod pause;
mod server_limits;
mod source;

use std::io;
use std::sync::{Arc, OnceLock};

use tokio::task::{JoinError, JoinSet};

pub use self::counts::{ConnectionCounts, Connections};
use self::door::{Displaced, Door, Guest};
use self::exhausted::is_out_of_descriptors;
use self::opening::{Opened, Refused, open};
use self::pause::Pause;
pub use self::server_limits::ServerLimits;
pub(crate) use self::source::Source;
use crate::call::InUse;
#[cfg(feature = "broker")]
use crate::call::Peer;
use crate::contract::Status;
#[cfg(feature = "broker")]
use crate::transport::WeakMux;
use crate::transport::tls::Acceptor;
use crate::transport::{Connection, Role, SocketGroup, own_user};
#[cfg(feature = "broker")]
use crate::wire::Protocol;
use crate::wire::{ConnectionError, Servers, StopSignal, Terms};

/// Told of a connection on which a wire is spoken: whom its calls come from, the wire, and what it is a stream of. What it
/// returns is dropped with the connection.
#[cfg(feature = "broker")]
pub(crate) type Attend = Box<dyn Fn(&Arc<Peer>, Protocol, Option<WeakMux>) -> Box<dyn Send> + Send + Sync>;

/// What the connections of a listener have in common.
pub(crate) struct Serving {
    /// `None` only if the host asked for plaintext.
    pub(crate) acceptor: Option<Acceptor>,
    pub(crate) servers: Servers,
    pub(crate) limits: ServerLimits,
    /// Whether users of the machine other than this process's may connect to a unix socket.
    pub(crate) accept_other_users: bool,
    /// The group whose members may connect to it, whoever they are.
    pub(crate) group: Option<SocketGroup>,
    pub(crate) connections: Connections,
    /// Where somebody keeps something for each connection.
    #[cfg(feature = "broker")]
    pub(crate) attend: Option<Attend>,
    pub(crate) stop: StopSignal,
}

/// Serves the connections of a source until the stop signal, then until their calls are done.
///
/// Dropping the future drops the connections, whatever they are doing.
pub(crate) async fn serve_connections(mut source: Source, serving: Serving) {
    let user = (!serving.accept_other_users).then(own_user).flatten();
    let door = Arc::new(Door::new(&serving.limits, user, serving.group, serving.connections.clone()));
    let mut stopping = serving.stop.clone();
    let serving = Arc::new(serving);
    let mut connections = JoinSet::new();
    let mut pause = Pause::default();
    loop {
        let next = async {
            pause.over().await;
            source.accept().await
        };
        tokio::select! {
            // An error means that the server is gone: that is a reason to stop as well.
            _ = stopping.wait_for(|stopping| *stopping) => break,
            accepted = next => match accepted {
                Ok(connection) => {
                    pause.reset();
                    // Below TLS: the first byte of a handshake is a sign of life as well.
                    let keep_alive = serving.limits.keep_alive.unwrap_or_default();
                    let (connection, hearing) = connection.kept_alive(keep_alive, Role::Host);
                    if let Some((guest, displaced)) = door.enter(connection.peer(), hearing) {
                        let serving = Arc::clone(&serving);
                        connections.spawn(serve_one(connection, guest, displaced, Arc::clone(&door), serving));
                    }
                }
                Err(error) => {
                    pause.lengthen();
                    accept_failed(&door, &error);
                }
            },
            // What ended is forgotten at once, or the set would grow for as long as the plugin lives.
            Some(ended) = connections.join_next() => {
                // It gave its descriptor back.
                pause.cut_short();
                report(ended);
            }
        }
    }
    // Nobody can connect any more, and the socket file is gone, before the last calls end.
    drop(source);
    while let Some(ended) = connections.join_next().await {
        report(ended);
    }
}

fn accept_failed(door: &Door, error: &io::Error) {
    if let Some(left_out) = door.ledger().accept_failed.happened() {
        tracing::warn!(%error, left_out, "failed to accept a connection; trying again");
    }
    if is_out_of_descriptors(error) {
        door.displace_silent();
    }
}

/// Panics of handlers are caught where they happen, so this is for what nobody thought of.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "serving a connection panicked: report this bug");
    }
}

async fn serve_one(
    connection: Connection,
    guest: Guest,
    displaced: Displaced,
    door: Arc<Door>,
    serving: Arc<Serving>,
) {
    tokio::select! {
        () = converse(connection, guest, &door, &serving) => {}
        () = displaced.happened() => {}
    }
}

async fn converse(connection: Connection, guest: Guest, door: &Door, serving: &Serving) {
    let mut stop = serving.stop.clone();
    let peer = Arc::clone(connection.peer());
    #[cfg(feature = "broker")]
    let mux = connection.mux().cloned();
    let limits = &serving.limits;
    let opening = async {
        match open(connection, serving.acceptor.as_ref(), limits).await {
            Ok(opened) => Some(opened),
            Err(refused) => {
                refused.tell(door, &peer);
                refused.turn_away().await;
                None
            }
        }
    };
    let opened = tokio::select! {
        opened = opening => opened,
        _ = stop.wait_for(|stopping| *stopping) => None,
    };
    let Some(Opened { connection, protocol, first, time_left }) = opened else { return };
    guest.spoken().begin();
    // Behind TLS: the peer is the one that calls have.
    #[cfg(feature = "broker")]
    let _attended = serving.attend.as_ref().map(|attend| attend(connection.peer(), protocol, mux.clone()));
    let hearing = guest.hearing();
    if limits.keep_alive.is_some() {
        // Until now another time was the bound.
        hearing.judge();
    }
    let in_use = {
        let hearing = hearing.clone();
        move || {
            #[cfg(feature = "broker")]
            if let Some(mux) = &mux {
                mux.call();
            }
            hearing.in_use()
        }
    };
    let terms =
        Terms { preface_timeout: time_left, keep_alive: limits.keep_alive, admit: admission(guest, in_use) };
    let ended = serving.servers.serve(protocol, connection, first, terms, stop).await;
    let is_silent = hearing.has_fallen_silent();
    match ended {
        _ if is_silent => {
            if let Some(left_out) = door.ledger().fallen_silent.happened() {
                tracing::warn!(%peer, left_out, "closed a connection whose peer gives no sign of life");
            }
        }
        Err(ConnectionError::NoPreface { .. }) => {
            Refused::Silent { limit: limits.preface_timeout }.tell(door, &peer);
        }
        Err(error) => tracing::debug!(%peer, %error, "a connection ended"),
        Ok(()) => {}
    }
}

/// The first call that is admitted gives the connection a use: its peer is waited for from then on.
fn admission(
    guest: Guest,
    in_use: impl Fn() -> InUse + Send + Sync + 'static,
) -> Box<dyn Fn() -> Result<(), Status> + Send + Sync> {
    // It is in use for as long as this is kept.
    let seat = OnceLock::new();
    Box::new(move || {
        guest.admit()?;
        seat.get_or_init(&in_use);
        Ok(())
    })
}

#[cfg(all(test, feature = "client"))]
mod tests;

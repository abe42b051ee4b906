use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::BrokerError;
use super::session::{Ground, Session, next_id};
use super::state::Stream;
use crate::call::{Context, Peer};
use crate::transport::WeakMux;
use crate::wire::Protocol;

/// The sessions of a plugin, one for each connection on which it is called.
///
/// A connection is known by its peer: the value that all of its calls have in common.
#[derive(Default)]
pub(crate) struct Sessions {
    /// There once the plugin listens.
    ground: OnceLock<Arc<Ground>>,
    ids: Arc<AtomicU32>,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    /// By where their peer is in memory.
    sessions: BTreeMap<usize, (u64, Arc<Session>)>,
    turns: u64,
}

impl Sessions {
    /// The plugin listens.
    pub(crate) fn begin(&self, ground: Ground) {
        // It does so once.
        let _ = self.ground.set(Arc::new(ground));
    }

    /// A connection on which a wire is spoken. Its session is over when the value is dropped.
    pub(crate) fn enter(
        self: &Arc<Self>,
        peer: &Arc<Peer>,
        protocol: Protocol,
        mux: Option<WeakMux>,
    ) -> Option<Entered> {
        let ground = Arc::clone(self.ground.get()?);
        let mux = mux.as_ref().and_then(WeakMux::upgrade);
        let session = Session::new(ground, protocol, Arc::clone(&self.ids), mux, Arc::downgrade(self));
        Some(Entered { session: Arc::clone(&session), _place: self.add(peer, session) })
    }

    /// Another connection whose calls belong to the session.
    pub(super) fn add(self: &Arc<Self>, peer: &Arc<Peer>, session: Arc<Session>) -> InPlace {
        let place = place_of(peer);
        let mut inside = self.inside();
        inside.turns += 1;
        let turn = inside.turns;
        inside.sessions.insert(place, (turn, session));
        InPlace { sessions: Arc::clone(self), place, _peer: Arc::clone(peer) }
    }

    /// The session of the connection on which this call came.
    pub(super) fn of(&self, context: &Context) -> Option<Arc<Session>> {
        let place = std::ptr::from_ref(context.peer()?).addr();
        self.inside().sessions.get(&place).map(|(_, session)| Arc::clone(session))
    }

    /// The session of the call whose handler runs, and else the newest that a host has opened.
    pub(super) fn current(&self) -> Result<Arc<Session>, BrokerError> {
        if let Some(session) = Context::current().and_then(|context| self.of(&context)) {
            return Ok(session);
        }
        let inside = self.inside();
        let open = inside.sessions.values().filter(|(_, session)| session.stream() == Stream::Open);
        let newest = open.max_by_key(|(turn, _)| *turn);
        newest.map(|(_, session)| Arc::clone(session)).ok_or(BrokerError::NotConnected)
    }

    pub(super) fn next_id(&self) -> u32 {
        next_id(&self.ids)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connections that are known, as a number.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.inside().sessions.len()
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sessions").finish_non_exhaustive()
    }
}

fn place_of(peer: &Arc<Peer>) -> usize {
    Arc::as_ptr(peer).addr()
}

/// A connection of the plugin.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(super) session: Arc<Session>,
    _place: InPlace,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.session.end();
    }
}

/// A connection that is known by its peer until the value is dropped.
#[derive(Debug)]
pub(super) struct InPlace {
    sessions: Arc<Sessions>,
    place: usize,
    /// Nobody else is there as long as it lives.
    _peer: Arc<Peer>,
}

impl Drop for InPlace {
    fn drop(&mut self) {
        let removed = self.sessions.inside().sessions.remove(&self.place);
        drop(removed);
    }
}

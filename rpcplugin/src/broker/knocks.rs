//! Streams of a connection that is shared: each is asked for by a knock, and the next stream is the one that was asked for.
//!
//! Whoever says yes to a knock expects a stream, and takes the next one for it. So each yes is followed by a stream, also where
//! nobody wants it any more, and there is one knock at a time.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::limits::{KNOCK_TIMEOUT, KNOCKS_MAX};
use crate::services::plugin::ConnInfo;
use crate::services::plugin::conn_info::Knock;
use crate::transport::{Connection, Mux, MuxPlace, Streams};

/// Why there is no stream.
#[derive(Debug)]
pub(super) enum NotOpened {
    /// The other side says why.
    Refused(String),
    /// The other side does not answer, and somebody else has the turn.
    Unanswered,
    /// The shared connection carries as many streams as it may.
    NoStream,
    /// The shared connection has ended.
    Ended,
}

/// The knocks of one connection, those of both sides.
pub(super) struct Knocks {
    /// Whoever knocks has the turn until there is a stream.
    turn: tokio::sync::Mutex<()>,
    inside: Mutex<Inside>,
}

struct Inside {
    /// `None` once the connection has ended.
    mux: Option<Mux>,
    served: BTreeMap<u32, Streams>,
    /// What is not served yet, and when it was knocked for.
    held: BTreeMap<u32, Instant>,
    asked: Option<Asked>,
    /// Those that may still be answered.
    given_up: VecDeque<u32>,
}

/// A knock of this side.
struct Asked {
    id: u32,
    /// Taken before the knock is said: a yes must be followed by a stream.
    place: MuxPlace,
    opened: oneshot::Sender<Connection>,
    refused: oneshot::Sender<String>,
}

impl Knocks {
    pub(super) fn new(mux: Mux) -> Self {
        let inside = Inside {
            mux: Some(mux),
            served: BTreeMap::new(),
            held: BTreeMap::new(),
            asked: None,
            given_up: VecDeque::new(),
        };
        Self { turn: tokio::sync::Mutex::default(), inside: Mutex::new(inside) }
    }

    /// The connection has ended.
    pub(super) fn end(&self) {
        let mut inside = self.inside();
        let ended = (inside.mux.take(), std::mem::take(&mut inside.served), inside.asked.take());
        inside.held.clear();
        inside.given_up.clear();
        drop(inside);
        drop(ended);
    }

    /// Streams for the number go there. Says what is to be answered to whoever has knocked already, if it `can_be_said`.
    pub(super) fn serve(&self, id: u32, to: Streams, can_be_said: bool) -> Option<ConnInfo> {
        let mut inside = self.inside();
        inside.served.insert(id, to);
        let knocked = inside.held.remove(&id)?;
        // Who knocked earlier has given up, and will open no stream.
        (can_be_said && knocked.elapsed() < KNOCK_TIMEOUT).then(|| inside.expect(id))?
    }

    /// The number is served no more.
    pub(super) fn stop(&self, id: u32) {
        let stopped = self.inside().served.remove(&id);
        drop(stopped);
    }

    /// Takes the answer to a knock.
    pub(super) fn answered(&self, id: u32, error: String) {
        self.inside().answered(id, error);
    }

    /// Takes a knock of the other side, and says what is to be answered: that must be said. `is_told` says whether the other
    /// side is told what is served here: then it need not be waited for.
    pub(super) fn hear(&self, id: u32, is_told: bool) -> Option<ConnInfo> {
        let mut inside = self.inside();
        if let Some(answer) = inside.expect(id) {
            return Some(answer);
        }
        if is_told {
            return Some(answer(id, "nothing is served under the number"));
        }
        inside.hold(id);
        None
    }

    /// Opens a stream to what the other side serves under the number. `say` has it told. The turn is given up in time for
    /// others who dial: a peer of another library does not answer before it serves.
    ///
    /// Cancel-safe: what the other side says yes to is opened all the same.
    pub(super) async fn open(&self, id: u32, say: impl FnOnce(ConnInfo)) -> Result<Connection, NotOpened> {
        let _turn = self.turn.lock().await;
        let ((opened, open), (refused, refusal)) = (oneshot::channel(), oneshot::channel());
        {
            let mut inside = self.inside();
            let mux = inside.mux.as_ref().ok_or(NotOpened::Ended)?;
            let place = mux.reserve().ok_or(NotOpened::NoStream)?;
            inside.asked = Some(Asked { id, place, opened, refused });
        }
        let _given_up = GivenUp { knocks: self, id };
        say(ConnInfo {
            service_id: id,
            knock: Some(Knock { knock: true, ..Knock::default() }),
            ..ConnInfo::default()
        });
        match tokio::time::timeout(KNOCK_TIMEOUT, open).await {
            Ok(Ok(stream)) => Ok(stream),
            Err(_elapsed) => Err(NotOpened::Unanswered),
            Ok(Err(_)) => Err(refusal.await.map_or(NotOpened::Ended, NotOpened::Refused)),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that is kept, as a number.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let inside = self.inside();
        inside.served.len() + inside.held.len() + inside.given_up.len() + usize::from(inside.asked.is_some())
    }
}

impl Inside {
    /// The next stream is for the number, if it is served.
    fn expect(&mut self, id: u32) -> Option<ConnInfo> {
        let to = self.served.get(&id)?.clone();
        Some(match self.mux.as_ref()?.expect(to) {
            true => answer(id, ""),
            false => answer(id, "too many streams were asked for that have not come; open those first"),
        })
    }

    fn hold(&mut self, id: u32) {
        let now = Instant::now();
        if self.held.len() >= KNOCKS_MAX {
            self.held.retain(|_, knocked| now.saturating_duration_since(*knocked) < KNOCK_TIMEOUT);
        }
        if self.held.len() < KNOCKS_MAX {
            self.held.insert(id, now);
        }
    }

    fn answered(&mut self, id: u32, error: String) {
        let Some(Asked { opened, refused, place, .. }) = self.asked.take_if(|asked| asked.id == id) else {
            let late = self.given_up.iter().position(|given_up| *given_up == id);
            let Some(position) = late else {
                return tracing::debug!(id, "the other side answered a knock that nobody made");
            };
            self.given_up.remove(position);
            if error.is_empty()
                && let Some(mux) = &self.mux
            {
                // Nobody waits for it, and the other side would take the next one for it.
                mux.open_for(oneshot::channel().0, None);
            }
            return;
        };
        match (&self.mux, error.is_empty()) {
            (Some(mux), true) => mux.open_for(opened, Some(place)),
            // The receiver may have gone.
            _ => drop(refused.send(error)),
        }
    }
}

impl fmt::Debug for Knocks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Knocks")
    }
}

/// A knock that ends without an answer may still be answered.
struct GivenUp<'a> {
    knocks: &'a Knocks,
    id: u32,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        let mut inside = self.knocks.inside();
        let Some(asked) = inside.asked.take_if(|asked| asked.id == self.id) else { return };
        inside.given_up.push_back(self.id);
        if inside.given_up.len() > KNOCKS_MAX {
            inside.given_up.pop_front();
        }
        drop(inside);
        drop(asked);
    }
}

fn answer(id: u32, error: &str) -> ConnInfo {
    let knock = Knock { knock: true, ack: true, error: error.to_owned() };
    ConnInfo { service_id: id, knock: Some(knock), ..ConnInfo::default() }
}

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::BytesMut;
use tokio::time::{Instant, MissedTickBehavior};

use super::calls::{Common, Methods};
use super::inbox::Inbox;
use super::machine::{Goodbye, Machine, Role};
use super::opening::{Announcement, AnnouncementError, Settings};
use super::runners::Runners;
use super::shared::{LoseAtTheEnd, Loss, Shared};
use super::{OpenError, Violation, greeting};
use crate::compression::{Encodings, MessageTerms};
use crate::task::OwnedTask;
use crate::transport::{Connection, KeepAlive};
use crate::wire::{ConnectionError, Dispatch, StopSignal, Terms};

/// The handlers' end of connections.
#[derive(Clone)]
pub(crate) struct BinaryServer {
    dispatch: Arc<dyn Dispatch>,
    methods: Arc<Methods>,
    /// The table of methods, or why it is none.
    announcement: Result<Announcement, AnnouncementError>,
    terms: MessageTerms,
}

impl BinaryServer {
    pub(crate) fn new(dispatch: Arc<dyn Dispatch>, terms: impl Into<MessageTerms>) -> Self {
        let terms = terms.into();
        let routes = dispatch.routes();
        let rows = routes.iter().map(|(path, route)| (*path, route.spec));
        let announcement = Announcement::new(rows);
        let methods = Arc::new(Methods::new(routes, terms.bytes_max));
        Self { dispatch, methods, announcement, terms }
    }

    /// Serves one connection until the peer closes it, or until the calls that run at the stop signal are done.
    ///
    /// `first` are the bytes that were read from it already.
    pub(crate) async fn serve(
        &self,
        mut connection: Connection,
        first: BytesMut,
        terms: Terms,
        mut stop: StopSignal,
    ) -> Result<(), ConnectionError> {
        let Terms { preface_timeout, keep_alive, admit } = terms;
        let own = greeting::settings(self.terms);
        let announcement = match &self.announcement {
            Ok(announcement) => announcement,
            Err(error) => {
                greeting::say_goodbye(&mut connection, &own, Goodbye::Refused, error).await;
                return Err(ConnectionError::broken(error.clone()));
            }
        };
        let mut buffer = first;
        let answer = greeting::answer(&mut connection, &own, announcement, &mut buffer);
        let peer = tokio::select! {
            answered = tokio::time::timeout(preface_timeout, answer) => match answered {
                Ok(peer) => peer,
                Err(_elapsed) => return Err(ConnectionError::NoPreface { limit: preface_timeout }),
            },
            // An error means that the server is gone: that is a reason to stop as well.
            _ = stop.wait_for(|stopping| *stopping) => return Ok(()),
        };
        let peer = match peer {
            Ok(peer) => peer,
            Err(error) => {
                refuse(connection, &own, &error).await;
                return Err(ConnectionError::broken(error));
            }
        };
        let host = Arc::clone(connection.peer());
        let machine = Machine::new(Role::Plugin, greeting::bounds(&own), greeting::bounds(&peer));
        let shared = Shared::new(machine, connection, peer.metadata_bytes_max);
        // Whatever ends this future ends its calls.
        let _ends = LoseAtTheEnd(shared.clone());
        let _minded = OwnedTask::spawn(mind(shared.clone(), keep_alive, stop));
        let common = Common {
            shared: shared.clone(),
            dispatch: Arc::clone(&self.dispatch),
            methods: Arc::clone(&self.methods),
            peer: host,
            admit,
            compression: self.terms.compression,
            encoding: self.terms.compression.sent_to(Encodings::from_bits(peer.encodings)),
        };
        converse(&shared, Arc::new(common), Inbox::new(buffer)).await;
        match shared.loss() {
            None | Some(Loss::Closed | Loss::Dropped) => Ok(()),
            Some(loss) => Err(ConnectionError::broken(loss.to_string())),
        }
    }
}

impl fmt::Debug for BinaryServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BinaryServer").field("terms", &self.terms).finish_non_exhaustive()
    }
}

/// Reads calls and runs them until the connection ends.
async fn converse(shared: &Shared, calls: Arc<Common>, mut inbox: Inbox) {
    let shape = calls.shape();
    let mut runners = Runners::new(calls);
    let mut arrived = VecDeque::new();
    poll_fn(|context| {
        runners.begin_turn();
        loop {
            if arrived.is_empty() {
                let driven = shared.poll_drive(context, &mut inbox, &mut arrived, &shape);
                if driven.is_ready() || arrived.is_empty() {
                    return driven;
                }
            }
            if runners.run(&mut arrived) {
                // The answers that are there go before more calls run, and others have their turn.
                shared.say(context);
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
    })
    .await;
    shared.close().await;
}

/// Asks a silent peer for signs of life, and says when the plugin ends.
async fn mind(shared: Shared, keep_alive: Option<KeepAlive>, mut stop: StopSignal) {
    let mut pings = keep_alive.map(|keep_alive| {
        let interval = keep_alive.interval();
        let mut pings = tokio::time::interval_at(Instant::now() + interval, interval);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pings
    });
    let mut is_stopping = false;
    loop {
        let due = async {
            match &mut pings {
                Some(pings) => drop(pings.tick().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => shared.with(Machine::ping),
            _ = stop.wait_for(|stopping| *stopping), if !is_stopping => {
                is_stopping = true;
                shared.with(|machine| machine.goodbye(Goodbye::Orderly, "the plugin ends"));
            }
        }
    }
}

/// Tells a peer why it is not served.
async fn refuse(mut connection: Connection, own: &Settings, error: &OpenError) {
    // Who does not begin as this wire does would not understand it.
    if let OpenError::Violation(violation) = error
        && !matches!(violation, Violation::Magic { .. } | Violation::Accused { .. })
    {
        greeting::say_goodbye(&mut connection, own, Goodbye::Violation, violation).await;
    }
}

#[cfg(all(test, feature = "client", not(feature = "_shuttle")))]
mod tests;

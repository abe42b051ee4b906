use std::fmt;

use tokio::sync::watch;

use super::running::Ledger;
use crate::limits::TESTING_TIMEOUT;
use crate::rpc::Channel;
use crate::task::OwnedTask;
use crate::testing::{Route, TestingError};

/// A client's and a handler's end that are joined. Dropping it closes the handlers' end, whatever runs there.
///
/// See [`connect`](crate::testing::connect) for an example.
pub struct Pair {
    pub(super) channel: Channel,
    pub(super) route: Route,
    pub(super) ledger: Ledger,
    /// `None` of a local channel: it has no end that could be closed.
    pub(super) server: Option<Server>,
    pub(super) fingerprints: Option<Fingerprints>,
}

/// The handlers' end of a connection.
pub(super) struct Server {
    pub(super) stop: watch::Sender<bool>,
    pub(super) task: OwnedTask,
}

/// The certificates of a mutual TLS connection, by their SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fingerprints {
    /// What the client shows, and its handlers see in [`Context::peer`](crate::Context::peer).
    pub client: [u8; 32],
    /// What the handlers' side shows.
    pub handler: [u8; 32],
}

impl Pair {
    /// Where the calls go. Clones share the connection.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// How the calls are carried.
    #[must_use]
    pub const fn route(&self) -> Route {
        self.route
    }

    /// Whose certificates were made for this connection; `None` without TLS.
    #[must_use]
    pub const fn fingerprints(&self) -> Option<Fingerprints> {
        self.fingerprints
    }

    /// The path of each call whose handler runs, its stream of responses included, in alphabetical order.
    #[must_use]
    pub fn running_calls(&self) -> Vec<&'static str> {
        self.ledger.paths()
    }

    /// Waits until no handler runs.
    ///
    /// # Errors
    ///
    /// [`TestingError::LeakedCalls`] after five seconds.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe.
    pub async fn idle(&self) -> Result<(), TestingError> {
        match tokio::time::timeout(TESTING_TIMEOUT, self.ledger.empty()).await {
            Ok(()) => Ok(()),
            Err(_elapsed) => {
                Err(TestingError::LeakedCalls { calls: self.running_calls(), limit: TESTING_TIMEOUT })
            }
        }
    }

    /// Ends in order: waits for the calls that still run, then has the handlers' end close the connection, and waits for it.
    ///
    /// # Errors
    ///
    /// [`TestingError::LeakedCalls`] if calls run on that nobody ends, and [`TestingError::StillOpen`] if the connection
    /// does not close, each after five seconds.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the handlers' end at once.
    pub async fn close(self) -> Result<(), TestingError> {
        self.idle().await?;
        let Self { channel, route, server, .. } = self;
        let Some(Server { stop, mut task }) = server else { return Ok(()) };
        stop.send_replace(true);
        drop(channel);
        match tokio::time::timeout(TESTING_TIMEOUT, task.ended()).await {
            Ok(_ended) => Ok(()),
            Err(_elapsed) => Err(TestingError::StillOpen { route, limit: TESTING_TIMEOUT }),
        }
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pair")
            .field("route", &self.route)
            .field("running_calls", &self.running_calls())
            .finish_non_exhaustive()
    }
}

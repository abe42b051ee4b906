use std::time::Duration;

use crate::contract::MethodKind;
use crate::rpc::RouterError;
use crate::testing::Route;
use crate::transport::TransportError;

/// Why a test could not be set up, or what it left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestingError {
    /// A service could not be registered.
    #[error("failed to register a service: {source}")]
    Router {
        /// Which path is taken.
        source: RouterError,
    },
    /// No socket, no connection or no TLS between the two halves.
    #[error("failed to join client and handler over {route}: {source}")]
    Transport {
        /// The way that was to be taken.
        route: Route,
        /// What went wrong.
        source: TransportError,
    },
    /// There is a connection, and the client could not begin to talk on it.
    #[error("failed to open {route}: {source}")]
    Open {
        /// The way that was to be taken.
        route: Route,
        /// The library's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Faults were asked for where there is no connection.
    #[error(
        "a local channel has no connection that could fail; take another route, such as `Route::memory()`"
    )]
    NoConnection,
    /// Calls run that nobody waits for, or somebody holds their streams.
    #[error(
        "calls still run after {limit:?}: {}; end them, drop their futures and streams, or find out why their handlers stay",
        calls.join(", ")
    )]
    LeakedCalls {
        /// The path of each call that runs, in alphabetical order.
        calls: Vec<&'static str>,
        /// How long was waited for them.
        limit: Duration,
    },
    /// No call runs, and the handlers' end of the connection does not close.
    #[error(
        "the handlers' end of {route} is still open after {limit:?}, without a call; resume a stalled lane first"
    )]
    StillOpen {
        /// The way that the calls took.
        route: Route,
        /// How long was waited.
        limit: Duration,
    },
    /// A contract has no method of this name.
    #[error("the service `{service}` has no method `{method}`; it has {}", known.join(", "))]
    UnknownMethod {
        /// The service's name on the wire.
        service: &'static str,
        /// The name that was asked for.
        method: String,
        /// The names that the contract has.
        known: Vec<&'static str>,
    },
    /// A script answers in another way than the method does.
    #[error(
        "`{path}` is {kind}, and the script is for {scripted}; script an answer of the method's own kind"
    )]
    WrongKind {
        /// The method's path.
        path: &'static str,
        /// The method's kind.
        kind: MethodKind,
        /// What was scripted.
        scripted: &'static str,
    },
    /// A message of a script has no bytes.
    #[error("failed to encode a scripted answer: {source}")]
    Encode {
        /// Which field is wrong.
        source: crate::message::EncodeError,
    },
    /// What was scripted and what happened are not the same.
    #[error("the mock of `{service}` saw other calls than were scripted: {}", differences.join("; "))]
    Unmet {
        /// The service's name on the wire.
        service: &'static str,
        /// One sentence each: a call without an answer, an answer without a call.
        differences: Vec<String>,
    },
    /// A future that was to be dropped after every poll never got ready.
    #[error("the future is not ready after {polls} polls; it may wait for something that never comes")]
    NeverReady {
        /// How often it was polled in the last run.
        polls: usize,
    },
}

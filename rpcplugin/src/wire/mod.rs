//! A call on a connection.
//!
//! A wire carries messages as opaque bytes: only their type knows what they mean.
//! The two traits here are all that the rooms above know of a wire: [`Caller`] sends a call down, [`Dispatch`] takes one that came up.
//! [`grpc`] is the wire that everybody speaks, [`binary`] the fast one that two sides of this crate speak.

#[cfg(feature = "_connected")]
#[cfg_attr(
    not(all(feature = "client", feature = "server")),
    allow(dead_code, reason = "its core is that of both sides, and one of them uses a part of it")
)]
pub(crate) mod binary;
#[cfg(feature = "_connected")]
mod ends;
#[cfg(feature = "_connected")]
pub(crate) mod first_bytes;
#[cfg(feature = "_connected")]
pub(crate) mod grpc;
#[cfg(feature = "_connected")]
mod metadata;
#[cfg(feature = "_connected")]
mod protocol;
mod running;
mod serving;
#[cfg(feature = "_connected")]
mod status;
#[cfg(feature = "server")]
mod terms;
mod unknown;

use std::fmt;

use crate::call::{Call, ResponseFuture};
use crate::contract::{MethodSpec, Status};

#[cfg(feature = "server")]
pub(crate) use ends::Servers;
#[cfg(feature = "client")]
pub(crate) use ends::{is_refusal, open};
#[cfg(feature = "_connected")]
pub(crate) use protocol::Protocol;
#[cfg(feature = "_connected")]
pub use protocol::Wire;
pub(crate) use running::RunningCalls;
pub(crate) use serving::Serving;
#[cfg(feature = "server")]
pub(crate) use terms::{ConnectionError, StopSignal, Terms};
pub(crate) use unknown::unknown;

/// The caller's end of a connection.
pub(crate) trait Caller: Send + Sync + fmt::Debug {
    /// Begins a call. The messages and the answer are what the method's kind says.
    ///
    /// The metadata of the answer goes to the call's context: the initial before the future is ready, the trailing before
    /// the answer's last message, or the error, is handed on.
    fn call(&self, call: Call) -> ResponseFuture;

    /// Whether a call could be carried now. A connection that is lost does not come back.
    fn is_connected(&self) -> bool {
        true
    }

    /// Gives the connection up: it is lost, as its calls are, and does not come back.
    #[cfg(feature = "client")]
    fn lose(&self) {}

    /// Whether a call that has begun may not be on its way yet: it then needs somebody who asks it again.
    fn may_wait(&self) -> bool {
        false
    }

    /// Why nobody can be called here, where it is that the other side speaks something else.
    #[cfg(feature = "client")]
    fn refusal(&self) -> Option<first_bytes::ForeignError> {
        None
    }
}

/// The handlers' end of a connection.
pub(crate) trait Dispatch: Send + Sync {
    /// The row of the method table that a path names.
    fn find(&self, path: &str) -> Option<Route>;

    /// Every path with its row, aliases included: the services in the order of their registration, the methods in that of
    /// their contract.
    #[cfg(feature = "server")]
    fn routes(&self) -> Vec<(&'static str, Route)>;

    /// What the caller of a path is told that names no method.
    fn unknown(&self, path: &str) -> Status;

    /// Runs the handler. The messages and the answer are what the method's kind says.
    ///
    /// The metadata of the answer is read from the call's context: the initial when the future is ready, the trailing when
    /// the answer is complete. Whatever goes wrong in a handler is an error here, and never a panic.
    ///
    /// The future is no boxed one: a wire that polls it where it stands has no memory to find for it.
    fn dispatch(&self, route: Route, call: Call) -> Serving;
}

/// A method that was found: where it is, and its row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The position of the service in the router.
    pub service: usize,
    /// The method's row.
    pub spec: &'static MethodSpec,
    /// Whether every plugin offers it unasked. What a user says of messages and interceptors is not for it.
    pub is_own: bool,
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

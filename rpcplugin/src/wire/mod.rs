//! A call on a connection.
//!
//! A wire carries messages as opaque bytes: only their type knows what they mean.
//! The two traits here are all that the rooms above know of a wire: [`Caller`] sends a call down, [`Dispatch`] takes one that came up.
//! [`grpc`] is the wire that everybody speaks.

#[cfg(feature = "_connected")]
pub(crate) mod grpc;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;

use crate::contract::{MethodSpec, Status};

/// The messages of one direction of a stream. After an error nothing follows.
pub(crate) type MessageStream = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;

/// What one side of a call sends: the method's kind says which of the two it is.
pub enum Payload {
    /// Exactly one message.
    Single(Bytes),
    /// Any number of messages.
    Stream(MessageStream),
}

impl fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may be secret: the length is all that a log may see.
        match self {
            Self::Single(bytes) => write!(formatter, "Single({} bytes)", bytes.len()),
            Self::Stream(_) => formatter.write_str("Stream"),
        }
    }
}

/// The answer to a call, when it comes. Dropping it cancels the call.
pub type ResponseFuture = Pin<Box<dyn Future<Output = Result<Payload, Status>> + Send>>;

/// The caller's end of a connection.
pub(crate) trait Caller: Send + Sync + fmt::Debug {
    /// Begins a call. The payload and the answer are what `method.kind` says.
    fn call(&self, method: &'static MethodSpec, request: Payload) -> ResponseFuture;
}

/// The handlers' end of a connection.
pub(crate) trait Dispatch: Send + Sync {
    /// The row of the method table that a path names.
    fn find(&self, path: &str) -> Option<Route>;

    /// What the caller of a path is told that names no method.
    fn unknown(&self, path: &str) -> Status;

    /// Runs the handler. The payload and the answer are what the method's kind says.
    fn dispatch(&self, route: Route, request: Payload) -> ResponseFuture;
}

/// A method that was found: where it is, and its row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The position of the service in the router.
    pub service: usize,
    /// The position of the method in the service.
    pub method: usize,
    /// The method's row.
    pub spec: &'static MethodSpec,
}

use super::Violation;
use crate::call::{Call, ResponseFuture};
use crate::contract::Status;
use crate::transport::Connection;
use crate::wire::Caller;

/// The caller's end of a connection. The connection is closed when the value is dropped.
#[derive(Debug)]
pub(crate) struct BinaryConnection {}

/// Why a connection does not carry calls.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// The connection broke.
    #[error("the connection broke before both sides had said what they are: {0}")]
    Broken(#[source] std::io::Error),
    /// The other side broke a rule.
    #[error("{0}")]
    Violation(#[source] Violation),
}

impl BinaryConnection {
    /// Begins to speak on a connection.
    pub(crate) async fn open(connection: Connection, message_bytes_max: usize) -> Result<Self, OpenError> {
        let _ = (connection, message_bytes_max);
        Ok(Self {})
    }
}

impl Caller for BinaryConnection {
    fn call(&self, _call: Call) -> ResponseFuture {
        Box::pin(std::future::ready(Err(Status::unimplemented("not yet"))))
    }
}

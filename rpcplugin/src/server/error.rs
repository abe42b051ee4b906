use std::fmt;
use std::io;

use crate::handshake::{CookieError, OfferError, ReattachError};
use crate::rpc::RouterError;
use crate::transport::TransportError;

/// Why a plugin could not serve.
///
/// Its `Debug` is its text with all sources, so that a `main` that returns it says what is wrong.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The program was not started by its host.
    #[error("{0}")]
    Cookie(#[source] CookieError),
    /// The host's half of the handshake cannot be used.
    #[error("the host's environment cannot be used: {0}")]
    Offer(#[source] OfferError),
    /// The list of versions is empty.
    #[error("no protocol version is served; call `protocol_versions` with at least one")]
    NoVersion,
    /// Two services claim one path.
    #[error("the services cannot be registered: {0}")]
    Router(#[source] RouterError),
    /// No socket or no certificate.
    #[error("{0}")]
    Transport(#[source] TransportError),
    /// What a host needs to attach cannot be said.
    #[error("{0}")]
    Reattach(#[source] ReattachError),
    /// What a host needs to attach could not be printed.
    #[error("failed to print how to attach: {0}; is standard output open?")]
    Print(#[source] io::Error),
    /// The handshake line could not be written: the host is gone.
    #[error("failed to write the handshake line to standard output: {0}; the host may have ended")]
    HandshakeLine(#[source] io::Error),
    /// The plugin's output could not be redirected.
    #[error("failed to capture standard output: {0}; turn it off with `capture_stdout(false)`")]
    Capture(#[source] io::Error),
    /// The signals that ask a plugin to end could not be listened to.
    #[error("failed to listen for signals: {0}; is the runtime built with `enable_all`?")]
    Signals(#[source] io::Error),
}

impl fmt::Debug for ServeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

use std::fmt;
use std::time::Duration;

use super::mended::Spoken;
use crate::contract::Status;
use crate::limits::PREFACE_TIMEOUT;
use crate::transport::KeepAlive;

/// The terms on which a connection is served: those of whoever accepted it, not of HTTP/2.
pub(crate) struct Terms {
    /// How long the peer may take to begin to speak HTTP/2.
    pub(crate) preface_timeout: Duration,
    /// When a silent peer is asked for a sign of life. The connection itself says what follows from none.
    pub(crate) keep_alive: Option<KeepAlive>,
    /// Is told when the peer has begun to speak HTTP/2.
    pub(crate) spoken: Spoken,
    /// Asked at every call whether it may be answered. An error is the answer, and the connection is closed behind it.
    pub(crate) admit: Box<dyn Fn() -> Result<(), Status> + Send + Sync>,
}

impl Default for Terms {
    /// Everybody is served.
    fn default() -> Self {
        Self {
            preface_timeout: PREFACE_TIMEOUT,
            keep_alive: None,
            spoken: Spoken::default(),
            admit: Box::new(|| Ok(())),
        }
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Terms")
            .field("preface_timeout", &self.preface_timeout)
            .field("keep_alive", &self.keep_alive)
            .field("spoken", &self.spoken)
            .finish_non_exhaustive()
    }
}

/// Why a connection was not served to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    /// The peer did not begin to speak HTTP/2.
    #[error("nobody spoke HTTP/2 within {limit:?}")]
    NoPreface {
        /// How long was waited.
        limit: Duration,
    },
    /// The connection broke, or the peer broke a rule of HTTP/2.
    #[error("{0}")]
    Http2(#[source] h2::Error),
}

use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::sync::watch;

use crate::contract::Status;
use crate::limits::PREFACE_TIMEOUT;
use crate::transport::KeepAlive;

/// Turns true when the connections shall end their calls and close.
pub(crate) type StopSignal = watch::Receiver<bool>;

/// The terms on which a connection is served: those of whoever accepted it, whichever wire is spoken on it.
pub(crate) struct Terms {
    /// How long the peer may take to begin to speak.
    pub(crate) preface_timeout: Duration,
    /// When a silent peer is asked for a sign of life. The connection itself says what follows from none.
    pub(crate) keep_alive: Option<KeepAlive>,
    /// Asked at every call whether it may be answered. An error is the answer, and the connection is closed behind it.
    pub(crate) admit: Box<dyn Fn() -> Result<(), Status> + Send + Sync>,
}

impl Default for Terms {
    /// Everybody is served.
    fn default() -> Self {
        Self { preface_timeout: PREFACE_TIMEOUT, keep_alive: None, admit: Box::new(|| Ok(())) }
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Terms")
            .field("preface_timeout", &self.preface_timeout)
            .field("keep_alive", &self.keep_alive)
            .finish_non_exhaustive()
    }
}

/// Why a connection was not served to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    /// The peer did not begin to speak.
    #[error("the peer did not begin to speak within {limit:?}")]
    NoPreface {
        /// How long was waited.
        limit: Duration,
    },
    /// The connection broke, or the peer broke a rule of its wire.
    #[error("{source}")]
    Broken {
        /// The wire's reason.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ConnectionError {
    /// What a wire says went wrong.
    pub(crate) fn broken(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken { source: source.into() }
    }
}

use std::time::Duration;

use crate::limits::{CONNECTIONS_DEFAULT, NEWCOMERS_DEFAULT, PREFACE_TIMEOUT, TLS_HANDSHAKE_TIMEOUT};
use crate::transport::KeepAlive;

/// How many connections a plugin has, and for how long it waits for them.
///
/// A connection is a newcomer until the first call comes on it; then it has one of the places for connections.
/// Newcomers never keep a caller out: when there are too many, the oldest one that has sent nothing goes, after those the
/// oldest one that does not speak yet, and after those the oldest one that has not called.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::{KeepAlive, ServerLimits};
///
/// let limits = ServerLimits::new()
///     .connections_max(16)
///     .newcomers_max(64)
///     .tls_handshake_timeout(Duration::from_secs(2))
///     .preface_timeout(Duration::from_secs(2))
///     .keep_alive(Some(KeepAlive::new(Duration::from_secs(30), Duration::from_secs(30))));
/// # drop(limits);
/// ```
#[derive(Clone, Debug)]
#[must_use = "limits do nothing until they are given to `PluginServer::limits`"]
pub struct ServerLimits {
    pub(super) connections_max: usize,
    pub(super) newcomers_max: usize,
    pub(super) tls_handshake_timeout: Duration,
    pub(super) preface_timeout: Duration,
    pub(super) keep_alive: Option<KeepAlive>,
}

impl ServerLimits {
    /// The limits that a plugin has unless it sets others.
    pub fn new() -> Self {
        Self {
            connections_max: CONNECTIONS_DEFAULT,
            newcomers_max: NEWCOMERS_DEFAULT,
            tls_handshake_timeout: TLS_HANDSHAKE_TIMEOUT,
            preface_timeout: PREFACE_TIMEOUT,
            keep_alive: Some(KeepAlive::default()),
        }
    }

    /// Connections with calls at once, as a number, at least 1. 128 unless set.
    ///
    /// The first call on a further one ends at once as [`Code::ResourceExhausted`](crate::Code::ResourceExhausted), with a
    /// text that names the limit, and the connection is closed.
    pub fn connections_max(mut self, connections: usize) -> Self {
        self.connections_max = connections.max(1);
        self
    }

    /// Connections on which no call has come yet, as a number, at least 1. 512 unless set.
    ///
    /// It bounds the TLS handshakes at once as well. Each takes a file descriptor; a process has 1024 by default.
    pub fn newcomers_max(mut self, newcomers: usize) -> Self {
        self.newcomers_max = newcomers.max(1);
        self
    }

    /// How long a TLS handshake may take. 5 seconds unless set.
    pub const fn tls_handshake_timeout(mut self, timeout: Duration) -> Self {
        self.tls_handshake_timeout = timeout;
        self
    }

    /// How long a peer may take to send the text with which its wire begins, after TLS where that is on. 5 seconds unless
    /// set.
    pub const fn preface_timeout(mut self, timeout: Duration) -> Self {
        self.preface_timeout = timeout;
        self
    }

    /// How a dead peer is noticed; `None` to keep connections until they are closed. After 10 seconds unless set.
    ///
    /// A host that has called, and is busy or stopped in a debugger, keeps its connection over a unix socket for as long as
    /// its process is there, and over TCP for the [patience](KeepAlive::with_patience), five minutes.
    pub const fn keep_alive(mut self, keep_alive: Option<KeepAlive>) -> Self {
        self.keep_alive = keep_alive;
        self
    }
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self::new()
    }
}

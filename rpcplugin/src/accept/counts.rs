use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::transport::Tally;

/// What became of a plugin's connections, to be asked at any time. Made by
/// [`PluginServer::connections`](crate::PluginServer::connections); clones share it.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    pub(super) ledger: Arc<Ledger>,
}

/// The numbers behind [`Connections`].
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) accepted: AtomicU64,
    pub(super) newcomers: AtomicU64,
    pub(super) serving: AtomicU64,
    pub(super) other_user: Tally,
    pub(super) displaced: Tally,
    pub(super) over_limit: Tally,
    pub(super) handshake_failed: Tally,
    pub(super) handshake_timed_out: Tally,
    pub(super) preface_timed_out: Tally,
    pub(super) wrong_protocol: Tally,
    pub(super) fallen_silent: Tally,
    pub(super) accept_failed: Tally,
}

impl Connections {
    /// The counts at this moment. They are read one after the other, while connections come and go.
    #[must_use]
    pub fn counts(&self) -> ConnectionCounts {
        let ledger = &self.ledger;
        ConnectionCounts {
            newcomers: ledger.newcomers.load(Ordering::Relaxed),
            serving: ledger.serving.load(Ordering::Relaxed),
            accepted: ledger.accepted.load(Ordering::Relaxed),
            other_user: ledger.other_user.count(),
            displaced: ledger.displaced.count(),
            over_limit: ledger.over_limit.count(),
            handshake_failed: ledger.handshake_failed.count(),
            handshake_timed_out: ledger.handshake_timed_out.count(),
            preface_timed_out: ledger.preface_timed_out.count(),
            wrong_protocol: ledger.wrong_protocol.count(),
            fallen_silent: ledger.fallen_silent.count(),
            accept_failed: ledger.accept_failed.count(),
        }
    }
}

/// A plugin's connections in numbers. The first two are those of now, the others only grow.
///
/// The log has a line for each of the troubles as well, at most one a second and kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionCounts {
    /// Open connections on which no call has come yet.
    pub newcomers: u64,
    /// Open connections on which a call has come.
    pub serving: u64,
    /// Connections that were accepted.
    pub accepted: u64,
    /// Those of them that were closed at once because they came from another user.
    pub other_user: u64,
    /// Newcomers that were closed to make room: for newer ones, or because the process had no file descriptor left.
    pub displaced: u64,
    /// Connections whose first call was refused because the plugin had as many as it serves.
    pub over_limit: u64,
    /// Connections whose peer did not prove who it is, or closed before it did.
    pub handshake_failed: u64,
    /// Connections whose peer did not finish the TLS handshake in time.
    pub handshake_timed_out: u64,
    /// Connections whose peer did not begin to speak in time.
    pub preface_timed_out: u64,
    /// Connections whose peer spoke no wire of this crate: HTTP/1, for example, or TLS to a plugin without it.
    pub wrong_protocol: u64,
    /// Connections whose peer gave no sign of life.
    pub fallen_silent: u64,
    /// Attempts to accept that failed.
    pub accept_failed: u64,
}

use std::time::Duration;

use crate::limits::{
    KEEP_ALIVE_INTERVAL_DEFAULT, KEEP_ALIVE_PATIENCE_DEFAULT, KEEP_ALIVE_TIME_MAX as LONGEST,
    KEEP_ALIVE_TIME_MIN as SHORTEST, KEEP_ALIVE_TIMEOUT_DEFAULT,
};

/// How a peer is noticed that is there no more, although nothing closed the connection.
///
/// When nothing has come from the peer for the `interval`, it is asked for a sign of life.
/// Whatever the peer sends is a sign of life; an idle connection whose peer answers is kept for ever.
/// A connection that is given up is closed, and its calls end as [`Code::Unavailable`](crate::Code::Unavailable).
///
/// What silence means depends on who is silent, because a process that runs may have no thread to spare:
///
/// | silent is | the connection is given up |
/// |---|---|
/// | a plugin whose process was stopped or is gone | after the `timeout` |
/// | a plugin whose process runs, while a call is under way | never: the call has a time of its own |
/// | a plugin whose process runs, and nobody calls | after the `patience` |
/// | a plugin whose process is not known, whether a call is under way or not | after the `timeout` |
/// | a host on a unix socket whose process was stopped, or runs and has called | never |
/// | a host that has called, over TCP: nothing says what it does | after the `patience` |
/// | any other host: it is gone, or has not called | after the `timeout` |
///
/// So a call to a plugin that hangs ends with its own time: give calls one, with
/// [`CallOptions::timeout`](crate::CallOptions::timeout) or in the contract.
/// A system without `/proc` does not say whether a process was stopped: there it runs.
///
/// A process is not known where a runner does not say it
/// ([`AttachedRunner::process_id`](crate::AttachedRunner::process_id)), and where a host has attached to a plugin and could not
/// find out which process it is. If calls may keep all threads of such a plugin busy, give it a `timeout` that is longer than they
/// take.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::KeepAlive;
///
/// let keep_alive = KeepAlive::new(Duration::from_secs(30), Duration::from_secs(60));
/// assert_eq!(keep_alive.interval(), Duration::from_secs(30));
/// assert_eq!(keep_alive.timeout(), Duration::from_secs(60));
/// assert_eq!(keep_alive.patience(), Duration::from_secs(300));
/// // Unless told otherwise, a dead peer is noticed after ten seconds.
/// let usual = KeepAlive::default();
/// assert_eq!(usual.interval() + usual.timeout(), Duration::from_secs(10));
/// // A plugin that hangs shall be noticed sooner, and never has all of its threads busy for a minute.
/// let short = usual.with_patience(Duration::from_secs(60));
/// assert_eq!(short.patience(), Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    interval: Duration,
    timeout: Duration,
    patience: Duration,
}

impl KeepAlive {
    /// Asks after a silence of `interval`, and waits `timeout` for a sign of life. Both are between 10 milliseconds and a
    /// year; what is outside is moved to the nearer bound.
    #[must_use]
    pub fn new(interval: Duration, timeout: Duration) -> Self {
        Self {
            interval: interval.clamp(SHORTEST, LONGEST),
            timeout: timeout.clamp(SHORTEST, LONGEST),
            patience: KEEP_ALIVE_PATIENCE_DEFAULT,
        }
    }

    /// The same with another time for a peer that may be busy. It is at least the `timeout` and at most a year; what is
    /// outside is moved to the nearer bound. Five minutes unless set.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience: patience.min(LONGEST), ..self }
    }

    /// The silence after which the peer is asked.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// How long a peer may take to answer for which nothing speaks.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How long a peer may take to answer that may be busy.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.patience.max(self.timeout)
    }
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self::new(KEEP_ALIVE_INTERVAL_DEFAULT, KEEP_ALIVE_TIMEOUT_DEFAULT)
    }
}

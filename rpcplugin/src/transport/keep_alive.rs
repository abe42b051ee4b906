use std::time::Duration;

use crate::limits::{KEEP_ALIVE_INTERVAL_DEFAULT, KEEP_ALIVE_TIMEOUT_DEFAULT};

/// Bounds of both times: below, pings would be all that a connection does; above, the clock runs out of numbers.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How a peer is noticed that is there no more, although nothing closed the connection: a process that hangs or was stopped.
///
/// When nothing has come from the peer for the `interval`, it is asked for a sign of life.
/// When nothing comes within the `timeout` behind that either, the connection is closed: calls end as
/// [`Code::Unavailable`](crate::Code::Unavailable).
/// Whatever the peer sends is a sign of life; an idle connection whose peer answers is kept for ever.
///
/// A peer whose only thread is busy for longer than both times together does not answer either.
/// Who runs such work beside the connection gives `timeout` the length of the work, or turns this off.
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
/// // Unless told otherwise, a dead peer is noticed after ten seconds.
/// let usual = KeepAlive::default();
/// assert_eq!(usual.interval() + usual.timeout(), Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    interval: Duration,
    timeout: Duration,
}

impl KeepAlive {
    /// Asks after a silence of `interval`, and waits `timeout` for a sign of life. Both are between 10 milliseconds and a
    /// year; what is outside is moved to the nearer bound.
    #[must_use]
    pub fn new(interval: Duration, timeout: Duration) -> Self {
        Self { interval: interval.clamp(SHORTEST, LONGEST), timeout: timeout.clamp(SHORTEST, LONGEST) }
    }

    /// The silence after which the peer is asked.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// How long the peer may take to answer.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The silence after which the peer is taken for dead.
    pub(super) const fn silence_max(&self) -> Duration {
        self.interval.saturating_add(self.timeout)
    }
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self::new(KEEP_ALIVE_INTERVAL_DEFAULT, KEEP_ALIVE_TIMEOUT_DEFAULT)
    }
}

use std::time::Duration;

use crate::limits::{
    RESTART_DELAY_LONGEST_DEFAULT, RESTART_DELAY_MAX, RESTART_DELAY_SHORTEST_DEFAULT,
    RESTART_HEALTHY_DEFAULT, RESTART_WINDOW_DEFAULT, RESTARTS_DEFAULT, RESTARTS_MAX,
};

/// When a plugin that has ended is started again, how soon, and when no more.
///
/// Before each restart there is a pause: any time up to a bound, by chance ("full jitter"), so that many plugins that failed
/// together do not start together. The bound doubles with each failure until its longest, and is the shortest again once the
/// plugin ran for some time.
/// Who had to be restarted too often within a window is in a crash loop, and is not started again before somebody says so:
/// [`Supervisor::restart_now`](crate::Supervisor::restart_now).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::RestartPolicy;
///
/// // A plugin that ends with success has done its work. One that fails ten times in a minute needs a person.
/// let policy = RestartPolicy::on_failure()
///     .backoff(Duration::from_millis(50), Duration::from_secs(5))
///     .restarts(10, Duration::from_secs(60));
/// # drop(policy);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestartPolicy {
    pub(super) when: When,
    pub(super) shortest: Duration,
    pub(super) longest: Duration,
    pub(super) healthy_after: Duration,
    /// Restarts within a time, at most; `None` is any number.
    pub(super) most: Option<(usize, Duration)>,
}

/// After which ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Never,
    OnFailure,
    Always,
}

impl RestartPolicy {
    const fn new(when: When) -> Self {
        Self {
            when,
            shortest: RESTART_DELAY_SHORTEST_DEFAULT,
            longest: RESTART_DELAY_LONGEST_DEFAULT,
            healthy_after: RESTART_HEALTHY_DEFAULT,
            most: Some((RESTARTS_DEFAULT, RESTART_WINDOW_DEFAULT)),
        }
    }

    /// Whatever happens, the plugin is not started again by itself.
    #[must_use]
    pub const fn never() -> Self {
        Self::new(When::Never)
    }

    /// The plugin is started again unless it ended by itself with the exit code 0.
    #[must_use]
    pub const fn on_failure() -> Self {
        Self::new(When::OnFailure)
    }

    /// The plugin is started again however it ended. This is the default: who has a plugin wants to call it.
    #[must_use]
    pub const fn always() -> Self {
        Self::new(When::Always)
    }

    /// The bound of the pause before a restart: at first `shortest`, then doubled with each failure up to `longest`.
    /// 100 milliseconds and 30 seconds unless set; a day at most. A `longest` below `shortest` is `shortest`.
    #[must_use]
    pub fn backoff(mut self, shortest: Duration, longest: Duration) -> Self {
        self.shortest = shortest.min(RESTART_DELAY_MAX);
        self.longest = longest.clamp(self.shortest, RESTART_DELAY_MAX);
        self
    }

    /// A plugin that ran for this long begins with the shortest pause again. Ten seconds unless set.
    #[must_use]
    pub const fn healthy_after(mut self, time: Duration) -> Self {
        self.healthy_after = time;
        self
    }

    /// At most `count` restarts within any time of this length; one more would be a crash loop. 5 within a minute unless set,
    /// 1000 at most.
    #[must_use]
    pub fn restarts(mut self, count: usize, window: Duration) -> Self {
        self.most = Some((count.min(RESTARTS_MAX), window));
        self
    }

    /// Any number of restarts: there is no crash loop, and calls that wait for the plugin may wait for ever.
    #[must_use]
    pub const fn unlimited(mut self) -> Self {
        self.most = None;
        self
    }
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self::always()
    }
}

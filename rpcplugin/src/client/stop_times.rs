use std::time::Duration;

use crate::limits::{STOP_ASK_DEFAULT, STOP_KILL_DEFAULT, STOP_TERMINATE_DEFAULT};

/// How long each stage of stopping a plugin may take. A stage that is over early leaves its time to the next.
///
/// 1. The plugin is asked over the connection, and ends its calls.
/// 2. Its process is sent SIGTERM.
/// 3. It is killed with its process group, and what it printed last is read.
///
/// A stop takes no longer than all three together: three seconds, unless set otherwise.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use rpcplugin::{Cookie, PluginClient, StopTimes};
///
/// // A plugin with much to save, and half a second for each of the other stages.
/// let times = StopTimes::default().with_ask(Duration::from_secs(20));
/// assert_eq!(times.total(), Duration::from_secs(21));
/// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
/// let builder = PluginClient::builder("target/debug/greeter", cookie).stop_times(times);
/// # drop(builder);
/// # Ok::<(), rpcplugin::CookieError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopTimes {
    ask: Duration,
    terminate: Duration,
    kill: Duration,
}

impl StopTimes {
    /// Times that come to so much together, in the proportions of the default: four, one and one sixth of it.
    #[must_use]
    pub const fn within(total: Duration) -> Self {
        // A duration divided by a number other than 0 has no way to fail.
        let sixth = match total.checked_div(6) {
            Some(sixth) => sixth,
            None => Duration::ZERO,
        };
        Self { ask: total.saturating_sub(sixth).saturating_sub(sixth), terminate: sixth, kill: sixth }
    }

    /// How long the plugin may take to end after the request over the connection. Two seconds by default.
    #[must_use]
    pub const fn ask(&self) -> Duration {
        self.ask
    }

    /// How much longer its process may take to end after SIGTERM. Half a second by default.
    #[must_use]
    pub const fn terminate(&self) -> Duration {
        self.terminate
    }

    /// How long the kill may take, and what is read and written of the last output. Half a second by default.
    #[must_use]
    pub const fn kill(&self) -> Duration {
        self.kill
    }

    /// The longest that a stop takes.
    #[must_use]
    pub const fn total(&self) -> Duration {
        self.ask.saturating_add(self.terminate).saturating_add(self.kill)
    }

    /// These times, with another one for the request. With none the plugin is not asked.
    #[must_use]
    pub const fn with_ask(mut self, ask: Duration) -> Self {
        self.ask = ask;
        self
    }

    /// These times, with another one for SIGTERM. With none it is killed without one.
    #[must_use]
    pub const fn with_terminate(mut self, terminate: Duration) -> Self {
        self.terminate = terminate;
        self
    }

    /// These times, with another one for the kill and the last output.
    #[must_use]
    pub const fn with_kill(mut self, kill: Duration) -> Self {
        self.kill = kill;
        self
    }
}

impl Default for StopTimes {
    fn default() -> Self {
        Self { ask: STOP_ASK_DEFAULT, terminate: STOP_TERMINATE_DEFAULT, kill: STOP_KILL_DEFAULT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_stages_together_take_what_is_said() {
        let three = Duration::from_secs(3);
        assert_eq!(StopTimes::default().total(), three);
        assert_eq!(StopTimes::within(three), StopTimes::default());
        for total in [Duration::ZERO, Duration::from_nanos(7), Duration::MAX] {
            assert_eq!(StopTimes::within(total).total(), total);
        }
        let longest = StopTimes::default().with_ask(Duration::MAX).with_terminate(three).with_kill(three);
        assert_eq!(longest.total(), Duration::MAX);
    }
}

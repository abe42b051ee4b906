use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::DownReason;
use super::gate::Now;
use super::health::Unhealthy;
use crate::contract::{Code, Status};

/// What a supervised plugin does right now. See [`Supervisor::states`](crate::Supervisor::states).
///
/// `restarts` counts those of the supervisor's whole life, whoever asked for them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SupervisorState {
    /// Its process is being started, or what is done behind each start.
    Starting {
        /// How often it was started again.
        restarts: u64,
    },
    /// It is called.
    Running {
        /// The number of its process.
        pid: Option<u32>,
        /// Since when.
        since: Instant,
        /// How often it was started again.
        restarts: u64,
    },
    /// It is called, and has not been healthy for as long as [`HealthCheck`](crate::HealthCheck) allows.
    Unhealthy {
        /// The number of its process.
        pid: Option<u32>,
        /// Since when it is not healthy.
        since: Instant,
        /// How often it was started again.
        restarts: u64,
        /// What is wrong.
        unhealthy: Unhealthy,
    },
    /// It is being ended, for whatever comes next.
    Stopping {
        /// How often it was started again.
        restarts: u64,
    },
    /// It is down, and will be started again.
    Backoff {
        /// When.
        until: Instant,
        /// How often it was started again.
        restarts: u64,
        /// Why it is down.
        reason: DownReason,
    },
    /// It had to be restarted too often, and stays down until [`Supervisor::restart_now`](crate::Supervisor::restart_now).
    CrashLoop {
        /// How many restarts there were within the window.
        restarts_in_window: usize,
        /// The time in which they are counted.
        window: Duration,
        /// How often it was started again.
        restarts: u64,
        /// Why it is down, as the last time.
        reason: DownReason,
    },
    /// It has ended, and its policy does not start it again. [`Supervisor::restart_now`](crate::Supervisor::restart_now) does.
    Down {
        /// How often it was started again.
        restarts: u64,
        /// Why it is down.
        reason: DownReason,
    },
    /// The supervisor was stopped or dropped, and the plugin with it. Nothing follows.
    Stopped,
}

impl SupervisorState {
    /// Whether calls reach the plugin.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. } | Self::Unhealthy { .. })
    }

    /// Why the plugin is down, if it is.
    #[must_use]
    pub const fn reason(&self) -> Option<&DownReason> {
        match self {
            Self::Backoff { reason, .. } | Self::CrashLoop { reason, .. } | Self::Down { reason, .. } => {
                Some(reason)
            }
            _ => None,
        }
    }

    /// How often the plugin was started again; 0 once it is [`Stopped`](Self::Stopped).
    #[must_use]
    pub const fn restarts(&self) -> u64 {
        match self {
            Self::Starting { restarts }
            | Self::Running { restarts, .. }
            | Self::Unhealthy { restarts, .. }
            | Self::Stopping { restarts }
            | Self::Backoff { restarts, .. }
            | Self::CrashLoop { restarts, .. }
            | Self::Down { restarts, .. } => *restarts,
            Self::Stopped => 0,
        }
    }

    /// Whether nothing changes unless somebody does something.
    pub(in crate::client) const fn is_final(&self) -> bool {
        matches!(self, Self::CrashLoop { .. } | Self::Down { .. } | Self::Stopped)
    }
}

/// The states of a supervised plugin, as they come. Clones go on from the same place.
#[derive(Clone)]
pub struct SupervisorStates {
    receiver: watch::Receiver<Now>,
}

impl SupervisorStates {
    pub(super) const fn new(receiver: watch::Receiver<Now>) -> Self {
        Self { receiver }
    }

    /// The state right now.
    #[must_use]
    pub fn now(&self) -> SupervisorState {
        self.receiver.borrow().state.clone()
    }

    /// Waits for a state that this value has not given yet. `None` behind [`SupervisorState::Stopped`].
    ///
    /// The last of several states that came meanwhile is given, and those before it are not.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe.
    pub async fn next(&mut self) -> Option<SupervisorState> {
        {
            let now = self.receiver.borrow_and_update();
            // Also where nobody is left who could change it.
            if now.has_changed() {
                return Some(now.state.clone());
            }
            if matches!(now.state, SupervisorState::Stopped) {
                return None;
            }
        }
        self.receiver.changed().await.ok()?;
        Some(self.receiver.borrow_and_update().state.clone())
    }

    /// Waits until the state is one that is asked for, which may be so at once. `None` where that cannot be any more.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn host(supervisor: rpcplugin::Supervisor) {
    /// let mut states = supervisor.states();
    /// // A plugin in a crash loop needs somebody who looks after it.
    /// if let Some(state) = states.until(|state| state.reason().is_some()).await {
    ///     eprintln!("the plugin is down: {state:?}");
    /// }
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe.
    pub async fn until(
        &mut self,
        mut is_so: impl FnMut(&SupervisorState) -> bool,
    ) -> Option<SupervisorState> {
        let stopped = |state: &SupervisorState| matches!(state, SupervisorState::Stopped);
        let found = self.receiver.wait_for(|now| is_so(&now.state) || stopped(&now.state)).await;
        let state = found.ok()?.state.clone();
        (!stopped(&state) || is_so(&state)).then_some(state)
    }
}

impl fmt::Debug for SupervisorStates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SupervisorStates").field(&self.now()).finish()
    }
}

/// Why a supervised plugin cannot be called. The call was not sent.
///
/// It is the source of a [`Status`], and found there with [`NotRunning::of`].
///
/// # Examples
///
/// ```
/// use rpcplugin::{NotRunning, Status, SupervisorState};
///
/// fn needs_a_person(status: &Status) -> bool {
///     NotRunning::of(status).is_some_and(|error| matches!(error.state(), SupervisorState::CrashLoop { .. }))
/// }
/// # assert!(!needs_a_person(&Status::unavailable("lost")));
/// ```
#[derive(Clone, Debug)]
pub struct NotRunning {
    state: SupervisorState,
}

impl NotRunning {
    pub(super) const fn new(state: SupervisorState) -> Self {
        Self { state }
    }

    /// What a status says of it: `None` if the call ended for another reason.
    #[must_use]
    pub fn of(status: &Status) -> Option<&Self> {
        status.source()?.downcast_ref()
    }

    /// What the plugin did when it was called.
    #[must_use]
    pub const fn state(&self) -> &SupervisorState {
        &self.state
    }

    /// The outcome of a call that was not sent. A caller that may try again hears another code than one for whom nothing will
    /// change.
    pub(super) fn status(self) -> Status {
        let code = if self.state.is_final() { Code::FailedPrecondition } else { Code::Unavailable };
        Status::new(code, format!("the call was not sent: {self}")).with_source(self)
    }
}

impl fmt::Display for NotRunning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LATER: &str = "call again later, or let calls wait with `DuringRestart::Wait`";
        match &self.state {
            SupervisorState::Starting { .. } => write!(formatter, "the plugin is being started; {LATER}"),
            SupervisorState::Running { .. } | SupervisorState::Unhealthy { .. } => {
                write!(
                    formatter,
                    "the connection to the plugin is lost, and it is about to be restarted; {LATER}"
                )
            }
            SupervisorState::Stopping { .. } => write!(formatter, "the plugin is being ended; {LATER}"),
            SupervisorState::Backoff { until, reason, .. } => {
                let left = until.saturating_duration_since(tokio::time::Instant::now().into_std());
                write!(formatter, "the plugin is down and is started again in {left:.1?}; {LATER}; {reason}")
            }
            SupervisorState::CrashLoop { restarts_in_window, window, reason, .. } => write!(
                formatter,
                "the plugin is in a crash loop, after {restarts_in_window} restarts within {window:?}; mend what is wrong and call \
                 `Supervisor::restart_now`; {reason}"
            ),
            SupervisorState::Down { reason, .. } => write!(
                formatter,
                "the plugin has ended, and its policy does not start it again; call `Supervisor::restart_now`; {reason}"
            ),
            SupervisorState::Stopped => {
                formatter.write_str("the plugin was stopped by its host; make a new supervisor to call it")
            }
        }
    }
}

impl Error for NotRunning {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.state.reason().map(|reason| -> &(dyn Error + 'static) { reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::supervisor::DuringRestart;
    use crate::client::supervisor::gate::Gate;

    #[tokio::test]
    async fn the_last_state_is_given_once_whether_anybody_is_there_to_tell_it_or_not() {
        for is_gone in [false, true] {
            let gate = Gate::new(DuringRestart::Wait);
            let mut states = SupervisorStates::new(gate.subscribe());
            gate.close(SupervisorState::Stopped);
            let _gate = (!is_gone).then_some(gate);
            assert!(matches!(states.next().await, Some(SupervisorState::Stopped)), "{is_gone}");
            assert!(states.next().await.is_none(), "{is_gone}");
        }
    }
}

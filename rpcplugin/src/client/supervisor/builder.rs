use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::gate::{DuringRestart, Gate};
use super::health::HealthCheck;
use super::history::History;
use super::launch::Launch;
use super::on_start::OnStart;
use super::orders::Orderer;
use super::policy::RestartPolicy;
use super::random::Random;
use super::run::Run;
use super::{NotRunning, Supervisor};
use crate::client::PluginClientBuilder;
use crate::limits::ON_START_TIMEOUT_DEFAULT;

/// How a plugin is supervised. Made by [`Supervisor::builder`].
#[must_use = "a plugin is not started until `start` is awaited"]
pub struct SupervisorBuilder {
    launch: Launch,
    policy: RestartPolicy,
    during_restart: DuringRestart,
    health: Option<HealthCheck>,
}

impl SupervisorBuilder {
    pub(super) fn new(options: impl Fn() -> PluginClientBuilder + Send + Sync + 'static) -> Self {
        Self {
            launch: Launch {
                options: Box::new(options),
                on_start: Vec::new(),
                on_start_timeout: ON_START_TIMEOUT_DEFAULT,
            },
            policy: RestartPolicy::default(),
            during_restart: DuringRestart::default(),
            health: Some(HealthCheck::default()),
        }
    }

    /// When the plugin is started again. [`RestartPolicy::always`] unless set.
    pub fn policy(mut self, policy: RestartPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// What becomes of calls while the plugin does not run. [`DuringRestart::Wait`] unless set.
    pub const fn during_restart(mut self, during_restart: DuringRestart) -> Self {
        self.during_restart = during_restart;
        self
    }

    /// Does something behind each start, before the plugin is called: after what was added before it.
    pub fn on_start(mut self, on_start: impl OnStart) -> Self {
        self.launch.on_start.push(Box::new(on_start));
        self
    }

    /// How long all of that may take together. 60 seconds unless set.
    pub const fn on_start_timeout(mut self, timeout: Duration) -> Self {
        self.launch.on_start_timeout = timeout;
        self
    }

    /// How the plugin's health is watched; `None` not to. Unless set it is asked every ten seconds, and the answer is told in
    /// [`Supervisor::states`].
    ///
    /// That the plugin was stopped or its connection is lost is noticed by other means:
    /// [`PluginClientBuilder::keep_alive`].
    pub fn health_check(mut self, check: Option<HealthCheck>) -> Self {
        self.health = check;
        self
    }

    /// Starts the plugin, and returns when it can be called, or could be: one that has ended since has been started, and what
    /// becomes of it is the policy's.
    ///
    /// # Errors
    ///
    /// [`NotRunning`] if the first start fails, with the reason as its source: a plugin that never ran is not started again by
    /// a policy, because what is wrong is most likely said here. See [`spawn`](Self::spawn).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the process.
    pub async fn start(self) -> Result<Supervisor, NotRunning> {
        self.spawn().started().await
    }

    /// Starts the plugin in the background, and again by the policy if that fails.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use = "dropping the supervisor ends the plugin"]
    pub fn spawn(self) -> Supervisor {
        let Self { launch, policy, during_restart, health } = self;
        let gate = Arc::new(Gate::new(during_restart));
        let (orderer, orders) = Orderer::new();
        let history = History::new(policy, Random::new());
        let run = Run { origin: launch, history, gate: Arc::clone(&gate), orders, health, restarts: 0 };
        Supervisor::new(gate, orderer, run)
    }
}

impl fmt::Debug for SupervisorBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SupervisorBuilder")
            .field("policy", &self.policy)
            .field("during_restart", &self.during_restart)
            .field("health", &self.health)
            .finish_non_exhaustive()
    }
}

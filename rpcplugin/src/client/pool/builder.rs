use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;

use super::{PluginPool, PoolStartError, PoolStrategy};
use crate::client::{HealthCheck, PluginClientBuilder, Supervisor, SupervisorBuilder};
use crate::limits::{
    POOL_DRAIN_TIMEOUT_DEFAULT, POOL_MEMBER_TIMEOUT_DEFAULT, POOL_SIZE_DEFAULT, POOL_SIZE_MAX,
    POOL_TIMEOUT_MAX,
};

/// How many plugins a pool has, and how they are called. Made by [`PluginPool::builder`].
#[must_use = "no plugin is started until `start` is awaited"]
pub struct PluginPoolBuilder {
    options: Arc<dyn Fn(usize) -> PluginClientBuilder + Send + Sync>,
    supervise: Box<dyn Fn(SupervisorBuilder) -> SupervisorBuilder + Send + Sync>,
    size: usize,
    strategy: PoolStrategy,
    member_timeout: Duration,
    drain_timeout: Duration,
}

impl PluginPoolBuilder {
    pub(super) fn new(options: impl Fn(usize) -> PluginClientBuilder + Send + Sync + 'static) -> Self {
        Self {
            options: Arc::new(options),
            supervise: Box::new(|supervisor| supervisor),
            size: POOL_SIZE_DEFAULT,
            strategy: PoolStrategy::default(),
            member_timeout: POOL_MEMBER_TIMEOUT_DEFAULT,
            drain_timeout: POOL_DRAIN_TIMEOUT_DEFAULT,
        }
    }

    /// How many plugins there are. 4 unless set; from 1 to 256.
    pub fn size(mut self, plugins: usize) -> Self {
        self.size = plugins.clamp(1, POOL_SIZE_MAX);
        self
    }

    /// Which of them a call goes to. [`PoolStrategy::RoundRobin`] unless set.
    pub const fn strategy(mut self, strategy: PoolStrategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// How long a call waits where no plugin can be called, and within its own time; zero to end it at once. 10 seconds unless
    /// set, a day at most. Where nothing will change by itself, no call waits.
    pub fn member_timeout(mut self, timeout: Duration) -> Self {
        self.member_timeout = timeout.min(POOL_TIMEOUT_MAX);
        self
    }

    /// How long calls may go on when the pool is [stopped](PluginPool::stop). 5 seconds unless set, a day at most.
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout.min(POOL_TIMEOUT_MAX);
        self
    }

    /// How each plugin is supervised: its restarts, its health, what is done behind each start.
    ///
    /// Unless this says otherwise, a plugin that is not healthy is left alone at once, because there are others to call
    /// ([`HealthCheck::unhealthy_after`] is zero). [`DuringRestart`](crate::DuringRestart) is about nothing here: the pool waits.
    pub fn supervise(
        mut self,
        options: impl Fn(SupervisorBuilder) -> SupervisorBuilder + Send + Sync + 'static,
    ) -> Self {
        self.supervise = Box::new(options);
        self
    }

    /// Starts all plugins together, and returns when all of them can be called.
    ///
    /// # Errors
    ///
    /// [`PoolStartError`] if the first start of any of them fails: what is wrong is most likely said here. See
    /// [`spawn`](Self::spawn).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future kills the processes.
    pub async fn start(self) -> Result<PluginPool, PoolStartError> {
        let starting = (0..self.size).map(|member| {
            let supervisor = self.member(member);
            async move { supervisor.start().await.map_err(|source| PoolStartError { member, source }) }
        });
        let supervisors = try_join_all(starting).await?;
        Ok(self.pool(supervisors))
    }

    /// Starts them in the background, and again as each is supervised where that fails.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use = "dropping the pool ends its plugins"]
    pub fn spawn(self) -> PluginPool {
        let supervisors = (0..self.size).map(|member| self.member(member).spawn()).collect();
        self.pool(supervisors)
    }

    fn member(&self, member: usize) -> SupervisorBuilder {
        let options = Arc::clone(&self.options);
        let supervisor = Supervisor::builder(move || options(member));
        let check = HealthCheck::default().unhealthy_after(Duration::ZERO);
        (self.supervise)(supervisor.health_check(Some(check)))
    }

    fn pool(&self, supervisors: Vec<Supervisor>) -> PluginPool {
        PluginPool::new(supervisors, self.strategy, self.member_timeout, self.drain_timeout)
    }
}

impl fmt::Debug for PluginPoolBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginPoolBuilder")
            .field("size", &self.size)
            .field("strategy", &self.strategy)
            .field("member_timeout", &self.member_timeout)
            .field("drain_timeout", &self.drain_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_four_unless_it_is_said_and_one_at_least() {
        let pool = || PluginPool::builder(|member| panic!("nobody starts {member}"));
        assert_eq!(pool().size, 4);
        assert_eq!([0, 1, 10, 256, 257].map(|plugins| pool().size(plugins).size), [1, 1, 10, 256, 256]);
    }
}

use crate::client::Stopped;

/// How a pool ended. Given by [`PluginPool::stop`](crate::PluginPool::stop).
#[derive(Debug)]
pub struct PoolStopped {
    pub(super) members: Vec<Option<Stopped>>,
    pub(super) calls_left: usize,
}

impl PoolStopped {
    /// How each plugin ended, in their order; `None` for one that did not run.
    #[must_use]
    pub fn members(&self) -> &[Option<Stopped>] {
        &self.members
    }

    /// Calls that were under way when the time for them was up, as a number. Each ended with an error, unless its plugin
    /// answered it in its last moments.
    #[must_use]
    pub const fn calls_left(&self) -> usize {
        self.calls_left
    }

    /// Whether no call was left, and each plugin that ran ended by itself when it was asked to.
    #[must_use]
    pub fn is_graceful(&self) -> bool {
        self.calls_left == 0 && self.members.iter().flatten().all(Stopped::is_graceful)
    }
}

use crate::client::NotRunning;

/// A plugin of a pool could not be started, and no other one is there then either.
#[derive(Debug, thiserror::Error)]
#[error("member {member} of the pool could not be started: {source}")]
pub struct PoolStartError {
    pub(super) member: usize,
    pub(super) source: NotRunning,
}

impl PoolStartError {
    /// Which one, from 0 on. Others may have failed as well.
    #[must_use]
    pub const fn member(&self) -> usize {
        self.member
    }

    /// Why.
    #[must_use]
    pub const fn not_running(&self) -> &NotRunning {
        &self.source
    }
}

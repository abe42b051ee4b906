use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::call::{InUse, Uses};
use crate::client::supervisor::Gate;
use crate::client::{DownReason, SupervisorState};
use crate::rpc::Channel;

/// One of the plugins of a pool.
#[derive(Debug)]
pub(super) struct Member {
    gate: Arc<Gate>,
    /// Those that are under way.
    calls: Uses,
    /// All there ever were.
    begun: AtomicU64,
    /// Whether somebody has it for himself.
    is_taken: AtomicBool,
}

impl Member {
    pub(super) fn new(gate: Arc<Gate>) -> Self {
        Self { gate, calls: Uses::default(), begun: AtomicU64::new(0), is_taken: AtomicBool::new(false) }
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(super) const fn calls(&self) -> &Uses {
        &self.calls
    }

    /// One call more, until the value is dropped; none where its caller has given the member back.
    pub(super) fn begin(&self, is_back: impl FnOnce() -> bool) -> Option<InUse> {
        // Counted before it is looked: who waits for the last call either sees this one, or it is none.
        let in_use = self.calls.begin();
        if is_back() {
            return None;
        }
        self.begun.fetch_add(1, Ordering::Relaxed);
        Some(in_use)
    }

    /// Where its calls go, if it may have any.
    pub(super) fn channel(&self) -> Option<Channel> {
        self.gate.healthy()
    }

    pub(super) fn is_taken(&self) -> bool {
        self.is_taken.load(Ordering::SeqCst)
    }

    pub(super) fn take(&self, is_taken: bool) {
        self.is_taken.store(is_taken, Ordering::SeqCst);
    }

    pub(super) fn look(&self) -> PoolMember {
        let now = self.gate.subscribe().borrow().clone();
        PoolMember {
            state: now.state,
            last_reason: now.last_reason,
            calls_under_way: self.calls.number(),
            calls_begun: self.begun.load(Ordering::Relaxed),
            is_taken: self.is_taken(),
        }
    }
}

/// What is known of a member of a pool, at the moment when it was asked. See [`PluginPool::members`](crate::PluginPool::members).
#[derive(Clone, Debug)]
pub struct PoolMember {
    state: SupervisorState,
    last_reason: Option<DownReason>,
    calls_under_way: usize,
    calls_begun: u64,
    is_taken: bool,
}

impl PoolMember {
    /// What it does. It is called only where it is [`SupervisorState::Running`].
    #[must_use]
    pub const fn state(&self) -> &SupervisorState {
        &self.state
    }

    /// How often it was started again; 0 once the pool is stopped.
    #[must_use]
    pub const fn restarts(&self) -> u64 {
        self.state.restarts()
    }

    /// Why it was down the last time; `None` if it never was.
    #[must_use]
    pub const fn last_reason(&self) -> Option<&DownReason> {
        self.last_reason.as_ref()
    }

    /// Calls that it has not answered yet, as a number. A stream of responses counts until its end.
    #[must_use]
    pub const fn calls_under_way(&self) -> usize {
        self.calls_under_way
    }

    /// Calls that the pool has sent to it over all of its lives, as a number.
    #[must_use]
    pub const fn calls_begun(&self) -> u64 {
        self.calls_begun
    }

    /// Whether somebody has it for himself: [`PluginPool::acquire`](crate::PluginPool::acquire).
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        self.is_taken
    }
}

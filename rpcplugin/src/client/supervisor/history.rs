//! What the ends of a plugin mean under a policy. Pure: the time comes in, and a verdict goes out.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::policy::{RestartPolicy, When};
use super::random::Random;

/// What is known of a plugin's past, as far as it says something about its future.
#[derive(Debug)]
pub(super) struct History {
    policy: RestartPolicy,
    random: Random,
    /// When it was or will be restarted, the oldest first: those that may lie in one window with the next.
    restarts: VecDeque<Instant>,
    /// Ends since it last ran for long enough.
    failures: u32,
    running_since: Option<Instant>,
}

/// What follows an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is started again at this time.
    Restart(Instant),
    /// It was restarted so many times within this time: enough.
    CrashLoop { restarts: usize, window: Duration },
    /// It has done its work, or nobody wants it again.
    Rest,
}

impl History {
    pub(super) const fn new(policy: RestartPolicy, random: Random) -> Self {
        Self { policy, random, restarts: VecDeque::new(), failures: 0, running_since: None }
    }

    /// It answers calls.
    pub(super) const fn runs(&mut self, now: Instant) {
        self.running_since = Some(now);
    }

    /// It has ended, or could not be started.
    pub(super) fn ended(&mut self, now: Instant, is_failure: bool) -> Verdict {
        let ran_well = self
            .running_since
            .take()
            .is_some_and(|since| now.saturating_duration_since(since) >= self.policy.healthy_after);
        if ran_well {
            self.failures = 0;
        }
        match self.policy.when {
            When::Never => return Verdict::Rest,
            When::OnFailure if !is_failure => return Verdict::Rest,
            When::OnFailure | When::Always => {}
        }
        let at = now + self.random.up_to(self.longest_pause());
        self.failures = self.failures.saturating_add(1);
        let Some((most, window)) = self.policy.most else { return Verdict::Restart(at) };
        while self.restarts.front().is_some_and(|first| at.saturating_duration_since(*first) > window) {
            self.restarts.pop_front();
        }
        if self.restarts.len() >= most {
            return Verdict::CrashLoop { restarts: self.restarts.len(), window };
        }
        self.restarts.push_back(at);
        Verdict::Restart(at)
    }

    /// Somebody has looked after it: what was is forgotten.
    pub(super) fn forget(&mut self) {
        self.restarts.clear();
        self.failures = 0;
        self.running_since = None;
    }

    /// The bound of the next pause.
    fn longest_pause(&self) -> Duration {
        let doubled = 1_u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.policy.shortest.saturating_mul(doubled).min(self.policy.longest)
    }
}

#[cfg(test)]
mod tests;

//! Which calls need a task of their own?

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use crate::limits::{QUICK_CALL_TIME_MAX, QUICK_CALLS_MISSED_MAX};

/// Whether the calls of a method are answered at once.
///
/// Such calls run one after another: a task for each costs more than they do. One that takes long would keep those behind
/// it waiting, so a method has to show that it is quick. A slow call costs it the trust for some others, and for twice as
/// many with each further one: that the system let another process run in between is no fault of the method.
#[derive(Debug)]
pub(super) struct Pace {
    /// How many more quick calls it takes until calls need no task of their own.
    missing: AtomicU8,
    /// What the next slow call costs.
    penalty: AtomicU8,
}

impl Default for Pace {
    fn default() -> Self {
        Self { missing: AtomicU8::new(1), penalty: AtomicU8::new(1) }
    }
}

impl Pace {
    pub(super) fn is_quick(&self) -> bool {
        self.missing.load(Ordering::Relaxed) == 0
    }

    /// A call was answered at its first poll, within so much time; or it was not.
    ///
    /// Two that learn at once may count as one: it is an estimate.
    pub(super) fn learn(&self, answered_at_once: bool, time: Duration) {
        let (missing, penalty) = (self.missing.load(Ordering::Relaxed), self.penalty.load(Ordering::Relaxed));
        if !answered_at_once || time > QUICK_CALL_TIME_MAX {
            self.missing.store(missing.max(penalty), Ordering::Relaxed);
            self.penalty.store(penalty.saturating_mul(2).min(QUICK_CALLS_MISSED_MAX), Ordering::Relaxed);
        } else if missing > 0 {
            self.missing.store(missing - 1, Ordering::Relaxed);
        } else if penalty > 1 {
            self.penalty.store(penalty - 1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Duration = Duration::from_micros(1);
    const SLOW: Duration = Duration::from_millis(5);

    /// How many quick calls it takes until calls need no task of their own.
    fn calls_until_quick(pace: &Pace) -> usize {
        (0..1000)
            .take_while(|_| {
                !pace.is_quick() && {
                    pace.learn(true, QUICK);
                    true
                }
            })
            .count()
    }

    #[test]
    fn a_method_shows_that_it_is_quick() {
        assert_eq!(calls_until_quick(&Pace::default()), 1);
    }

    #[test]
    fn slow_calls_cost_the_more_the_more_of_them_there_are() {
        for (answered_at_once, time) in [(true, SLOW), (false, QUICK)] {
            let pace = Pace::default();
            let mut missed = Vec::new();
            for _ in 0..8 {
                pace.learn(answered_at_once, time);
                missed.push(calls_until_quick(&pace));
            }
            assert_eq!(missed, [1, 2, 4, 8, 16, 32, 64, 64]);
            for _ in 0..200 {
                pace.learn(true, QUICK);
            }
            pace.learn(true, SLOW);
            assert_eq!(calls_until_quick(&pace), 1, "it has shown again that it is quick");
        }
    }
}

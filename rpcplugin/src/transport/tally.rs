use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::limits::CONNECTION_LOG_PAUSE;

/// How often something happened, and whether the log has room for it: strangers decide how often it happens.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    count: AtomicU64,
    told: Mutex<Option<Told>>,
}

#[derive(Debug)]
struct Told {
    at: Instant,
    /// What happened since without a word.
    untold: u64,
}

impl Tally {
    /// Counts once more. `Some` if a line may be written: with the number of times that were left out before it.
    pub(crate) fn happened(&self) -> Option<u64> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *told {
            Some(told) if now.duration_since(told.at) < CONNECTION_LOG_PAUSE => {
                told.untold += 1;
                None
            }
            other => {
                let untold = other.as_ref().map_or(0, |told| told.untold);
                *other = Some(Told { at: now, untold: 0 });
                Some(untold)
            }
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_log_hears_of_it_once_a_second_and_of_how_much_it_missed() {
        let tally = Tally::default();
        assert_eq!(tally.happened(), Some(0));
        for _ in 0..5 {
            assert_eq!(tally.happened(), None);
        }
        tokio::time::advance(CONNECTION_LOG_PAUSE).await;
        assert_eq!(tally.happened(), Some(5));
        assert_eq!(tally.happened(), None);
        tokio::time::advance(CONNECTION_LOG_PAUSE).await;
        assert_eq!(tally.happened(), Some(1));
        assert_eq!(tally.count(), 9);
    }
}

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::limits::{ACCEPT_PAUSE_MAX, ACCEPT_PAUSE_MIN};

/// The pause between two attempts to accept: none, until one fails.
#[derive(Debug, Default)]
pub(super) struct Pause {
    length: Option<Duration>,
    end: Option<Instant>,
}

impl Pause {
    /// An attempt failed: the next one waits, for twice as long as the one before.
    pub(super) fn lengthen(&mut self) {
        let length = match self.length {
            None => ACCEPT_PAUSE_MIN,
            Some(length) => length.saturating_mul(2).min(ACCEPT_PAUSE_MAX),
        };
        self.length = Some(length);
        self.end = Some(Instant::now() + length);
    }

    /// The next attempt may succeed: something was given back.
    pub(super) const fn cut_short(&mut self) {
        self.end = None;
    }

    /// An attempt succeeded.
    pub(super) const fn reset(&mut self) {
        self.length = None;
        self.end = None;
    }

    /// Waits until the next attempt is due. Cancel-safe.
    pub(super) async fn over(&self) {
        if let Some(end) = self.end {
            sleep_until(end).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn length(pause: &Pause) -> Duration {
        let clock = Instant::now();
        pause.over().await;
        clock.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn it_grows_up_to_a_bound_and_begins_anew_after_a_success() {
        let mut pause = Pause::default();
        assert_eq!(length(&pause).await, Duration::ZERO);
        let mut lengths = Vec::new();
        for _ in 0..20 {
            pause.lengthen();
            lengths.push(length(&pause).await);
        }
        assert_eq!(lengths[..2], [ACCEPT_PAUSE_MIN, 2 * ACCEPT_PAUSE_MIN]);
        assert_eq!(lengths[19], ACCEPT_PAUSE_MAX);
        assert!(lengths.is_sorted());
        pause.reset();
        assert_eq!(length(&pause).await, Duration::ZERO);
        pause.lengthen();
        assert_eq!(length(&pause).await, ACCEPT_PAUSE_MIN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_is_cut_short_still_makes_the_next_one_longer() {
        let mut pause = Pause::default();
        pause.lengthen();
        pause.cut_short();
        assert_eq!(length(&pause).await, Duration::ZERO);
        pause.lengthen();
        assert_eq!(length(&pause).await, 2 * ACCEPT_PAUSE_MIN);
    }
}

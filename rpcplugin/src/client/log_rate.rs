use std::time::{Duration, Instant};

/// How much of a plugin's log is passed on: so much in a second, and as much again after a pause.
#[derive(Debug)]
pub(super) struct LogRate {
    per_second: usize,
    left: usize,
    counted: Option<Instant>,
}

impl LogRate {
    pub(super) const fn new(per_second: usize) -> Self {
        Self { per_second, left: per_second, counted: None }
    }

    /// Whether so many bytes may pass at this time.
    pub(super) fn takes(&mut self, bytes: usize, now: Instant) -> bool {
        let since = self.counted.map_or(Duration::ZERO, |counted| now.saturating_duration_since(counted));
        let per_second = u128::try_from(self.per_second).unwrap_or(u128::MAX);
        let more = since.as_micros().saturating_mul(per_second) / 1_000_000;
        // What is less than a byte is not lost: the time counts on.
        if more > 0 || self.counted.is_none() {
            self.counted = Some(now);
            let more = usize::try_from(more).unwrap_or(usize::MAX);
            self.left = self.left.saturating_add(more).min(self.per_second);
        }
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_much_passes_at_once_and_so_much_in_every_second() {
        let mut rate = LogRate::new(1000);
        let start = Instant::now();
        let passed = |rate: &mut LogRate, now| (0..10_000).filter(|_| rate.takes(1, now)).count();
        assert_eq!(passed(&mut rate, start), 1000);
        assert_eq!(passed(&mut rate, start + Duration::from_millis(500)), 500);
        // Asked often, it gives no more.
        let later = (1..=1000).map(|number| start + Duration::from_micros(500_000 + number * 1000));
        assert_eq!(later.map(|now| passed(&mut rate, now)).sum::<usize>(), 1000);
        assert_eq!(passed(&mut rate, start + Duration::from_secs(3600)), 1000);
        // Nor less, where no time between two questions is worth a byte.
        let hour = start + Duration::from_secs(3600);
        let later = (1..=10_000).map(|number| hour + Duration::from_micros(number * 100));
        assert_eq!(later.map(|now| passed(&mut rate, now)).sum::<usize>(), 1000);
    }
}

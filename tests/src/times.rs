//! How long something took that was done many times.

use std::time::Duration;

/// Times, the shortest first.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What so many of a hundred took at most: 50 gives the median, 100 the slowest. `None` where there are no times.
    #[must_use]
    pub fn at(&self, of_hundred: usize) -> Option<Duration> {
        let last = self.0.len().checked_sub(1)?;
        self.0.get(last * of_hundred.min(100) / 100).copied()
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<T: IntoIterator<Item = Duration>>(times: T) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_in_the_middle_and_the_slowest_at_the_end() {
        let times: Times = (0..=200).rev().map(Duration::from_millis).collect();
        let at = |of_hundred| times.at(of_hundred).unwrap().as_millis();
        assert_eq!([at(0), at(50), at(99), at(100), at(1000)], [0, 100, 198, 200, 200]);
        assert_eq!(Times::default().at(50), None);
    }
}

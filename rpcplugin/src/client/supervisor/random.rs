//! Numbers that no two hosts have in the same order. They spread restarts, and keep no secret.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// A source of numbers: SplitMix64. The same seed gives the same numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// With a seed of the operating system's, by way of the keys of a hash map.
    pub(super) fn new() -> Self {
        Self::seeded(RandomState::new().build_hasher().finish())
    }

    pub(super) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Any time from none to `longest`, each as likely as another.
    pub(super) fn up_to(&mut self, longest: Duration) -> Duration {
        // Beyond some centuries a fraction more makes no difference.
        let nanoseconds = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(match nanoseconds.checked_add(1) {
            Some(count) => self.next() % count,
            None => self.next(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The first three of the seed 1234567, as the reference of the algorithm gives them.
        let mut random = Random::seeded(1_234_567);
        let first = [random.next(), random.next(), random.next()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn times_are_spread_over_all_of_the_room() {
        let mut random = Random::seeded(7);
        let longest = Duration::from_millis(100);
        let mut tenths = [0_u32; 10];
        for _ in 0..10_000 {
            let time = random.up_to(longest);
            assert!(time <= longest);
            tenths[usize::try_from(time.as_millis() / 10).unwrap().min(9)] += 1;
        }
        assert!(tenths.iter().all(|count| (800..=1200).contains(count)), "{tenths:?}");
    }

    #[test]
    fn two_sources_differ() {
        assert_ne!(Random::new().next(), Random::new().next());
        assert_eq!(Random::seeded(1).up_to(Duration::ZERO), Duration::ZERO);
        Random::seeded(1).up_to(Duration::MAX);
    }
}

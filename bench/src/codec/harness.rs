//! Takes times so that the codecs of one row can be compared with each other.
//!
//! The machine is not the same from one second to the next. So a round takes one sample of every codec, the next round
//! begins with another one, and each codec is judged by the median of its rounds: what disturbs a round disturbs all.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::case::Case;
use crate::work::{Place, Work};

/// How much time a codec gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) sample: Duration,
    pub(crate) samples: usize,
}

/// The time of one message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Time {
    pub(crate) median_nanoseconds: f64,
    /// The distance between the quartiles, as a part of the median.
    pub(crate) spread: f64,
}

/// Measures cases against each other, and gives the times in their order.
pub(crate) fn measure(cases: &[&Case], budget: &Budget) -> Vec<Time> {
    let mut runners: Vec<Runner> = cases.iter().map(|case| Runner::new(case, budget)).collect();
    let count = runners.len();
    for round in 0..budget.samples {
        for turn in 0..count {
            runners[(round + turn) % count].sample(Place::of_round(round));
        }
    }
    runners.into_iter().map(Runner::time).collect()
}

struct Runner {
    work: Box<dyn Work>,
    times: u32,
    nanoseconds: Vec<f64>,
}

impl Runner {
    /// Warms up, by finding out how many messages fill a sample.
    fn new(case: &Case, budget: &Budget) -> Self {
        let mut work = case.prepare();
        let mut times = 1u32;
        let elapsed = loop {
            let elapsed = clock(&mut *work, times);
            if elapsed >= budget.sample / 4 {
                break elapsed;
            }
            times = times.saturating_mul(2);
        };
        let filled = u128::from(times) * budget.sample.as_nanos() / elapsed.as_nanos();
        Self { work, times: u32::try_from(filled).unwrap_or(u32::MAX).max(1), nanoseconds: Vec::new() }
    }

    fn sample(&mut self, place: Place) {
        self.work.relocate(place);
        let elapsed = clock(&mut *self.work, self.times);
        self.nanoseconds.push(elapsed.as_secs_f64() * 1e9 / f64::from(self.times));
    }

    fn time(mut self) -> Time {
        self.nanoseconds.sort_by(f64::total_cmp);
        let at = |quarter: usize| self.nanoseconds[(self.nanoseconds.len() - 1) * quarter / 4];
        Time { median_nanoseconds: at(2), spread: (at(3) - at(1)) / at(2) }
    }
}

/// The time this thread was on a processor: what other programs take of the machine meanwhile is not the codec's.
fn clock(work: &mut dyn Work, times: u32) -> Duration {
    let start = clock_gettime(ClockId::ThreadCPUTime);
    work.run(times);
    let elapsed = clock_gettime(ClockId::ThreadCPUTime) - start;
    elapsed.try_into().expect("the clock does not go backwards")
}

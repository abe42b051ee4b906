//! The counters of one method on one side: no lock, and nothing that another method waits for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

use super::facade::Exported;
use super::snapshot::{CallMetrics, LATENCY_BOUNDS_SECONDS, Latency};
use crate::call::Side;
use crate::contract::{Code, MethodSpec};
use crate::interceptors::observed::Observer;

/// One method on one side.
pub(super) struct Counters {
    pub(super) side: Side,
    pub(super) spec: &'static MethodSpec,
    by_code: [AtomicU64; 17],
    in_flight: AtomicU64,
    requests: AtomicU64,
    responses: AtomicU64,
    latency: [AtomicU64; LATENCY_BOUNDS_SECONDS.len() + 1],
    /// Of all calls together. It overflows after 584 years of calls.
    latency_nanoseconds: AtomicU64,
    exported: Exported,
}

impl Counters {
    pub(super) fn new(side: Side, spec: &'static MethodSpec) -> Self {
        Self {
            side,
            spec,
            by_code: Default::default(),
            in_flight: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            responses: AtomicU64::new(0),
            latency: Default::default(),
            latency_nanoseconds: AtomicU64::new(0),
            exported: Exported::new(side, spec),
        }
    }

    pub(super) fn read(&self) -> CallMetrics {
        let by_code = std::array::from_fn(|place| self.by_code.get(place).map_or(0, load));
        let call_count = by_code.iter().sum();
        let answered = by_code.first().copied().unwrap_or_default();
        let (requests, responses) = (load(&self.requests), load(&self.responses));
        let (messages_sent, messages_received) = match self.side {
            Side::Client => (requests, responses),
            Side::Server => (responses, requests),
        };
        CallMetrics {
            call_count,
            error_count: call_count - answered,
            in_flight: load(&self.in_flight),
            message_count: requests + responses,
            messages_sent,
            messages_received,
            latency: Latency {
                sum_seconds: Duration::from_nanos(load(&self.latency_nanoseconds)).as_secs_f64(),
                counts: std::array::from_fn(|place| self.latency.get(place).map_or(0, load)),
            },
            by_code,
        }
    }

    fn took(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let place = LATENCY_BOUNDS_SECONDS.partition_point(|bound| *bound < seconds);
        if let Some(bucket) = self.latency.get(place) {
            bucket.fetch_add(1, Relaxed);
        }
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.latency_nanoseconds.fetch_add(nanoseconds, Relaxed);
        self.exported.took(seconds);
    }
}

fn load(counter: &AtomicU64) -> u64 {
    counter.load(Relaxed)
}

/// Where a code is counted: the codes are numbered without a gap.
pub(super) fn place(code: Code) -> Option<usize> {
    usize::try_from(code.number()).ok()
}

/// A call that runs.
pub(super) struct Counted {
    counters: std::sync::Arc<Counters>,
    begun: Instant,
}

impl Counted {
    pub(super) fn begin(counters: std::sync::Arc<Counters>) -> Self {
        counters.in_flight.fetch_add(1, Relaxed);
        counters.exported.begun();
        Self { counters, begun: Instant::now() }
    }
}

impl Observer for Counted {
    fn requested(&self) {
        self.counters.requests.fetch_add(1, Relaxed);
        self.counters.exported.requested();
    }

    fn responded(&self) {
        self.counters.responses.fetch_add(1, Relaxed);
        self.counters.exported.responded();
    }

    fn ended(&self, code: Code) {
        let counters = &self.counters;
        counters.took(self.begun.elapsed());
        if let Some(counter) = place(code).and_then(|place| counters.by_code.get(place)) {
            counter.fetch_add(1, Relaxed);
        }
        counters.in_flight.fetch_sub(1, Relaxed);
        counters.exported.ended(code);
    }
}

use crate::call::Side;
use crate::contract::{Code, MethodSpec};

/// The upper bounds of the buckets of [`Latency`], in seconds. What takes longer than the last is in one bucket more.
///
/// A call to a plugin on the same machine takes some ten microseconds, one that a person waits for some seconds.
pub const LATENCY_BOUNDS_SECONDS: [f64; 18] = [
    0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
    0.5, 1.0, 2.5, 5.0, 10.0,
];

/// What [`Metrics`](super::Metrics) has counted until now.
///
/// Calls go on while it is taken: a call that ends meanwhile may be in one figure and not yet in another.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct MetricsSnapshot {
    /// All methods together, of both sides if one value stands on both.
    pub total: CallMetrics,
    /// Every method that was called, by side and path.
    pub methods: Vec<MethodMetrics>,
    /// Every channel that is watched, by name.
    pub channels: Vec<ChannelState>,
}

impl MetricsSnapshot {
    /// The figures of the method with this path, such as `/example.Kv/Get`, on one side. `None` if it was not called there.
    #[must_use]
    pub fn method(&self, side: Side, path: &str) -> Option<&CallMetrics> {
        let mut methods = self.methods.iter();
        methods.find(|method| method.side == side && method.spec.path == path).map(|method| &method.calls)
    }
}

/// The figures of one method on one side.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MethodMetrics {
    /// Which end of the calls was counted.
    pub side: Side,
    /// The method's row in its contract's table.
    pub spec: &'static MethodSpec,
    /// The figures.
    pub calls: CallMetrics,
}

/// Whether a channel could carry a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelState {
    /// The name that was given to [`Metrics::watch`](super::Metrics::watch).
    pub name: String,
    /// See [`Channel::is_connected`](crate::Channel::is_connected).
    pub is_connected: bool,
}

/// Figures of calls.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CallMetrics {
    /// Calls that have ended, in whichever way.
    pub call_count: u64,
    /// Calls that have ended with another code than [`Code::Ok`].
    pub error_count: u64,
    /// Calls that run.
    pub in_flight: u64,
    /// Messages in both directions. A method that streams nothing has one in each.
    pub message_count: u64,
    /// Messages that left this side: the requests of a client, the responses of a server.
    pub messages_sent: u64,
    /// Messages that came to this side.
    pub messages_received: u64,
    /// How long the calls took that have ended, their streams included.
    pub latency: Latency,
    pub(super) by_code: [u64; 17],
}

impl CallMetrics {
    /// How many calls ended with this code.
    #[must_use]
    pub fn ended_with(&self, code: Code) -> u64 {
        super::counters::place(code).and_then(|place| self.by_code.get(place)).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.call_count += other.call_count;
        self.error_count += other.error_count;
        self.in_flight += other.in_flight;
        self.message_count += other.message_count;
        self.messages_sent += other.messages_sent;
        self.messages_received += other.messages_received;
        self.latency.sum_seconds += other.latency.sum_seconds;
        add_each(&mut self.latency.counts, &other.latency.counts);
        add_each(&mut self.by_code, &other.by_code);
    }
}

fn add_each(left: &mut [u64], right: &[u64]) {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
}

/// How long calls took: how many fell into each of some fixed buckets.
///
/// # Examples
///
/// ```
/// # let metrics = rpcplugin::interceptors::Metrics::new();
/// let latency = metrics.snapshot().total.latency;
/// for (bound_seconds, count) in latency.buckets() {
///     // The last bound is infinite.
///     println!("up to {bound_seconds} s: {count}");
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Latency {
    /// The time of all calls together, in seconds.
    pub sum_seconds: f64,
    pub(super) counts: [u64; LATENCY_BOUNDS_SECONDS.len() + 1],
}

impl Latency {
    /// The buckets: an upper bound in seconds, and how many calls took at most so long and longer than the bound before.
    ///
    /// The bounds are [`LATENCY_BOUNDS_SECONDS`], and infinity.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = LATENCY_BOUNDS_SECONDS.into_iter().chain([f64::INFINITY]);
        bounds.zip(self.counts)
    }

    /// How many calls are in the buckets.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

//! How many calls, how many failed, how long did they take?
//!
//! [`Metrics`] is the interceptor, `counters` counts for one method, `snapshot` is what is read, and `facade` hands the same
//! figures to the `metrics` crate where the feature `metrics` is on.

mod counters;
mod facade;
mod interceptor;
mod snapshot;

pub use interceptor::Metrics;
pub use snapshot::{
    CallMetrics, ChannelState, LATENCY_BOUNDS_SECONDS, Latency, MethodMetrics, MetricsSnapshot,
};

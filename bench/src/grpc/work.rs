//! What is measured: the loops around a call.

use std::time::{Duration, Instant};

use rpcplugin_bench::figures::quantile;
use tokio::task::JoinSet;

use crate::Fault;
use crate::contract::payload;
use crate::peers::EchoCalls;

/// How many calls are in flight where many are.
pub(crate) const IN_FLIGHT: u32 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// One call after the other: how long does one take?
    Unary,
    /// As many at a time as [`IN_FLIGHT`] says: how many are done in a second?
    InFlight,
    /// The messages of one answer: how many come in a second?
    Stream,
}

impl Operation {
    pub(crate) const ALL: [Self; 3] = [Self::Unary, Self::InFlight, Self::Stream];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unary => "unary",
            Self::InFlight => "unary-64-in-flight",
            Self::Stream => "unary-stream",
        }
    }
}

/// An operation on messages of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) operation: Operation,
    pub(crate) payload_bytes: u32,
}

impl Work {
    const PAYLOADS_BYTES: [u32; 3] = [32, 1024, 64 * 1024];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::PAYLOADS_BYTES
            .into_iter()
            .flat_map(|payload_bytes| Operation::ALL.map(|operation| Self { operation, payload_bytes }))
    }

    /// As [`parse`](Self::parse) reads it.
    pub(crate) fn line(self) -> String {
        format!("{}/{}", self.operation.name(), self.payload_bytes)
    }

    pub(crate) fn parse(line: &str) -> Option<Self> {
        Self::all().find(|work| work.line() == line)
    }

    /// Does it so many times.
    pub(crate) async fn run(self, client: impl EchoCalls, times: u32) -> Result<Sample, Fault> {
        match self.operation {
            Operation::Unary => one_by_one(client, self.payload_bytes, times).await,
            Operation::InFlight => in_flight(client, self.payload_bytes, times).await,
            Operation::Stream => one_stream(client, self.payload_bytes, times).await,
        }
    }
}

/// The times of some calls or messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) times: u32,
    pub(crate) elapsed: Duration,
    /// Of single calls, in microseconds: the middle one, and the one that is slower than all but one of a hundred.
    pub(crate) quantiles: Option<(f64, f64)>,
}

impl Sample {
    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.times) / self.elapsed.as_secs_f64()
    }
}

async fn one_by_one(client: impl EchoCalls, payload_bytes: u32, times: u32) -> Result<Sample, Fault> {
    let payload = payload(payload_bytes);
    let mut microseconds = Vec::new();
    let start = Instant::now();
    for _ in 0..times {
        let request = payload.clone();
        let call = Instant::now();
        let answer = client.round_trip(request).await?;
        microseconds.push(call.elapsed().as_secs_f64() * 1e6);
        drop(answer);
    }
    let elapsed = start.elapsed();
    let quantiles = quantile(&microseconds, 0.5).zip(quantile(&microseconds, 0.99));
    Ok(Sample { times, elapsed, quantiles })
}

async fn in_flight(client: impl EchoCalls, payload_bytes: u32, times: u32) -> Result<Sample, Fault> {
    let each = times.div_ceil(IN_FLIGHT);
    let mut callers = JoinSet::new();
    let start = Instant::now();
    for _ in 0..IN_FLIGHT {
        let client = client.clone();
        callers.spawn(async move {
            let payload = payload(payload_bytes);
            for _ in 0..each {
                drop(client.round_trip(payload.clone()).await?);
            }
            Ok::<_, Fault>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(Sample { times: each * IN_FLIGHT, elapsed: start.elapsed(), quantiles: None })
}

async fn one_stream(client: impl EchoCalls, payload_bytes: u32, times: u32) -> Result<Sample, Fault> {
    let start = Instant::now();
    let (messages, _bytes) = client.stream(times, payload_bytes).await?;
    if messages != times {
        return Err(format!("{messages} messages came where {times} were asked for").into());
    }
    Ok(Sample { times, elapsed: start.elapsed(), quantiles: None })
}

/// Whether the answers are right.
pub(crate) async fn check(client: impl EchoCalls) -> Result<(), Fault> {
    for payload_bytes in Work::PAYLOADS_BYTES.into_iter().chain([0]) {
        let sent = payload(payload_bytes);
        if client.round_trip(sent.clone()).await? != sent {
            return Err(format!("{payload_bytes} bytes did not come back as they went").into());
        }
        let expected = (100, 100 * sent.len());
        let found = client.stream(100, payload_bytes).await?;
        if found != expected {
            return Err(format!("{found:?} messages and bytes came where {expected:?} were asked for").into());
        }
    }
    Ok(())
}

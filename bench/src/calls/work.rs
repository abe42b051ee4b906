//! What is measured: the loops around a call.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::task::JoinSet;

use super::{EchoCalls, Fault};
use crate::figures::quantile;

/// What is done, and how it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// One call after the other: how long does one take?
    Unary,
    /// So many at a time: how many are done in a second?
    InFlight(u32),
    /// The messages of one answer: how many come in a second?
    Stream,
}

impl Operation {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Unary => "unary".to_owned(),
            Self::InFlight(calls) => format!("unary-{calls}-in-flight"),
            Self::Stream => "unary-stream".to_owned(),
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let in_flight =
            || name.strip_prefix("unary-")?.strip_suffix("-in-flight")?.parse().ok().map(Self::InFlight);
        match name {
            "unary" => Some(Self::Unary),
            "unary-stream" => Some(Self::Stream),
            _ => in_flight(),
        }
    }
}

/// An operation on messages of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// What is done.
    pub operation: Operation,
    /// Of each message.
    pub payload_bytes: u32,
}

impl Work {
    /// As [`parse`](Self::parse) reads it.
    #[must_use]
    pub fn line(self) -> String {
        format!("{}/{}", self.operation.name(), self.payload_bytes)
    }

    /// The work with this [`line`](Self::line).
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (operation, payload_bytes) = line.split_once('/')?;
        Some(Self { operation: Operation::parse(operation)?, payload_bytes: payload_bytes.parse().ok()? })
    }

    /// Does it so many times.
    pub(super) async fn run(self, client: impl EchoCalls, times: u32) -> Result<Sample, Fault> {
        match self.operation {
            Operation::Unary => one_by_one(client, self.payload_bytes, times).await,
            Operation::InFlight(calls) => in_flight(client, calls, self.payload_bytes, times).await,
            Operation::Stream => one_stream(client, self.payload_bytes, times).await,
        }
    }
}

/// What a message holds, whoever sends it.
#[must_use]
pub fn payload(bytes: u32) -> Bytes {
    vec![b'p'; usize::try_from(bytes).unwrap()].into()
}

/// The times of some calls or messages.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How many there were.
    pub times: u32,
    /// How long all of them took.
    pub elapsed: Duration,
    /// Of each call, where single calls are measured.
    pub microseconds: Vec<f64>,
}

impl Sample {
    /// The time below which this part of the calls was. They are put in order only when it is asked for: the counts of a
    /// call must not contain that.
    pub(super) fn quantile(&self, part: f64) -> Option<f64> {
        quantile(&self.microseconds, part)
    }

    pub(super) fn per_second(&self) -> f64 {
        f64::from(self.times) / self.elapsed.as_secs_f64()
    }
}

async fn one_by_one(client: impl EchoCalls, payload_bytes: u32, times: u32) -> Result<Sample, Fault> {
    let payload = payload(payload_bytes);
    // With all of their memory: it is not the call that asks for more.
    let mut microseconds = Vec::with_capacity(usize::try_from(times)?);
    let start = Instant::now();
    for _ in 0..times {
        let request = payload.clone();
        let call = Instant::now();
        let answer = client.round_trip(request).await?;
        microseconds.push(call.elapsed().as_secs_f64() * 1e6);
        drop(answer);
    }
    Ok(Sample { times, elapsed: start.elapsed(), microseconds })
}

async fn in_flight(
    client: impl EchoCalls,
    calls: u32,
    payload_bytes: u32,
    times: u32,
) -> Result<Sample, Fault> {
    let each = times.div_ceil(calls);
    let mut callers = JoinSet::new();
    let start = Instant::now();
    for _ in 0..calls {
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
    Ok(Sample { times: each * calls, elapsed: start.elapsed(), microseconds: Vec::new() })
}

async fn one_stream(client: impl EchoCalls, payload_bytes: u32, times: u32) -> Result<Sample, Fault> {
    let start = Instant::now();
    expect_stream(&client, payload_bytes, times).await?;
    Ok(Sample { times, elapsed: start.elapsed(), microseconds: Vec::new() })
}

async fn expect_stream(client: &impl EchoCalls, payload_bytes: u32, times: u32) -> Result<(), Fault> {
    let expected = (times, usize::try_from(u64::from(times) * u64::from(payload_bytes))?);
    let found = client.stream(times, payload_bytes).await?;
    if found == expected {
        return Ok(());
    }
    Err(format!("{found:?} messages and bytes came where {expected:?} were asked for").into())
}

/// Sizes of messages that everybody must manage before anything is measured.
const CHECKED_BYTES: [u32; 4] = [32, 1024, 64 * 1024, 0];

/// Whether what is sent comes back.
pub async fn check_echo(client: &impl EchoCalls) -> Result<(), Fault> {
    for payload_bytes in CHECKED_BYTES {
        let mut sent = payload(payload_bytes).to_vec();
        // No two bytes at one place, so that a piece that is missing is noticed.
        sent.iter_mut().zip((0..=250).cycle()).for_each(|(byte, number)| *byte = number);
        let sent = Bytes::from(sent);
        if client.round_trip(sent.clone()).await? != sent {
            return Err(format!("{payload_bytes} bytes did not come back as they went").into());
        }
    }
    Ok(())
}

/// Whether streams are complete.
pub async fn check_stream(client: &impl EchoCalls) -> Result<(), Fault> {
    for payload_bytes in CHECKED_BYTES {
        expect_stream(client, payload_bytes, 100).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_is_read_as_it_is_written() {
        for operation in [Operation::Unary, Operation::InFlight(64), Operation::Stream] {
            let work = Work { operation, payload_bytes: 1024 };
            assert_eq!(Work::parse(&work.line()), Some(work));
        }
        for line in ["unary", "unary/", "unary-x-in-flight/1", "pigeon/1", "unary/-1"] {
            assert_eq!(Work::parse(line), None, "{line}");
        }
    }
}

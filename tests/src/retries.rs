//! Calls that fail, and say when the next try may come: what repeats calls in one language opposite who answers in another.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rpcplugin::{BinaryMessage, Detail, Status, rpc_protocol};

/// Each method answers, or ends its failure, with how often it was called.
#[rpc_protocol(service = "test.Retries")]
pub trait Retries {
    /// Fails until it was called so often, and may be called again after a millisecond.
    #[rpc(idempotent)]
    async fn soon(&self, needed: u64) -> Result<u64, Status>;

    /// Fails, and shall not be called again.
    #[rpc(idempotent)]
    async fn never(&self) -> Result<u64, Status>;

    /// Fails, and says nothing of another call.
    #[rpc(idempotent)]
    async fn silent(&self) -> Result<u64, Status>;
}

/// Counts the calls.
#[derive(Debug, Default)]
pub struct Failing {
    soon: AtomicU64,
    never: AtomicU64,
    silent: AtomicU64,
}

fn count(calls: &AtomicU64) -> u64 {
    calls.fetch_add(1, Ordering::Relaxed) + 1
}

impl Retries for Failing {
    async fn soon(&self, needed: u64) -> Result<u64, Status> {
        match count(&self.soon) {
            calls if calls >= needed => Ok(calls),
            calls => Err(failed(calls).with_retry_after(Duration::from_millis(1))),
        }
    }

    async fn never(&self) -> Result<u64, Status> {
        let retry_delay = Some(ProtoDuration { seconds: -1, nanos: 0 });
        let detail = Detail::new("google.rpc.RetryInfo", &RetryInfo { retry_delay });
        let detail = detail.map_err(|error| Status::internal(error.to_string()))?;
        Err(failed(count(&self.never)).with_detail(detail))
    }

    async fn silent(&self) -> Result<u64, Status> {
        Err(failed(count(&self.silent)))
    }
}

fn failed(calls: u64) -> Status {
    Status::unavailable(format!("calls: {calls}"))
}

/// `google.rpc.RetryInfo`, with which a program says what this crate has no method for.
#[derive(BinaryMessage)]
struct RetryInfo {
    #[binary(id = 1)]
    retry_delay: Option<ProtoDuration>,
}

/// `google.protobuf.Duration`.
#[derive(BinaryMessage)]
struct ProtoDuration {
    #[binary(id = 1)]
    seconds: i64,
    #[binary(id = 2)]
    nanos: i32,
}

//! The contract of the programs that speak the binary wire in Python (`interop/python/binary_contract.py`): packed messages
//! whose layouts are compared, tagged ones, and a method for each thing that a wire can do wrong.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt;
use rpcplugin::{BinaryMessage, Context, Detail, Status, Streaming, rpc_protocol};

/// Numbers that follow each other. Packed, in both byte orders.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Range {
    /// The first of them.
    pub from: u32,
    /// How many there are.
    #[binary(endian = "big")]
    pub count: u16,
}

/// A number with its name. Packed.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Reading {
    /// The number.
    pub number: u32,
    /// Its name.
    pub label: String,
}

/// What a number of numbers come to. Tagged.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Total {
    /// How many there were.
    #[binary(id = 1)]
    pub count: u64,
    /// What they come to.
    #[binary(id = 2)]
    pub sum: u64,
}

/// Bytes. Tagged.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Blob {
    /// The bytes.
    #[binary(id = 1)]
    pub bytes: Vec<u8>,
}

/// With this number in `count` the method `words` fails.
pub const FAILING: u64 = 13;

/// The name of the type of the detail that it fails with.
pub const DETAIL: &str = "wiretest.Total";

/// What crosses a wire, each method in its own way.
#[rpc_protocol(service = "wiretest.Probe")]
pub trait Probe {
    /// The first reading of a range; `OUT_OF_RANGE` where it is empty.
    async fn first(&self, request: Range) -> Result<Reading, Status>;

    /// A reading for each number of a range.
    async fn readings(&self, request: Range) -> Result<Streaming<Reading>, Status>;

    /// The sum of the readings.
    async fn sum(&self, requests: Streaming<Reading>) -> Result<Total, Status>;

    /// Each total with the sum of all that came so far.
    async fn running(&self, requests: Streaming<Total>) -> Result<Streaming<Total>, Status>;

    /// The same bytes.
    async fn echo(&self, request: Blob) -> Result<Blob, Status>;

    /// Never.
    async fn wait(&self, request: Total) -> Result<Total, Status>;

    /// How many calls of `wait` are at work.
    async fn waiting(&self, request: Total) -> Result<Total, Status>;

    /// The metadata of the call, before and behind its number of entries.
    async fn words(&self, request: Total) -> Result<Total, Status>;

    /// Takes no request, and does not end.
    async fn stall(&self, requests: Streaming<Total>) -> Result<Total, Status>;

    /// The same with a stream of answers.
    async fn hold(&self, requests: Streaming<Total>) -> Result<Streaming<Total>, Status>;

    /// The same reading. The plugin in Python says that it has another layout.
    async fn changed(&self, request: Reading) -> Result<Reading, Status>;

    /// Nothing. The plugin in Python has no such method.
    async fn newer(&self, request: Total) -> Result<Total, Status>;
}

/// The handler.
#[derive(Debug, Default)]
pub struct Prober {
    waiting: AtomicU64,
}

/// Counts a call while it is at work.
struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn reading(number: u32) -> Reading {
    Reading { number, label: format!("number {number}") }
}

impl Probe for Prober {
    async fn first(&self, request: Range) -> Result<Reading, Status> {
        match request.count {
            0 => Err(Status::out_of_range("an empty range has no first number")),
            _ => Ok(reading(request.from)),
        }
    }

    async fn readings(&self, request: Range) -> Result<Streaming<Reading>, Status> {
        let numbers = request.from..request.from.saturating_add(request.count.into());
        Ok(Streaming::from_iter(numbers.map(reading)))
    }

    async fn sum(&self, mut requests: Streaming<Reading>) -> Result<Total, Status> {
        let mut total = Total { count: 0, sum: 0 };
        while let Some(reading) = requests.message().await? {
            total.count += 1;
            total.sum += u64::from(reading.number);
        }
        Ok(total)
    }

    async fn running(&self, requests: Streaming<Total>) -> Result<Streaming<Total>, Status> {
        let sum = Arc::new(AtomicU64::new(0));
        Ok(Streaming::new(requests.map(move |request| {
            let Total { count, sum: number } = request?;
            Ok(Total { count, sum: sum.fetch_add(number, Ordering::SeqCst) + number })
        })))
    }

    async fn echo(&self, request: Blob) -> Result<Blob, Status> {
        Ok(request)
    }

    async fn wait(&self, _request: Total) -> Result<Total, Status> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        pending().await
    }

    async fn waiting(&self, _request: Total) -> Result<Total, Status> {
        Ok(Total { count: self.waiting.load(Ordering::SeqCst), sum: 0 })
    }

    async fn words(&self, request: Total) -> Result<Total, Status> {
        let context = Context::current().ok_or_else(|| Status::internal("a handler has a context"))?;
        let metadata = context.metadata().clone();
        let count = u64::try_from(metadata.len()).unwrap_or(u64::MAX);
        context.response().update_initial(|initial| *initial = metadata.clone());
        context.response().update_trailing(|trailing| {
            *trailing = metadata;
            trailing.append("place", "behind")
        })?;
        if request.count == FAILING {
            let detail = Detail::new(DETAIL, &Total { count: FAILING, sum: 1 })
                .map_err(|error| Status::internal(error.to_string()))?;
            return Err(Status::aborted("\u{e9}: not done").with_detail(detail));
        }
        Ok(Total { count, sum: 0 })
    }

    async fn stall(&self, _requests: Streaming<Total>) -> Result<Total, Status> {
        let _kept = _requests;
        pending().await
    }

    async fn hold(&self, _requests: Streaming<Total>) -> Result<Streaming<Total>, Status> {
        let _kept = _requests;
        pending().await
    }

    async fn changed(&self, request: Reading) -> Result<Reading, Status> {
        Ok(request)
    }

    async fn newer(&self, _request: Total) -> Result<Total, Status> {
        Err(Status::unimplemented("it is newer than its callers"))
    }
}

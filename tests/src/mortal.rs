//! A contract for plugins that are killed: a method of each kind that does not end by itself, and ways to die.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt, stream};
use rpcplugin::{Status, Streaming, rpc_protocol};

/// What a plugin is in the middle of when it dies.
#[rpc_protocol(service = "mortal.Mortal")]
pub trait Mortal {
    /// The next number, at once.
    async fn next(&self, number: u64) -> Result<u64, Status>;

    /// Never.
    async fn wait(&self, number: u64) -> Result<u64, Status>;

    /// So many numbers, and then nothing.
    async fn count(&self, number: u64) -> Result<Streaming<u64>, Status>;

    /// The sum of all requests.
    async fn sum(&self, numbers: Streaming<u64>) -> Result<u64, Status>;

    /// The number that follows each request.
    async fn follow(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status>;

    /// How many calls of `wait` and requests of `sum` have come.
    async fn begun(&self, number: u64) -> Result<u64, Status>;

    /// Panics where nobody catches it, and ends with this exit code.
    async fn crash(&self, number: u64) -> Result<u64, Status>;
}

/// The handler.
#[derive(Debug, Default)]
pub struct Doomed {
    begun: AtomicU64,
}

impl Mortal for Doomed {
    async fn next(&self, number: u64) -> Result<u64, Status> {
        Ok(number.wrapping_add(1))
    }

    async fn wait(&self, _number: u64) -> Result<u64, Status> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }

    async fn count(&self, number: u64) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::new(stream::iter((0..number).map(Ok)).chain(stream::pending())))
    }

    async fn sum(&self, mut numbers: Streaming<u64>) -> Result<u64, Status> {
        let mut sum = 0_u64;
        while let Some(number) = numbers.message().await? {
            self.begun.fetch_add(1, Ordering::SeqCst);
            sum = sum.wrapping_add(number);
        }
        Ok(sum)
    }

    async fn follow(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::new(numbers.map(|number| Ok(number?.wrapping_add(1)))))
    }

    async fn begun(&self, _number: u64) -> Result<u64, Status> {
        Ok(self.begun.load(Ordering::SeqCst))
    }

    #[expect(clippy::panic, reason = "it is what is asked for")]
    async fn crash(&self, number: u64) -> Result<u64, Status> {
        // In a thread of its own, for which nobody stands.
        let thread = std::thread::Builder::new().name("doomed".to_owned());
        let panicked = thread.spawn(move || panic!("no table {number}"));
        let _its_end = panicked.map(std::thread::JoinHandle::join);
        std::process::exit(i32::try_from(number).unwrap_or(1))
    }
}

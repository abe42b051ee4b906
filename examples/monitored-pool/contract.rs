//! What host and plugin agree on. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, rpc_protocol};

/// Host and plugin know the same cookie.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("MONITORED_POOL_PLUGIN", "a-random-text-that-both-know")
}

/// A piece of work.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Work {
    /// Up to where primes are counted.
    #[binary(id = 1)]
    pub limit: u32,
}

/// A piece of work that is done.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Done {
    /// How many primes there are.
    #[binary(id = 1)]
    pub primes: u32,
    /// The process that has counted them.
    #[binary(id = 2)]
    pub process: u32,
}

/// Counts primes.
#[rpc_protocol(service = "pool.Worker")]
pub trait Worker {
    /// Counts primes. It may be asked for again.
    #[rpc(idempotent)]
    async fn count(&self, request: Work) -> Result<Done, Status>;

    /// Ends the process in the middle of the call, as a mistake in it would.
    async fn crash(&self) -> Result<(), Status>;
}

//! The plugin: knows nothing of the others in its pool.

mod contract;

use contract::{Done, Work, Worker, WorkerServer};
use rpcplugin::{PluginServer, Status};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    PluginServer::new(contract::cookie()?).service(WorkerServer::new(Counter)).serve().await?;
    Ok(())
}

struct Counter;

impl Worker for Counter {
    async fn count(&self, request: Work) -> Result<Done, Status> {
        // Up to a thousand that is soon done. What works for long belongs into `spawn_blocking`: other calls wait meanwhile.
        let primes = (2..=request.limit).filter(|number| is_prime(*number)).count();
        let primes = u32::try_from(primes).map_err(|error| Status::internal(error.to_string()))?;
        Ok(Done { primes, process: std::process::id() })
    }

    async fn crash(&self) -> Result<(), Status> {
        std::process::exit(3)
    }
}

fn is_prime(number: u32) -> bool {
    (2..).take_while(|divisor| *divisor <= number / divisor).all(|divisor| !number.is_multiple_of(divisor))
}

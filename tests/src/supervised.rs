//! The contract of a plugin that is supervised: calls of all four kinds, and a method for each thing that can befall it.

use std::fs::File;
use std::io::Write;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rpcplugin::{HealthReporter, PluginServer, ServeError, Status, Streaming, rpc_protocol};

/// The variable with the name of a file in which each run of `next` leaves its number, over the lives of many plugins.
pub const RAN_IN: &str = "SUPERVISED_RAN_IN";

/// What is asked of a plugin that may be gone at any time.
#[rpc_protocol(service = "supervised.Plugin")]
pub trait Supervised {
    /// The number of its process.
    async fn process(&self) -> Result<u32, Status>;

    /// The next number.
    async fn next(&self, number: u64) -> Result<u64, Status>;

    /// All numbers below this one.
    async fn below(&self, number: u64) -> Result<Streaming<u64>, Status>;

    /// What the numbers come to.
    async fn sum(&self, numbers: Streaming<u64>) -> Result<u64, Status>;

    /// The same numbers.
    async fn echo(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status>;

    /// The same number, after so many milliseconds.
    async fn pause(&self, milliseconds: u64) -> Result<u64, Status>;

    /// Keeps a word.
    async fn configure(&self, word: String) -> Result<(), Status>;

    /// The word that was kept; `FAILED_PRECONDITION` where there is none.
    async fn configured(&self) -> Result<String, Status>;

    /// Says of its health that it is serving, or that it is not.
    async fn serving(&self, is_serving: bool) -> Result<(), Status>;

    /// Takes so many bytes of memory, uses them all, and keeps them.
    async fn eat(&self, bytes: u64) -> Result<u64, Status>;
}

/// One call of each kind, in turn. Whatever comes is right, or is an error.
///
/// # Errors
///
/// Those of the call.
///
/// # Panics
///
/// If something wrong comes.
pub async fn one_call(client: &SupervisedClient, number: u64) -> Result<(), Status> {
    match number % 4 {
        0 => assert_eq!(client.next(number).await?, number + 1),
        1 => {
            let below = client.below(20).await?.collect::<Vec<_>>().await?;
            assert_eq!(below, (0..20).collect::<Vec<_>>(), "a stream that was cut is no whole one");
        }
        2 => assert_eq!(client.sum(Streaming::from_iter(0..20)).await?, 190),
        _ => {
            let echo = client.echo(Streaming::from_iter(0..20)).await?.collect::<Vec<_>>().await?;
            assert_eq!(echo, (0..20).collect::<Vec<_>>());
        }
    }
    Ok(())
}

/// The handler.
#[derive(Debug)]
pub struct Handler {
    health: HealthReporter,
    word: Mutex<Option<String>>,
    eaten: Mutex<Vec<Vec<u8>>>,
}

/// Serves it, for the host that started this process.
///
/// # Errors
///
/// That of the server.
pub async fn serve() -> Result<(), ServeError> {
    let server = PluginServer::new(crate::cookie());
    let health = server.health_reporter();
    let handler = Handler { health, word: Mutex::new(None), eaten: Mutex::new(Vec::new()) };
    server.service(SupervisedServer::new(handler)).serve().await
}

impl Supervised for Handler {
    async fn process(&self) -> Result<u32, Status> {
        Ok(process::id())
    }

    async fn next(&self, number: u64) -> Result<u64, Status> {
        if let Some(file) = std::env::var_os(RAN_IN) {
            // In one write: a kill cuts no line in two.
            let mut file = File::options().append(true).open(file).map_err(unwritten)?;
            file.write_all(format!("{number}\n").as_bytes()).map_err(unwritten)?;
        }
        Ok(number.wrapping_add(1))
    }

    async fn below(&self, number: u64) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::from_iter(0..number))
    }

    async fn sum(&self, mut numbers: Streaming<u64>) -> Result<u64, Status> {
        let mut sum = 0_u64;
        while let Some(number) = numbers.message().await? {
            sum = sum.wrapping_add(number);
        }
        Ok(sum)
    }

    async fn echo(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(numbers)
    }

    async fn pause(&self, milliseconds: u64) -> Result<u64, Status> {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        Ok(milliseconds)
    }

    async fn configure(&self, word: String) -> Result<(), Status> {
        *self.word.lock().unwrap_or_else(PoisonError::into_inner) = Some(word);
        Ok(())
    }

    async fn configured(&self) -> Result<String, Status> {
        let word = self.word.lock().unwrap_or_else(PoisonError::into_inner).clone();
        word.ok_or_else(|| Status::failed_precondition("nobody has said a word; call `configure` first"))
    }

    async fn serving(&self, is_serving: bool) -> Result<(), Status> {
        match is_serving {
            true => self.health.set_serving(),
            false => self.health.set_not_serving(),
        }
        Ok(())
    }

    async fn eat(&self, bytes: u64) -> Result<u64, Status> {
        let length = usize::try_from(bytes).map_err(|_| Status::out_of_range("less than that"))?;
        // Memory counts once something other than nothing was written to it.
        let eaten = vec![1_u8; length];
        self.eaten.lock().unwrap_or_else(PoisonError::into_inner).push(eaten);
        Ok(bytes)
    }
}

fn unwritten(error: std::io::Error) -> Status {
    Status::internal(format!("failed to write to the file in {RAN_IN}: {error}; can it be written to?"))
}

//! Contract and handler in one block, with functions beside it that are no calls.

use rpcplugin::{Channel, Router, Status, Streaming, rpc_protocol};

mod calculator {
    use super::*;

    /// A type that nobody outside sees.
    pub struct Calculator {
        base: u32,
    }

    #[rpc_protocol(service = "example.Calculator")]
    impl Calculator {
        pub const LIMIT: u32 = 10;

        pub fn new(base: u32) -> Self {
            Self { base }
        }

        pub async fn connect() -> Self {
            Self::new(0)
        }

        /// Adds a number.
        pub async fn add(&self, request: u32) -> Result<u32, Status> {
            self.check(request).await?;
            Ok(self.base + request)
        }

        #[deprecated]
        pub async fn count(&self, _end: u32) -> Result<Streaming<u32>, Status> {
            Ok(Streaming::empty())
        }

        pub async fn reset(&self) -> Result<(), Status> {
            Ok(())
        }

        #[rpc(skip)]
        async fn check<T: PartialOrd<u32>>(&self, number: T) -> Result<(), Status> {
            if number > Self::LIMIT { Err(Status::out_of_range("too large")) } else { Ok(()) }
        }
    }
}

use calculator::{Calculator, CalculatorClient, CalculatorServer};

fn main() {
    let router = Router::new().service(CalculatorServer::new(Calculator::new(1))).unwrap();
    let client = CalculatorClient::new(Channel::local(router));
    drop(client.clone().add(1));
    drop(client.reset());
    drop(Calculator::connect());
    let names: Vec<_> = CalculatorServer::SPEC.methods.iter().map(|method| method.name).collect();
    assert_eq!(names, ["Add", "Count", "Reset"]);
}

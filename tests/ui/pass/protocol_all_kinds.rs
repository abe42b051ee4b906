//! A contract with all four kinds, its client and its server, in this process.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rpcplugin::{Channel, Router, Status, Streaming, rpc_protocol};

/// Numbers.
#[rpc_protocol(service = "example.Numbers")]
pub trait Numbers {
    /// The next number.
    async fn next(&self, number: u32) -> Result<u32, Status>;

    #[rpc(unary_stream)]
    async fn count(&self, end: u32) -> Result<Streaming<u32>, Status>;

    #[rpc(name = "Sum")]
    async fn add_up(&self, numbers: Streaming<u32>) -> Result<u64, Status>;

    async fn repeat(&self, numbers: rpcplugin::Streaming<u32>) -> std::result::Result<Streaming<u32>, rpcplugin::Status>;
}

struct Handler;

impl Numbers for Handler {
    async fn next(&self, number: u32) -> Result<u32, Status> {
        Ok(number + 1)
    }

    async fn count(&self, end: u32) -> Result<Streaming<u32>, Status> {
        Ok(Streaming::from_iter(0..end))
    }

    async fn add_up(&self, mut numbers: Streaming<u32>) -> Result<u64, Status> {
        let mut sum = 0;
        while let Some(number) = numbers.message().await? {
            sum += u64::from(number);
        }
        Ok(sum)
    }

    async fn repeat(&self, numbers: Streaming<u32>) -> Result<Streaming<u32>, Status> {
        Ok(numbers)
    }
}

/// A client, a mock and a handler are the same thing to whoever takes the contract.
async fn use_contract(numbers: &impl Numbers) -> Result<(), Status> {
    assert_eq!(numbers.next(1).await?, 2);
    assert_eq!(numbers.count(3).await?.collect::<Vec<_>>().await?, [0, 1, 2]);
    assert_eq!(numbers.add_up(Streaming::from_iter([1, 2, 3])).await?, 6);
    assert_eq!(numbers.repeat(Streaming::from_iter([4, 5])).await?.collect::<Vec<_>>().await?, [4, 5]);
    Ok(())
}

fn main() {
    let router = Router::new().service(NumbersServer::new(Handler)).unwrap();
    let client = NumbersClient::new(Channel::local(router));
    block_on(use_contract(&client)).unwrap();
    block_on(use_contract(&Handler)).unwrap();
    assert_eq!(NumbersClient::SPEC, NumbersServer::<Handler>::SPEC);
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

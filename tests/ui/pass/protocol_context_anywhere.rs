//! The context stands anywhere among the arguments, or nowhere, and is not what the caller sends.

use std::future::Future;
use std::pin::pin;
use std::task::{Poll, Waker};

use rpcplugin::{Channel, Context, MethodKind, Router, Status, Streaming, rpc_protocol};

#[rpc_protocol(service = "example.Kv")]
pub trait Kv {
    async fn first(&self, context: Context, key: String) -> Result<String, Status>;

    async fn last(&self, keys: Streaming<String>, context: rpcplugin::Context) -> Result<Streaming<String>, Status>;

    async fn alone(&self, context: Context) -> Result<bool, Status>;

    async fn nowhere(&self) -> Result<(), Status>;

    /// A name that nobody uses does not reach the client.
    async fn unnamed(&self, _: Context, _key: String) -> Result<u32, Status> {
        Ok(1)
    }
}

struct Store;

impl Kv for Store {
    async fn first(&self, context: Context, key: String) -> Result<String, Status> {
        assert!(!context.is_cancelled());
        Ok(key)
    }

    async fn last(&self, keys: Streaming<String>, _context: Context) -> Result<Streaming<String>, Status> {
        Ok(keys)
    }

    async fn alone(&self, context: Context) -> Result<bool, Status> {
        Ok(context.time_left().is_none())
    }

    async fn nowhere(&self) -> Result<(), Status> {
        Ok(())
    }
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    pub async fn add(&self, number: u32, context: Context) -> Result<u32, Status> {
        drop(context);
        Ok(number + 1)
    }
}

async fn calls() -> Result<(), Status> {
    let router = Router::new().service(KvServer::new(Store)).unwrap();
    let router = router.service(CounterServer::new(Counter)).unwrap();
    let channel = Channel::local(router);
    let client = KvClient::new(channel.clone());
    assert_eq!(client.first(Context::new(), "a".to_owned()).await?, "a");
    let keys = Streaming::from_iter(["a".to_owned(), "b".to_owned()]);
    assert_eq!(client.last(keys, Context::new()).await?.collect::<Vec<_>>().await?, ["a", "b"]);
    assert!(client.alone(Context::new()).await?);
    client.nowhere().await?;
    assert_eq!(client.unnamed(Context::new(), "a".to_owned()).await?, 1);
    assert_eq!(CounterClient::new(channel).add(1, Context::new()).await?, 2);
    Ok(())
}

fn main() {
    assert_eq!(KvClient::SPEC.methods[1].kind, MethodKind::StreamStream);
    let mut calls = pin!(calls());
    let mut task = std::task::Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(outcome) = calls.as_mut().poll(&mut task) {
            return outcome.unwrap();
        }
    }
}

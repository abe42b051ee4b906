//! A condition takes a method out of everything that is made of it, and moves no other method.

#![deny(warnings)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rpcplugin::{BinaryMessage, Channel, Router, Status, rpc_protocol};

/// A message that is only there where its method is.
#[cfg(not(all()))]
#[derive(BinaryMessage)]
pub struct Absent;

#[cfg(all())]
#[derive(BinaryMessage)]
pub struct Present {
    number: u32,
}

#[rpc_protocol]
pub trait Kv {
    #[cfg(not(all()))]
    async fn absent(&self, message: Absent) -> Result<Absent, Status>;

    #[cfg(all())]
    async fn present(&self, message: Present) -> Result<Present, Status>;

    #[cfg_attr(all(), cfg(not(all())))]
    async fn conditionally_absent(&self, message: Absent) -> Result<Absent, Status>;

    /// Two versions of one method, of which a build has one.
    #[cfg(all())]
    async fn version(&self) -> Result<u32, Status>;

    #[cfg(not(all()))]
    async fn version(&self) -> Result<Absent, Status>;

    #[cfg_attr(all(), doc = "Documented here.", deprecated = "somewhere else")]
    async fn last(&self) -> Result<u64, Status>;
}

struct Store;

impl Kv for Store {
    async fn present(&self, message: Present) -> Result<Present, Status> {
        Ok(message)
    }

    async fn version(&self) -> Result<u32, Status> {
        Ok(2)
    }

    async fn last(&self) -> Result<u64, Status> {
        Ok(3)
    }
}

pub struct Counter;

#[rpc_protocol]
impl Counter {
    #[cfg(not(all()))]
    pub async fn absent(&self, message: Absent) -> Result<Absent, Status> {
        Ok(message)
    }

    #[cfg(all())]
    pub async fn present(&self, message: Present) -> Result<Present, Status> {
        Ok(message)
    }
}

/// Nothing is left, and nothing warns.
#[rpc_protocol]
pub trait Empty {
    #[cfg(not(all()))]
    async fn absent(&self, message: Absent) -> Result<Absent, Status>;
}

#[allow(deprecated)]
async fn calls() -> Result<(), Status> {
    let router = Router::new().service(KvServer::new(Store)).unwrap();
    let router = router.service(CounterServer::new(Counter)).unwrap();
    let channel = Channel::local(router);
    let client = KvClient::new(channel.clone());
    assert_eq!(client.present(Present { number: 1 }).await?.number, 1);
    assert_eq!(client.version().await?, 2);
    assert_eq!(client.last().await?, 3);
    assert_eq!(CounterClient::new(channel).present(Present { number: 4 }).await?.number, 4);
    Ok(())
}

fn main() {
    let names = |spec: &rpcplugin::ServiceSpec| spec.methods.iter().map(|method| method.name).collect::<Vec<_>>();
    assert_eq!(names(KvClient::SPEC), ["Present", "Version", "Last"]);
    assert_eq!(names(CounterClient::SPEC), ["Present"]);
    assert!(EmptyClient::SPEC.methods.is_empty());
    let mut calls = pin!(calls());
    loop {
        if let Poll::Ready(outcome) = calls.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return outcome.unwrap();
        }
    }
}

//! The handler of a block may have parameters: its server has them too, its client has none.

#![deny(warnings)]

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rpcplugin::{Channel, Router, Status, rpc_protocol};

pub trait Store: Send + Sync + 'static {
    type Value: Debug;

    fn number(&self) -> u32;
}

pub struct Fixed(u32);

impl Store for Fixed {
    type Value = ();

    fn number(&self) -> u32 {
        self.0
    }
}

/// The type has bounds of its own, so the server needs them as well.
pub struct Calculator<S: Store, const N: u32>
where
    S::Value: Debug,
{
    store: S,
}

mod others {
    #[derive(rpcplugin::BinaryMessage)]
    pub struct S {
        pub number: u32,
    }
}

#[rpc_protocol(service = "example.Calculator")]
impl<S: Store, const N: u32> Calculator<S, N>
where
    S::Value: Debug,
{
    pub async fn add(&self, number: u32) -> Result<u32, Status> {
        Ok(self.store.number() + number + N)
    }

    /// A message that is called like the parameter is another thing behind its path.
    pub async fn other(&self, message: others::S) -> Result<u32, Status> {
        Ok(message.number)
    }
}

pub trait Named: Sized {
    type Name: Default + ToString;

    fn name(&self) -> String {
        Self::Name::default().to_string()
    }
}

pub struct Names<T>(T);

impl<T: Default + ToString> Named for Names<T> {
    type Name = T;
}

/// In the server as well, `Self` is the handler.
#[rpc_protocol]
impl<T: Send + Sync + 'static> Names<T>
where
    Self: Named,
    <Self as Named>::Name: ToString,
    Vec<Self>: Sized,
    [(Self, T); 1]: Sized,
{
    pub async fn empty(&self) -> Result<String, Status> {
        Ok(self.name())
    }
}

pub struct Wrapper<T>(T);

/// Arguments that are types need no parameters.
#[rpc_protocol]
impl Wrapper<&'static str> {
    pub async fn text(&self) -> Result<String, Status> {
        Ok(self.0.to_owned())
    }
}

async fn calls() -> Result<(), Status> {
    let server = CalculatorServer::new(Calculator::<_, 10> { store: Fixed(100) });
    let router = Router::new().service(server.clone()).unwrap();
    let router = router.service(WrapperServer::new(Wrapper("text"))).unwrap();
    let router = router.service(NamesServer::new(Names(1_u32))).unwrap();
    let channel = Channel::local(router);
    let client = CalculatorClient::new(channel.clone());
    assert_eq!(client.add(1).await?, 111);
    assert_eq!(client.other(others::S { number: 7 }).await?, 7);
    assert_eq!(NamesClient::new(channel.clone()).empty().await?, "0");
    assert_eq!(WrapperClient::new(channel).text().await?, "text");
    Ok(())
}

fn main() {
    assert_eq!(CalculatorServer::<Fixed, 0>::SPEC, CalculatorClient::SPEC);
    let mut calls = pin!(calls());
    loop {
        if let Poll::Ready(outcome) = calls.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return outcome.unwrap();
        }
    }
}

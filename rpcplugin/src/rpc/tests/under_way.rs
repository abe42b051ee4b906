//! A call is known to be under way, to whoever judges the silence of its connection.

use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::Notify;

use super::*;
use crate::call::Uses;
use crate::rpc::{Channel, Router};

#[rpcplugin::rpc_protocol(service = "test.Waiter")]
trait Waiter {
    async fn one(&self, request: u64) -> Result<u64, Status>;
    /// So many numbers, and then an error.
    async fn many(&self, request: u64) -> Result<Streaming<u64>, Status>;
}

/// Answers when it is told to.
struct Handler(Arc<Notify>);

impl Waiter for Handler {
    async fn one(&self, request: u64) -> Result<u64, Status> {
        self.0.notified().await;
        if request == 0 { Err(Status::aborted("zero")) } else { Ok(request) }
    }

    async fn many(&self, request: u64) -> Result<Streaming<u64>, Status> {
        let end = stream::iter([Err(Status::aborted("enough"))]);
        Ok(Streaming::new(stream::iter(0..request).map(Ok).chain(end)))
    }
}

fn counted() -> (WaiterClient, Uses, Arc<Notify>) {
    let (channel, uses, answer) = channel();
    (WaiterClient::new(channel), uses, answer)
}

fn channel() -> (Channel, Uses, Arc<Notify>) {
    let answer = Arc::new(Notify::new());
    let router = Router::new().service(WaiterServer::new(Handler(Arc::clone(&answer)))).unwrap();
    let uses = Uses::default();
    (Channel::local(router).counted(uses.clone()), uses, answer)
}

#[tokio::test]
async fn a_call_is_under_way_until_it_is_answered_or_given_up() {
    let (client, uses, answer) = counted();
    assert!(!uses.are_any());
    for request in [0, 1] {
        let mut call = Box::pin(client.one(request));
        assert!((&mut call).now_or_never().is_none());
        assert!(uses.are_any());
        answer.notify_one();
        assert_eq!(call.await.is_ok(), request == 1);
        assert!(!uses.are_any());
    }
    let mut call = Box::pin(client.one(1));
    assert!((&mut call).now_or_never().is_none());
    assert!(uses.are_any());
    drop(call);
    assert!(!uses.are_any());
}

#[tokio::test]
async fn a_stream_is_under_way_until_its_end() {
    let (client, uses, _answer) = counted();
    let mut numbers = client.many(2).await.unwrap();
    for number in 0..2 {
        assert_eq!(numbers.message().await.unwrap(), Some(number));
        assert!(uses.are_any());
    }
    numbers.message().await.unwrap_err();
    assert!(!uses.are_any(), "nobody has dropped it yet");
    let numbers = client.many(2).await.unwrap();
    assert!(uses.are_any());
    drop(numbers);
    assert!(!uses.are_any());
}

#[tokio::test]
async fn a_call_that_an_interceptor_keeps_is_under_way_as_well() {
    struct Keeps;
    impl Interceptor for Keeps {
        async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
            tokio::task::yield_now().await;
            next.run(call).await
        }
    }
    let (channel, uses, _answer) = channel();
    let client = WaiterClient::new(channel.intercepted(Keeps));
    let mut call = Box::pin(client.one(1));
    assert!((&mut call).now_or_never().is_none());
    assert!(uses.are_any());
}

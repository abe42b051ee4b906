//! A channel within the process is as strict as a wire.

use futures_util::{StreamExt, stream};

use super::*;
use crate::call::{Ambient, CallOptions, Metadata};
use crate::contract::Code;
use crate::rpc::{Channel, Router};
use crate::testing;

/// Answers with what is asked for: as many bytes as the first one says.
struct Handler;

fn as_asked(request: &[u8]) -> Vec<u8> {
    vec![0; request.first().copied().unwrap_or_default().into()]
}

impl Sample for Handler {
    async fn small(&self, request: Vec<u8>) -> Result<Vec<u8>, Status> {
        Ok(as_asked(&request))
    }

    async fn small_stream(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<Vec<u8>>, Status> {
        Ok(Streaming::new(requests.map(|request| request.map(|request| as_asked(&request)))))
    }

    async fn take(&self, mut requests: Streaming<u32>) -> Result<u32, Status> {
        let mut sum = 0;
        while let Some(number) = requests.message().await? {
            sum += number;
        }
        Ok(sum)
    }

    async fn give(&self, request: u32) -> Result<Streaming<u32>, Status> {
        Ok(Streaming::from_iter(0..request))
    }
}

fn channel() -> Channel {
    Channel::local(Router::new().service(SampleServer::new(Handler)).unwrap())
}

#[tokio::test]
async fn the_bound_of_a_method_holds_in_both_directions() {
    let client = SampleClient::new(channel());
    // A list of bytes has two bytes before it.
    assert_eq!(client.small(vec![6; 6]).await.unwrap().len(), 6);
    for request in [vec![0; 7], vec![7]] {
        let status = client.small(request.clone()).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert!(status.message().contains("`max_len` of the method"), "{status}");
        let requests = Streaming::from_iter([vec![1], request, vec![1]]);
        let mut responses = client.small_stream(requests).await.unwrap();
        assert_eq!(responses.message().await.unwrap().unwrap().len(), 1);
        let status = responses.message().await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    }
}

/// Has a client whose calls say that they are the callee's, and a caller with a context of its own, or none.
async fn sum_in(channel: Channel, caller: Option<&str>, requests: Streaming<u32>) -> u32 {
    let named = |name| {
        let mut metadata = Metadata::new();
        metadata.insert("tenant", name).unwrap();
        metadata
    };
    let client = SampleClient::new(channel.with(CallOptions::new().metadata(named("callee"))));
    let mut context = caller.map(|name| Context::new().with_metadata(named(name)));
    let mut call = std::pin::pin!(client.take(requests));
    let answer = std::future::poll_fn(|task| {
        let _ambient = Ambient::enter(&mut context);
        call.as_mut().poll(task)
    });
    answer.await.unwrap()
}

#[tokio::test]
async fn requests_are_made_in_the_context_of_their_caller_on_every_route() {
    let test = async |channel: Channel| {
        for caller in [None, Some("caller")] {
            let (seen, is_over) = (Seen::default(), Arc::new(tokio::sync::Notify::new()));
            let requests = {
                let (seen, is_over) = (Arc::clone(&seen), Arc::clone(&is_over));
                let end = (TellsAtItsEnd(Arc::clone(&seen)), Notifies(is_over));
                Streaming::new(stream::iter(0..2).map(move |number| {
                    let _whole = &end;
                    seen.lock().unwrap().push(current_tenant());
                    Ok(number)
                }))
            };
            assert_eq!(sum_in(channel.clone(), caller, requests).await, 1);
            is_over.notified().await;
            // Two messages, and the end of the stream.
            assert_eq!(*seen.lock().unwrap(), vec![caller.map(str::to_owned); 3]);
        }
    };
    testing::for_each_route(|| SampleServer::new(Handler), test).await;
}

/// Notifies somebody when it is dropped.
struct Notifies(Arc<tokio::sync::Notify>);

impl Drop for Notifies {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

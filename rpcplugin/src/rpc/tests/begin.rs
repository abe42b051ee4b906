//! A call with a stream of responses begins before its stream is read, whatever stands before it.

use std::time::Duration;

use tokio::sync::watch;

use super::*;
use crate::call::{Ambient, Metadata};
use crate::rpc::{Channel, Router};

/// Tells that it was reached, and that it was dropped.
struct Handler {
    stage: watch::Sender<Stage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Reached,
    Dropped,
}

struct TellsOfItsDrop(watch::Sender<Stage>);

impl Drop for TellsOfItsDrop {
    fn drop(&mut self) {
        self.0.send_replace(Stage::Dropped);
    }
}

impl Sample for Handler {
    async fn small(&self, request: Vec<u8>) -> Result<Vec<u8>, Status> {
        Ok(request)
    }

    async fn small_stream(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<Vec<u8>>, Status> {
        Ok(requests)
    }

    async fn take(&self, _requests: Streaming<u32>) -> Result<u32, Status> {
        Ok(0)
    }

    async fn give(&self, request: u32) -> Result<Streaming<u32>, Status> {
        self.stage.send_replace(Stage::Reached);
        let end = TellsOfItsDrop(self.stage.clone());
        if request == 0 {
            std::future::pending::<()>().await;
        }
        drop(end);
        Ok(Streaming::from_iter(0..request))
    }
}

fn channel() -> (Channel, watch::Receiver<Stage>) {
    let (stage, at) = watch::channel(Stage::New);
    (Channel::local(Router::new().service(SampleServer::new(Handler { stage })).unwrap()), at)
}

/// Waits before it sends a call on, and tells the current tenant before and after it.
struct Waits(Seen<Option<String>>);

impl Interceptor for Waits {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        self.0.lock().unwrap().push(current_tenant());
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.0.lock().unwrap().push(current_tenant());
        next.run(call).await
    }
}

async fn reaches(at: &mut watch::Receiver<Stage>, stage: Stage) -> bool {
    tokio::time::timeout(Duration::from_secs(5), at.wait_for(|at| *at == stage)).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn a_call_begins_behind_an_interceptor_that_waits() {
    let (channel, mut at) = channel();
    let client = SampleClient::new(channel.intercepted(Waits(Seen::default())));
    let mut numbers = client.give(2).await.unwrap();
    // It has returned before the handler was reached, and the stream is not read yet.
    assert_eq!(*at.borrow(), Stage::New);
    assert!(reaches(&mut at, Stage::Dropped).await);
    assert_eq!(numbers.message().await.unwrap(), Some(0));
    assert_eq!(numbers.collect::<Vec<_>>().await.unwrap(), [1]);
}

#[tokio::test(start_paused = true)]
async fn who_drops_the_stream_gives_the_call_up() {
    for reached in [true, false] {
        let (channel, mut at) = channel();
        let client = SampleClient::new(channel.intercepted(Waits(Seen::default())));
        let numbers = client.give(0).await.unwrap();
        if reached {
            assert!(reaches(&mut at, Stage::Reached).await);
        }
        drop(numbers);
        let last = if reached { Stage::Dropped } else { Stage::Reached };
        assert_eq!(reaches(&mut at, last).await, reached, "{:?}", *at.borrow());
    }
}

#[tokio::test(start_paused = true)]
async fn an_interceptor_that_waits_stays_in_the_context_of_the_caller() {
    let mut metadata = Metadata::new();
    metadata.insert("tenant", "caller").unwrap();
    let mut context = Some(Context::new().with_metadata(metadata));
    let seen = Seen::default();
    let (channel, mut at) = channel();
    let client = SampleClient::new(channel.intercepted(Waits(Arc::clone(&seen))));
    let mut call = std::pin::pin!(client.give(1));
    let begun = std::future::poll_fn(|task| {
        let _ambient = Ambient::enter(&mut context);
        call.as_mut().poll(task)
    });
    let _numbers = begun.await.unwrap();
    assert!(reaches(&mut at, Stage::Dropped).await);
    assert_eq!(*seen.lock().unwrap(), vec![Some("caller".to_owned()); 2]);
}

/// Panics once it was waited for.
struct Panics;

impl Interceptor for Panics {
    async fn intercept(&self, _call: Call, _next: Next<'_>) -> Result<Messages, Status> {
        tokio::task::yield_now().await;
        panic!("of the caller's own")
    }
}

#[tokio::test]
#[should_panic(expected = "of the caller's own")]
async fn a_panic_of_an_interceptor_is_its_callers() {
    let client = SampleClient::new(channel().0.intercepted(Panics));
    let mut numbers = client.give(1).await.unwrap();
    drop(numbers.message().await);
}

#[test]
fn without_a_runtime_the_reader_drives_the_call() {
    struct Yields;
    impl Interceptor for Yields {
        async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
            tokio::task::yield_now().await;
            next.run(call).await
        }
    }
    futures_util::FutureExt::now_or_never(async {
        let client = SampleClient::new(channel().0.intercepted(Yields));
        let mut numbers = client.give(1).await.unwrap();
        assert_eq!(numbers.message().await.unwrap(), Some(0));
    })
    .unwrap();
}

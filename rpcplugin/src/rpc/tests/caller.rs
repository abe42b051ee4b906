//! The context of a call at its caller's end.

use std::time::Duration;

use tokio::sync::oneshot;

use super::*;
use crate::call::{CallOptions, ResponseMetadata};
use crate::contract::Code;
use crate::rpc::{Channel, Router};

/// Answers at once, and writes what it cost.
struct Handler;

fn write_cost() {
    let context = Context::current().unwrap();
    context.response().update_initial(|initial| initial.insert("cost", "1")).unwrap();
    context.response().update_trailing(|trailing| trailing.insert("cost", "1")).unwrap();
}

impl Sample for Handler {
    async fn small(&self, request: Vec<u8>) -> Result<Vec<u8>, Status> {
        write_cost();
        match request.first() {
            // Waits for ever, or fails.
            Some(0) => std::future::pending().await,
            Some(1) => Err(Status::unavailable("not now")),
            _ => Ok(request),
        }
    }

    async fn small_stream(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<Vec<u8>>, Status> {
        Ok(requests)
    }

    async fn take(&self, _requests: Streaming<u32>) -> Result<u32, Status> {
        let left = Context::current().and_then(|context| context.time_left()).unwrap_or_default();
        Ok(left.as_secs().try_into().unwrap())
    }

    async fn give(&self, request: u32) -> Result<Streaming<u32>, Status> {
        match request {
            0 => Ok(Streaming::new(futures_util::stream::pending())),
            _ => Ok(Streaming::from_iter(0..request)),
        }
    }
}

fn channel() -> Channel {
    Channel::local(Router::new().service(SampleServer::new(Handler)).unwrap())
}

/// Has somebody wait for the end of each call.
#[derive(Clone, Default)]
struct Waits(Seen<oneshot::Receiver<()>>);

impl Waits {
    /// Whether the only call since the last question is over.
    async fn is_over(&self) -> bool {
        let over = self.0.lock().unwrap().pop().unwrap();
        tokio::time::timeout(Duration::from_millis(50), over).await.is_ok()
    }
}

impl Interceptor for Waits {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let (tell, told) = oneshot::channel();
        self.0.lock().unwrap().push(told);
        let context = call.context().clone();
        tokio::spawn(async move {
            context.cancelled().await;
            tell.send(()).unwrap();
        });
        next.run(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_interceptor_learns_that_its_call_is_over() {
    let waits = Waits::default();
    for timeout in [None, Some(Duration::from_secs(60))] {
        let options = timeout.map_or_else(CallOptions::new, |timeout| CallOptions::new().timeout(timeout));
        let client = SampleClient::new(channel().intercepted(waits.clone()).with(options));
        client.small(vec![2]).await.unwrap();
        assert!(waits.is_over().await, "answered");
        client.small(vec![1]).await.unwrap_err();
        assert!(waits.is_over().await, "failed");
        tokio::time::timeout(Duration::from_secs(1), client.small(vec![0])).await.unwrap_err();
        assert!(waits.is_over().await, "given up");

        let mut numbers = client.give(1).await.unwrap();
        assert_eq!(numbers.message().await.unwrap(), Some(0));
        assert!(numbers.message().await.unwrap().is_none());
        assert!(waits.is_over().await, "the stream has ended");
        drop(numbers);
        let numbers = client.give(0).await.unwrap();
        let mut over = waits.0.lock().unwrap().pop().unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(over.try_recv().is_err(), "the stream is open");
        drop(numbers);
        over.await.unwrap();
    }
}

/// Keeps what it finds of values, and leaves one of its own.
#[derive(Clone, Default)]
struct Finds(Seen<Option<u32>>);

impl Interceptor for Finds {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        self.0.lock().unwrap().push(call.context().get::<u32>());
        call.context().insert(9_u32);
        next.run(call).await
    }
}

#[tokio::test]
async fn values_of_a_context_that_is_made_reach_interceptors_and_nothing_comes_back() {
    let finds = Finds::default();
    let client = channel().intercepted(finds.clone());
    let context = Context::new();
    let options = CallOptions::new().context(&context);
    context.insert(7_u32);
    for _ in 0..2 {
        SampleClient::new(client.with(options.clone())).small(vec![2]).await.unwrap();
    }
    SampleClient::new(client).small(vec![2]).await.unwrap();
    assert_eq!(*finds.0.lock().unwrap(), [Some(7), Some(7), None]);
    // Several calls may be made with it: what one of them left is not for the next.
    assert_eq!(context.get::<u32>(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_has_no_metadata_of_the_one_before() {
    let response = ResponseMetadata::new();
    let options = CallOptions::new().response(&response);
    let client = SampleClient::new(channel().with(options.clone()));
    client.small(vec![2]).await.unwrap();
    assert_eq!(response.trailing().get("cost"), Some("1"));
    let late = client.with(options.timeout(Duration::from_secs(1))).small(vec![0]).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    assert!(response.initial().is_empty() && response.trailing().is_empty(), "{response:?}");
    client.small(vec![2]).await.unwrap();
    assert_eq!(response.trailing().get("cost"), Some("1"));
    let refused = channel().intercepted(Refuses).with(CallOptions::new().response(&response));
    SampleClient::new(refused).small(vec![2]).await.unwrap_err();
    assert!(response.initial().is_empty() && response.trailing().is_empty(), "{response:?}");
}

/// Lets no call pass.
struct Refuses;

impl Interceptor for Refuses {
    async fn intercept(&self, _call: Call, _next: Next<'_>) -> Result<Messages, Status> {
        Err(Status::permission_denied("no"))
    }
}

/// Gives a call one second.
struct Hurries;

impl Interceptor for Hurries {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        call.limit_time(Duration::from_secs(1));
        next.run(call).await
    }
}

/// Gives a call a minute: that is more than it has.
struct Dawdles;

impl Interceptor for Dawdles {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        call.limit_time(Duration::from_secs(60));
        next.run(call).await
    }
}

/// Never sends a call on.
struct Stops;

impl Interceptor for Stops {
    async fn intercept(&self, _call: Call, _next: Next<'_>) -> Result<Messages, Status> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn an_interceptor_gives_a_call_less_time_on_either_side() {
    let served = || Router::new().interceptor(Hurries).interceptor(Dawdles);
    let channels = [
        channel().intercepted(Hurries).intercepted(Dawdles),
        channel().intercepted(Hurries).intercepted(Stops),
        Channel::local(served().service(SampleServer::new(Handler)).unwrap()),
        Channel::local(served().interceptor(Stops).service(SampleServer::new(Handler)).unwrap()),
    ];
    for channel in channels {
        let begun = tokio::time::Instant::now();
        let client = SampleClient::new(channel);
        let status = client.small(vec![0]).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded);
        assert_eq!(begun.elapsed().as_secs(), 1);
        // So has a stream.
        let late = match client.give(0).await {
            Ok(mut numbers) => numbers.message().await.unwrap_err(),
            Err(status) => status,
        };
        assert_eq!(late.code(), Code::DeadlineExceeded);
        assert_eq!(begun.elapsed().as_secs(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn the_handler_is_told_how_little_time_a_call_has() {
    let hurries = channel().intercepted(Hurries);
    let long = CallOptions::new().timeout(Duration::from_secs(10));
    let left = SampleClient::new(hurries.with(long.clone())).take(Streaming::empty()).await.unwrap();
    assert!(left <= 1, "{left}");
    // An interceptor cannot make it more.
    let dawdles = channel().intercepted(Dawdles).with(long);
    let left = SampleClient::new(dawdles).take(Streaming::empty()).await.unwrap();
    assert!(left <= 10, "{left}");
}

/// Tries a call again, as often as it is worth it.
struct Retries(Seen<Code>);

impl Interceptor for Retries {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        for _ in 0..2 {
            let Some(mut again) = call.try_clone() else { break };
            again.limit_time(Duration::from_secs(1));
            match next.run(again).await {
                Err(status) => self.0.lock().unwrap().push(status.code()),
                answer => return answer,
            }
        }
        next.run(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_interceptor_may_run_a_call_again() {
    let failed = Seen::default();
    let channel = channel().intercepted(Retries(Arc::clone(&failed)));
    let client = SampleClient::new(channel.with(CallOptions::new().timeout(Duration::from_secs(10))));
    let tries = |code| {
        assert_eq!(*failed.lock().unwrap(), [code; 2]);
        failed.lock().unwrap().clear();
    };
    client.small(vec![1]).await.unwrap_err();
    tries(Code::Unavailable);
    let begun = tokio::time::Instant::now();
    client.small(vec![0]).await.unwrap_err();
    tries(Code::DeadlineExceeded);
    // The time of one attempt is not that of the next.
    assert_eq!(begun.elapsed().as_secs(), 10);
    // Requests that are a stream cannot be sent twice.
    assert!(client.take(Streaming::empty()).await.is_ok());
    assert!(failed.lock().unwrap().is_empty());
}

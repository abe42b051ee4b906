//! Streams that go on, panic or take their time while the other direction stands still.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use super::*;
use crate::call::{Call, CallOptions, Messages};
use crate::rpc::{Interceptor, Next};

on_each_wire![
    a_dropped_call_reaches_a_plugin_that_takes_no_more_requests,
    a_deadline_ends_a_stream_that_nobody_reads,
    a_stream_of_requests_that_panics_ends_its_call_and_no_other,
    a_slow_stream_holds_back_neither_its_first_message_nor_other_calls,
    a_stream_without_a_message_has_begun,
];

#[rpcplugin::rpc_protocol(service = "test.Stalling")]
trait Stalling {
    async fn hold(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<u64>, Status>;
    async fn flood(&self) -> Result<Streaming<Bytes>, Status>;
    async fn slow(&self) -> Result<Streaming<u64>, Status>;
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status>;
    async fn one(&self) -> Result<u64, Status>;
    async fn silent(&self) -> Result<Streaming<u64>, Status>;
}

/// How many messages a slow stream gives, one each few milliseconds.
const SLOW_MESSAGES: usize = 400;

/// Says when what a handler left behind is gone.
#[derive(Clone)]
struct Handler {
    alive: Arc<AtomicUsize>,
    given: Arc<AtomicUsize>,
}

/// Counts while it lives.
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Handler {
    fn alive(&self) -> Alive {
        self.alive.fetch_add(1, Ordering::SeqCst);
        Alive(Arc::clone(&self.alive))
    }
}

impl Stalling for Handler {
    async fn silent(&self) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::new(stream::pending()))
    }

    /// Answers once, and then holds its requests without reading any.
    async fn hold(&self, requests: Streaming<Vec<u8>>) -> Result<Streaming<u64>, Status> {
        let held = (self.alive(), requests);
        let once = stream::iter([Ok(1)]).chain(stream::pending());
        Ok(Streaming::new(once.inspect(move |_| {
            let _held = &held;
        })))
    }

    async fn flood(&self) -> Result<Streaming<Bytes>, Status> {
        let held = self.alive();
        let message = Bytes::from(vec![0; 64 * 1024]);
        Ok(Streaming::new(stream::repeat(Ok(message)).inspect(move |_| {
            let _held = &held;
        })))
    }

    async fn slow(&self) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::from_iter(slow(&self.given)))
    }

    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status> {
        requests.try_fold(0, |sum, number| async move { Ok(sum + number) }).await
    }

    async fn one(&self) -> Result<u64, Status> {
        Ok(1)
    }
}

/// Messages that keep their thread while they are made, and are never not ready.
fn slow(given: &Arc<AtomicUsize>) -> impl Iterator<Item = u64> + use<> {
    let given = Arc::clone(given);
    (0..SLOW_MESSAGES).map(move |_| {
        std::thread::sleep(Duration::from_millis(2));
        given.fetch_add(1, Ordering::SeqCst);
        1
    })
}

async fn stalling(protocol: Protocol) -> (StallingClient, Handler) {
    let handler = Handler { alive: Arc::default(), given: Arc::default() };
    let router = Router::new().service(StallingServer::new(handler.clone())).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let ends = [near, far].map(|end| (Connection::new(end), MESSAGE_BYTES_DEFAULT));
    let [near, far] = ends;
    let (stop, stopping) = watch::channel(false);
    let (channel, server) = join(protocol, router, near, far, stopping).await;
    tokio::spawn(async move {
        let _open = stop;
        drop(server.await);
    });
    (StallingClient::new(channel), handler)
}

/// Waits until nothing of the handlers is left.
async fn expect_gone(handler: &Handler) {
    in_time(async {
        while handler.alive.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

async fn a_dropped_call_reaches_a_plugin_that_takes_no_more_requests(protocol: Protocol) {
    let (client, handler) = stalling(protocol).await;
    let endless = Streaming::new(stream::repeat(Ok(vec![0; 40_000])));
    let mut answer = in_time(client.hold(endless)).await.unwrap();
    assert_eq!(in_time(answer.message()).await.unwrap(), Some(1));
    // Until the window is full.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(handler.alive.load(Ordering::SeqCst), 1);
    drop(answer);
    expect_gone(&handler).await;
}

async fn a_deadline_ends_a_stream_that_nobody_reads(protocol: Protocol) {
    let (client, handler) = stalling(protocol).await;
    let short = CallOptions::new().timeout(Duration::from_millis(200));
    let mut unread = in_time(client.with(short).flood()).await.unwrap();
    assert!(in_time(unread.message()).await.unwrap().is_some());
    assert_eq!(handler.alive.load(Ordering::SeqCst), 1);
    expect_gone(&handler).await;
    let end = loop {
        match in_time(unread.message()).await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert_eq!(end.unwrap_err().code(), Code::DeadlineExceeded);
}

async fn a_stream_of_requests_that_panics_ends_its_call_and_no_other(protocol: Protocol) {
    let (client, _handler) = stalling(protocol).await;
    let at_once = stream::iter(0..3).map(|number| if number == 2 { panic!("a secret") } else { Ok(number) });
    let later = stream::iter(0..3).then(|number| async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if number == 2 { panic!("a secret") } else { Ok(number) }
    });
    for requests in [Streaming::new(at_once), Streaming::new(later)] {
        let status = in_time(client.sum(requests)).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal, "{status}");
        assert!(!status.message().contains("secret"), "{status}");
        assert_eq!(in_time(client.one()).await.unwrap(), 1);
    }
}

async fn a_slow_stream_holds_back_neither_its_first_message_nor_other_calls(protocol: Protocol) {
    let (client, handler) = stalling(protocol).await;
    let mut slow_responses = in_time(client.slow()).await.unwrap();
    assert_eq!(in_time(slow_responses.message()).await.unwrap(), Some(1));
    let given = handler.given.swap(0, Ordering::SeqCst);
    assert!(given < SLOW_MESSAGES / 2, "the first message came with {given} others");
    drop(slow_responses);

    let given = Arc::new(AtomicUsize::new(0));
    let sum = client.sum(Streaming::from_iter(slow(&given)));
    let other = async {
        // The requests have begun.
        while given.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(in_time(client.one()).await.unwrap(), 1);
        let given = given.load(Ordering::SeqCst);
        assert!(given < SLOW_MESSAGES, "the other call waited for {given} messages");
    };
    let (sum, ()) = tokio::join!(sum, other);
    assert_eq!(sum.unwrap(), u64::try_from(SLOW_MESSAGES).unwrap());
}

/// Says when a call is answered.
struct Answered(watch::Sender<bool>);

impl Interceptor for Answered {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let answer = next.run(call).await;
        self.0.send_replace(answer.is_ok());
        answer
    }
}

async fn a_stream_without_a_message_has_begun(protocol: Protocol) {
    let (says, mut answered) = watch::channel(false);
    let (client, _handler) = stalling(protocol).await;
    let client = StallingClient::new(client.channel.intercepted(Answered(says)));
    let mut silent = in_time(client.silent()).await.unwrap();
    let nothing = tokio::spawn(async move { silent.message().await });
    in_time(answered.wait_for(|answered| *answered)).await.unwrap();
    nothing.abort();
}

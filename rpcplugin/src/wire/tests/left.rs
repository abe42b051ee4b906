//! What is left behind: a runtime that ends, a channel that goes, requests that nobody wants any more, a call that nobody polls.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;

use super::*;

on_each_wire![
    a_call_on_a_connection_whose_runtime_has_ended_fails,
    a_channel_that_goes_ends_the_calls_that_somebody_still_holds,
    requests_end_with_the_interest_in_their_answer,
    a_stream_that_nobody_polls_takes_no_place_from_other_calls,
    everybody_who_waits_gets_a_place,
    calls_that_nobody_asks_keep_no_place_from_others,
    requests_that_a_handler_dropped_do_not_stop_other_calls,
];

#[rpcplugin::rpc_protocol(service = "test.Left")]
trait Left {
    async fn one(&self) -> Result<u64, Status>;
    async fn hold(&self) -> Result<Streaming<u64>, Status>;
    async fn first(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status>;
    async fn ignore(&self, requests: Streaming<Vec<u8>>) -> Result<(), Status>;
    async fn count(&self, requests: Streaming<u64>) -> Result<u64, Status>;
}

struct Handler {
    alive: Arc<AtomicUsize>,
}

struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Left for Handler {
    async fn one(&self) -> Result<u64, Status> {
        Ok(1)
    }

    /// Answers once, and no more.
    async fn hold(&self) -> Result<Streaming<u64>, Status> {
        self.alive.fetch_add(1, Ordering::SeqCst);
        let held = Alive(Arc::clone(&self.alive));
        let once = stream::iter([Ok(1)]).chain(stream::pending());
        Ok(Streaming::new(once.inspect(move |_| {
            let _held = &held;
        })))
    }

    /// Reads nothing, and never answers.
    async fn ignore(&self, requests: Streaming<Vec<u8>>) -> Result<(), Status> {
        drop(requests);
        std::future::pending().await
    }

    async fn count(&self, requests: Streaming<u64>) -> Result<u64, Status> {
        Ok(u64::try_from(requests.collect::<Vec<_>>().await?.len()).unwrap())
    }

    /// Answers with nothing, whatever comes.
    async fn first(&self, _requests: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::empty())
    }
}

async fn left(protocol: Protocol) -> (Channel, Arc<AtomicUsize>) {
    let alive = Arc::<AtomicUsize>::default();
    let router = Router::new().service(LeftServer::new(Handler { alive: Arc::clone(&alive) })).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let [near, far] = [near, far].map(|end| (Connection::new(end), MESSAGE_BYTES_DEFAULT));
    let (stop, stopping) = watch::channel(false);
    let (channel, server) = join(protocol, router, near, far, stopping).await;
    tokio::spawn(async move {
        let _open = stop;
        drop(server.await);
    });
    (channel, alive)
}

async fn a_call_on_a_connection_whose_runtime_has_ended_fails(protocol: Protocol) {
    let (opened, handed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        opened.send(runtime.block_on(left(protocol)).0).unwrap();
    })
    .join()
    .unwrap();
    let channel = handed.recv().unwrap();
    let status = in_time(LeftClient::new(channel).one()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}

async fn a_channel_that_goes_ends_the_calls_that_somebody_still_holds(protocol: Protocol) {
    let (channel, alive) = left(protocol).await;
    let mut held = in_time(LeftClient::new(channel).hold()).await.unwrap();
    let first = in_time(held.message()).await;
    // Over gRPC the stream may end at once: its channel is gone.
    assert!(matches!(&first, Ok(Some(1)) | Err(_)), "{first:?}");
    in_time(async {
        while alive.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    drop(held);
}

async fn requests_end_with_the_interest_in_their_answer(protocol: Protocol) {
    let (channel, _alive) = left(protocol).await;
    let asked = Arc::<AtomicUsize>::default();
    let endless = stream::repeat(Ok(7)).inspect({
        let asked = Arc::clone(&asked);
        move |_| {
            asked.fetch_add(1, Ordering::SeqCst);
        }
    });
    let client = LeftClient::new(channel);
    let mut answer = in_time(client.first(Streaming::new(endless))).await.unwrap();
    assert!(in_time(answer.message()).await.unwrap().is_none());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let before = asked.load(Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(asked.load(Ordering::SeqCst), before, "requests are made that nobody wants");
    drop(answer);
}

async fn a_stream_that_nobody_polls_takes_no_place_from_other_calls(protocol: Protocol) {
    let (channel, _alive) = left(protocol).await;
    let client = LeftClient::new(channel);
    let mut held = Vec::new();
    for _ in 0..STREAMS_MAX {
        let mut stream = in_time(client.hold()).await.unwrap();
        assert_eq!(in_time(stream.message()).await.unwrap(), Some(1));
        held.push(stream);
    }
    // It waits for a place, and nobody looks at it.
    let unread = in_time(client.hold()).await.unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.one().await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    // Two places: one for each.
    held.truncate(held.len() - 2);
    assert_eq!(in_time(waiting).await.unwrap().unwrap(), 1);
    drop(unread);
}

async fn everybody_who_waits_gets_a_place(protocol: Protocol) {
    let (channel, _alive) = left(protocol).await;
    let client = LeftClient::new(channel);
    // Those that have not made three calls. All go on as long as there is one.
    let tasks = STREAMS_MAX + 50;
    let waiting = Arc::new(AtomicUsize::new(usize::try_from(tasks).unwrap()));
    let callers = (0..tasks).map(|_| {
        let (client, waiting) = (client.clone(), Arc::clone(&waiting));
        tokio::spawn(async move {
            let mut calls = 0;
            while waiting.load(Ordering::SeqCst) > 0 {
                client.one().await.unwrap();
                calls += 1;
                if calls == 3 {
                    waiting.fetch_sub(1, Ordering::SeqCst);
                }
            }
        })
    });
    let callers: Vec<_> = callers.collect();
    for caller in callers {
        in_time(caller).await.unwrap();
    }
}

async fn requests_that_a_handler_dropped_do_not_stop_other_calls(protocol: Protocol) {
    let (channel, _alive) = left(protocol).await;
    let client = LeftClient::new(channel);
    // More than fill what all streams of a connection may send.
    let ignored: Vec<_> = (0..70)
        .map(|_| {
            let client = client.clone();
            let much = stream::repeat_with(|| Ok(vec![7; 64 * 1024]));
            tokio::spawn(async move { client.ignore(Streaming::new(much)).await })
        })
        .collect();
    for _ in 0..5 {
        // They send what they may.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let counted = in_time(client.count(Streaming::from_iter(0..10))).await.unwrap();
        assert_eq!(counted, 10);
    }
    ignored.iter().for_each(JoinHandle::abort);
}

async fn calls_that_nobody_asks_keep_no_place_from_others(protocol: Protocol) {
    let (channel, _alive) = left(protocol).await;
    let client = LeftClient::new(channel);
    let calls = usize::try_from(2 * STREAMS_MAX + 100).unwrap();
    let mut asked_once: Vec<_> = (0..calls).map(|_| Box::pin(client.one())).collect();
    for call in &mut asked_once {
        assert!(call.now_or_never().is_none());
    }
    // Those before it end, and those that wait are given their places.
    assert_eq!(in_time(client.one()).await.unwrap(), 1);
    for call in asked_once {
        assert_eq!(in_time(call).await.unwrap(), 1);
    }
}

//! Small calls beside a large message, and beside each other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use futures_util::future::try_join_all;

use super::*;

on_each_wire![a_thousand_small_calls_pass_a_large_message];

/// Bytes of the large message. Not all that a message may have: what stands around them counts as well.
const LARGE: usize = MESSAGE_BYTES_DEFAULT - 16;

async fn a_thousand_small_calls_pass_a_large_message(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let has_crossed = Arc::new(AtomicBool::new(false));
    let large = tokio::spawn({
        let (numbers, has_crossed) = (wire.numbers.clone(), Arc::clone(&has_crossed));
        async move {
            let size = numbers.size(vec![7; LARGE]).await;
            has_crossed.store(true, Ordering::SeqCst);
            size
        }
    });
    // It is on its way.
    tokio::task::yield_now().await;
    let small = (100..1100).map(|number| wire.numbers.double(number));
    let doubled = in_time(try_join_all(small)).await.unwrap();
    assert!(doubled.into_iter().eq((100..1100).map(|number| number * 2)));
    assert!(!has_crossed.load(Ordering::SeqCst), "the small calls waited for the large message");
    assert_eq!(in_time(large).await.unwrap().unwrap(), u64::try_from(LARGE).unwrap());
}

#[rpcplugin::rpc_protocol(service = "test.Busy")]
trait Busy {
    async fn work(&self) -> Result<u64, Status>;
}

struct Worker {
    calls: AtomicU64,
}

impl Busy for Worker {
    /// Takes some time, though not long, and says how many did before it and with it.
    async fn work(&self) -> Result<u64, Status> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_micros(30) {
            std::hint::spin_loop();
        }
        Ok(self.calls.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// How many calls of 300 had run when each answer came.
async fn ran_at_each_answer() -> Vec<u64> {
    let worker = Arc::new(Worker { calls: AtomicU64::new(0) });
    let router = Router::new().service(BusyServer::from_arc(Arc::clone(&worker))).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let [near, far] = [near, far].map(|end| (Connection::new(end), MESSAGE_BYTES_DEFAULT));
    let (_stop, stopping) = watch::channel(false);
    let (channel, _server) = join(Protocol::Binary, router, near, far, stopping).await;
    // A task of its own is asked as often as others.
    let calls = tokio::spawn(async move {
        let client = BusyClient::new(channel);
        client.work().await.unwrap();
        let before = worker.calls.load(Ordering::SeqCst);
        let calls: stream::FuturesUnordered<_> = (0..300).map(|_| client.work()).collect();
        calls.map(|_| worker.calls.load(Ordering::SeqCst) - before).collect::<Vec<u64>>().await
    });
    in_time(calls).await.unwrap()
}

#[tokio::test]
async fn the_first_of_many_answers_does_not_wait_for_the_last() {
    // On a busy machine calls may seem slow, and each has a task of its own then: all of them run before anything is sent.
    for _ in 0..50 {
        let ran = ran_at_each_answer().await;
        assert_eq!(ran.len(), 300);
        // The first two were written before the others had come.
        if ran[2] < 300 {
            return;
        }
    }
    panic!("the first answer of many came when all calls had run, again and again");
}

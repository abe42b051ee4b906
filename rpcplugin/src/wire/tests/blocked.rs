//! Handlers that block their threads.

use std::sync::{Condvar, Mutex, PoisonError};

use futures_util::future::try_join_all;

use super::*;

#[rpcplugin::rpc_protocol(service = "test.Blocking")]
trait Blocking {
    async fn work(&self, request: u64) -> Result<u64, Status>;
    async fn release(&self) -> Result<(), Status>;
}

struct Handler {
    /// Whether those that are blocked may go on.
    released: Arc<(Mutex<bool>, Condvar)>,
}

impl Blocking for Handler {
    /// 0 waits until it is let go, and its thread waits with it.
    async fn work(&self, request: u64) -> Result<u64, Status> {
        if request == 0 {
            tokio::task::block_in_place(|| {
                let (released, changed) = &*self.released;
                let released = released.lock().unwrap_or_else(PoisonError::into_inner);
                let (released, _) = changed
                    .wait_timeout_while(released, Duration::from_secs(15), |released| !*released)
                    .unwrap();
                assert!(*released, "nobody lets it go");
            });
        }
        Ok(request)
    }

    async fn release(&self) -> Result<(), Status> {
        let (released, changed) = &*self.released;
        *released.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
        Ok(())
    }
}

/// A client of handlers that have shown that they are quick.
async fn blocking(protocol: Protocol) -> (BlockingClient, watch::Sender<bool>) {
    let released = Arc::default();
    let router = Router::new().service(BlockingServer::new(Handler { released })).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let [near, far] = [near, far].map(|end| (Connection::new(end), MESSAGE_BYTES_DEFAULT));
    let (stop, stopping) = watch::channel(false);
    let (channel, _server) = join(protocol, router, near, far, stopping).await;
    let client = BlockingClient::new(channel);
    for number in 1..100 {
        assert_eq!(client.work(number).await.unwrap(), number);
    }
    (client, stop)
}

async fn handlers_that_block_hold_up_no_other_call(protocol: Protocol, blocked: usize) {
    let (client, _stop) = blocking(protocol).await;
    // All at once: those that block, others, and at last the one that lets them go.
    let blocked = tokio::spawn({
        let client = client.clone();
        async move {
            let numbers = (0..blocked).map(|_| 0).chain(1..20);
            try_join_all(numbers.map(|number| client.work(number))).await
        }
    });
    for _ in 0..10 {
        in_time(try_join_all((1..50).map(|number| client.work(number)))).await.unwrap();
    }
    in_time(client.release()).await.unwrap();
    in_time(blocked).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_binary_handlers_that_block_hold_up_no_other_call() {
    for blocked in [1, 2, 3, 8] {
        handlers_that_block_hold_up_no_other_call(Protocol::Binary, blocked).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_grpc_handlers_that_block_hold_up_no_other_call() {
    for blocked in [1, 2, 3, 8] {
        handlers_that_block_hold_up_no_other_call(Protocol::Grpc, blocked).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_binary_an_answer_does_not_wait_for_those_that_block_behind_it() {
    for _ in 0..100 {
        let (client, _stop) = blocking(Protocol::Binary).await;
        let (says, answered) = tokio::sync::oneshot::channel();
        let calls = tokio::spawn({
            let client = client.clone();
            async move {
                let quick = async {
                    let answer = client.work(1).await;
                    says.send(()).unwrap();
                    answer
                };
                tokio::try_join!(quick, client.work(0), client.work(0))
            }
        });
        in_time(answered).await.unwrap();
        client.release().await.unwrap();
        in_time(calls).await.unwrap().unwrap();
    }
}

//! A handler that blocks its thread, which it should not.

use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;

use super::*;

#[rpcplugin::rpc_protocol(service = "test.Blocking")]
trait Blocking {
    async fn work(&self, request: u64) -> Result<u64, Status>;
}

struct Handler {
    release: Mutex<mpsc::Receiver<()>>,
}

impl Blocking for Handler {
    /// 0 waits until it is let go, and its thread waits with it.
    async fn work(&self, request: u64) -> Result<u64, Status> {
        if request == 0 {
            let release = self.release.lock().unwrap_or_else(PoisonError::into_inner);
            release.recv_timeout(Duration::from_secs(15)).unwrap();
        }
        Ok(request)
    }
}

async fn a_handler_that_blocks_holds_up_no_other_call(protocol: Protocol) {
    let (let_go, release) = mpsc::channel();
    let handler = BlockingServer::new(Handler { release: Mutex::new(release) });
    let router = Router::new().service(handler).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let [near, far] = [near, far].map(|end| (Connection::new(end), MESSAGE_BYTES_DEFAULT));
    let (_stop, stopping) = watch::channel(false);
    let (channel, _server) = join(protocol, router, near, far, stopping).await;
    let client = BlockingClient::new(channel);
    for number in 1..100 {
        assert_eq!(client.work(number).await.unwrap(), number);
    }
    let blocked = tokio::spawn({
        let client = client.clone();
        async move { client.work(0).await }
    });
    for _ in 0..10 {
        in_time(try_join_all((1..100).map(|number| client.work(number)))).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let_go.send(()).unwrap();
    assert_eq!(in_time(blocked).await.unwrap().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_binary_a_handler_that_blocks_holds_up_no_other_call() {
    a_handler_that_blocks_holds_up_no_other_call(Protocol::Binary).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_grpc_a_handler_that_blocks_holds_up_no_other_call() {
    a_handler_that_blocks_holds_up_no_other_call(Protocol::Grpc).await;
}

//! What HTTP/2 does and no other wire, over memory.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod given_up;
mod raw;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{GrpcConnection, GrpcServer};
use crate::contract::{Code, Status};
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::rpc::{Channel, Router, Streaming};
use crate::transport::Connection;
use crate::wire::Terms;

#[rpcplugin::rpc_protocol(service = "test.Numbers")]
trait Numbers {
    async fn double(&self, request: u64) -> Result<u64, Status>;
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status>;
    async fn size(&self, request: Vec<u8>) -> Result<u64, Status>;
}

/// Answers when all of a request is there.
struct Handler;

impl Numbers for Handler {
    async fn double(&self, request: u64) -> Result<u64, Status> {
        Ok(request * 2)
    }

    async fn sum(&self, mut requests: Streaming<u64>) -> Result<u64, Status> {
        let mut sum = 0;
        while let Some(number) = requests.message().await? {
            sum += number;
        }
        Ok(sum)
    }

    async fn size(&self, request: Vec<u8>) -> Result<u64, Status> {
        Ok(u64::try_from(request.len()).unwrap())
    }
}

/// What a fault would let hang.
async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("it hangs")
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_nobody_speaks_is_closed() {
    for said in [&b""[..], b"PRI * HTTP/2.0", b"GET / HTTP/1.1\r\n\r\n"] {
        let (mut near, far) = tokio::io::duplex(1024);
        let (_stop, stopping) = watch::channel(false);
        let server = GrpcServer::new(Arc::new(Router::new()), MESSAGE_BYTES_DEFAULT);
        tokio::io::AsyncWriteExt::write_all(&mut near, said).await.unwrap();
        let served = tokio::time::timeout(
            Duration::from_secs(60),
            server.serve(Connection::new(far), BytesMut::new(), Terms::default(), stopping),
        );
        assert!(served.await.is_ok(), "{said:?} keeps the connection");
    }
}

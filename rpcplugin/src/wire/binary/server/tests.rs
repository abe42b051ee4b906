//! A plugin opposite a host that does as it likes.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;

use super::*;
use crate::contract::Status;
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::rpc::{Router, Streaming};
use crate::wire::binary::frame::{Flags, Frame, Header, Kind};

#[rpcplugin::rpc_protocol(service = "test.Sums")]
trait Sums {
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status>;
}

struct Handler;

impl Sums for Handler {
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status> {
        Ok(requests.collect::<Vec<_>>().await?.into_iter().sum())
    }
}

#[tokio::test]
async fn a_refused_connection_is_closed_though_a_call_goes_on() {
    let router = Router::new().service(SumsServer::new(Handler)).unwrap();
    let server = BinaryServer::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (_stop, stopping) = watch::channel(false);
    let full = || Err(Status::resource_exhausted("the plugin serves as many as it may"));
    let terms = Terms { admit: Box::new(full), ..Terms::default() };
    let serving =
        tokio::spawn(
            async move { server.serve(Connection::new(far), BytesMut::new(), terms, stopping).await },
        );
    let mut host = Connection::new(near);
    let mut buffer = BytesMut::new();
    greeting::ask(&mut host, &greeting::settings(MESSAGE_BYTES_DEFAULT), &mut buffer).await.unwrap();
    // Calls of which the end never comes.
    for call in 1..4 {
        let header = Header { length: 4, kind: Kind::Call, flags: Flags(0), call };
        host.write_all(&[&header.bytes()[..], &[0; 4]].concat()).await.unwrap();
    }
    host.flush().await.unwrap();
    let read = async { while host.read_buf(&mut buffer).await.unwrap() > 0 {} };
    tokio::time::timeout(Duration::from_secs(20), read).await.expect("the plugin closes");
    let frames = std::iter::from_fn(|| Frame::next(&mut buffer, u32::MAX).unwrap());
    let goodbyes: Vec<_> = frames.filter(|frame| frame.kind == Kind::Goodbye).collect();
    assert_eq!(goodbyes.len(), 1, "{goodbyes:?}");
    assert_eq!(goodbyes[0].payload.first(), Some(&Goodbye::Refused.number()));
    drop(host);
    serving.await.unwrap().unwrap();
}

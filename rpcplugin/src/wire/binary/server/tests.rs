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
    async fn double(&self, request: u64) -> Result<u64, Status>;
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status>;
}

struct Handler;

impl Sums for Handler {
    async fn double(&self, request: u64) -> Result<u64, Status> {
        Ok(request * 2)
    }

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

/// A host may say that a few bytes are a message as long as the limit. Whoever reads the connection must not be the one to
/// look: other calls wait for that.
#[cfg(feature = "gzip")]
#[tokio::test]
async fn a_compressed_request_is_unpacked_by_a_task_of_its_call() {
    use crate::compression::{Compression, Encoding, MessageTerms};

    let router = Router::new().service(SumsServer::new(Handler)).unwrap();
    let compression = Compression::new().accept(Encoding::Gzip);
    let terms = MessageTerms::new(MESSAGE_BYTES_DEFAULT, compression);
    let server = BinaryServer::new(Arc::new(router), terms);
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (_stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(async move {
        server.serve(Connection::new(far), BytesMut::new(), Terms::default(), stopping).await
    });
    let mut host = Connection::new(near);
    let mut buffer = BytesMut::new();
    greeting::ask(&mut host, &greeting::settings(terms), &mut buffer).await.unwrap();
    // The first is no gzip, which its unpacking finds out; the second is of no method, which whoever reads it finds out.
    let spoiled = [&[0; 4][..], &[Encoding::Gzip.number()], b"no gzip"].concat();
    let of_no_method = u32::MAX.to_le_bytes().to_vec();
    let sent = Flags::PART | Flags::END | Flags::COMPRESSED;
    let mut both = Vec::new();
    for (call, flags, payload) in [(1, sent, spoiled), (2, Flags::END, of_no_method)] {
        let length = u32::try_from(payload.len()).unwrap();
        both.extend(Header { length, kind: Kind::Call, flags: Flags(flags), call }.bytes());
        both.extend(payload);
    }
    host.write_all(&both).await.unwrap();
    host.flush().await.unwrap();
    let mut answered = Vec::new();
    let read = async {
        while answered.len() < 2 {
            assert!(host.read_buf(&mut buffer).await.unwrap() > 0, "the plugin has closed: {answered:?}");
            while let Some(frame) = Frame::next(&mut buffer, u32::MAX).unwrap() {
                answered.extend((frame.kind == Kind::Status).then_some(frame.call));
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.expect("both are answered");
    assert_eq!(answered, [2, 1]);
    drop(host);
    serving.await.unwrap().unwrap();
}

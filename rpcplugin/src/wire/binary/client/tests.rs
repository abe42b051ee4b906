//! A host opposite a plugin that takes one call at a time, and answers none.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::call::CallOptions;
use crate::contract::Code;
use crate::limits::MESSAGE_BYTES_DEFAULT;
use crate::rpc::Channel;
use crate::wire::binary::frame::{Flags, Frame, Header, Kind};
use crate::wire::binary::opening::{Announcement, Settings};

#[rpcplugin::rpc_protocol(service = "test.One")]
trait One {
    async fn one(&self, request: u64) -> Result<u64, Status>;
}

const SPEC: MethodSpec = MethodSpec::new("test.One", "", "/test.One/One", MethodKind::UnaryUnary, "", 0);

/// Begins to speak, and waits for the first call.
async fn plugin(mut connection: Connection) -> (Connection, BytesMut) {
    let own = Settings { calls_max: 1, ..greeting::settings(MESSAGE_BYTES_DEFAULT) };
    let announcement = Announcement::new([("/test.One/One", &SPEC)]).unwrap();
    let mut begin = [0; 8];
    connection.read_exact(&mut begin).await.unwrap();
    let mut buffer = BytesMut::from(&begin[..]);
    greeting::answer(&mut connection, &own, &announcement, &mut buffer).await.unwrap();
    if buffer.is_empty() {
        connection.read_buf(&mut buffer).await.unwrap();
    }
    (connection, buffer)
}

/// How four calls end, of which three wait for the first. Each says so when it has.
async fn four_calls(end: impl AsyncFnOnce(Connection, UnboundedReceiver<()>)) -> Vec<Status> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (has_ended, ended) = unbounded_channel();
    let calls = async {
        let connection = BinaryConnection::open(Connection::new(near), MESSAGE_BYTES_DEFAULT).await.unwrap();
        let client = OneClient::new(Channel::from_caller(Arc::new(connection)));
        join_all((0..4).map(|number| client.one(number).inspect(|_| has_ended.send(()).unwrap_or_default())))
            .await
    };
    let plugin = async { end(plugin(Connection::new(far)).await.0, ended).await };
    let both = async { tokio::join!(calls, plugin).0 };
    let ended = tokio::time::timeout(Duration::from_secs(20), both).await.expect("all calls end");
    ended.into_iter().map(Result::unwrap_err).collect()
}

#[tokio::test]
async fn calls_that_wait_for_others_hear_that_the_connection_is_lost() {
    let ended = four_calls(async |connection, _| drop(connection)).await;
    assert!(ended.iter().all(|status| status.code() == Code::Unavailable), "{ended:?}");
    assert!(ended[0].message().contains("may have run"), "{ended:?}");
    assert!(ended[1..].iter().all(|status| status.message().contains("was not sent")), "{ended:?}");
}

#[tokio::test]
async fn calls_that_wait_for_others_hear_that_the_plugin_takes_no_more() {
    let ended = four_calls(async |mut connection, mut ended| {
        let header = Header { length: 1, kind: Kind::Goodbye, flags: Flags(0), call: 0 };
        connection.write_all(&header.bytes()).await.unwrap();
        connection.write_all(&[0]).await.unwrap();
        connection.flush().await.unwrap();
        // The first call runs on meanwhile.
        for _ in 0..3 {
            ended.recv().await.unwrap();
        }
    })
    .await;
    assert!(ended[0].message().contains("may have run"), "{ended:?}");
    assert!(ended[1..].iter().all(|status| status.message().contains("took no more calls")), "{ended:?}");
}

#[tokio::test]
async fn the_reason_of_an_end_arrives_though_more_came_and_the_channel_is_gone() {
    let (near, far) = tokio::net::UnixStream::pair().unwrap();
    let call = tokio::spawn(async {
        let connection = BinaryConnection::open(Connection::new(near), MESSAGE_BYTES_DEFAULT).await.unwrap();
        OneClient::new(Channel::from_caller(Arc::new(connection))).one(1).await
    });
    let (mut plugin, _call) = plugin(Connection::new(far)).await;
    // A kind that there is not, and much behind it.
    let mut bytes = vec![0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0];
    bytes.resize(100_000, 0);
    plugin.write_all(&bytes).await.unwrap();
    plugin.flush().await.unwrap();
    assert_eq!(call.await.unwrap().unwrap_err().code(), Code::Internal);
    plugin.write_all(&bytes).await.unwrap();
    plugin.shutdown().await.unwrap();
    let mut heard = Vec::new();
    let reading = tokio::time::timeout(Duration::from_secs(20), plugin.read_to_end(&mut heard));
    reading.await.expect("the host closes").unwrap();
    assert!(heard.windows(4).any(|bytes| bytes == b"kind"), "{}", String::from_utf8_lossy(&heard));
}

/// The next call that comes.
async fn next_call(connection: &mut Connection, buffer: &mut BytesMut) -> Frame {
    loop {
        match Frame::next(buffer, u32::MAX).unwrap() {
            Some(frame) if frame.kind == Kind::Call => return frame,
            Some(_) => {}
            None => drop(connection.read_buf(buffer).await.unwrap()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_for_a_place_says_what_is_left_of_its_time() {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let calls = async {
        let connection = BinaryConnection::open(Connection::new(near), MESSAGE_BYTES_DEFAULT).await.unwrap();
        let channel = Channel::from_caller(Arc::new(connection));
        let client = OneClient::new(channel.with(CallOptions::new().timeout(Duration::from_secs(10))));
        let calls = join_all((0..2).map(|number| client.one(number)));
        assert!(calls.await.iter().all(Result::is_ok));
    };
    let plugin = async {
        let (mut connection, mut buffer) = plugin(Connection::new(far)).await;
        for waited in [0, 3] {
            let call = next_call(&mut connection, &mut buffer).await;
            let left = Duration::from_nanos(Opening::read(&call).unwrap().0.timeout.unwrap());
            assert!(left <= Duration::from_secs(10 - waited), "{left:?} after {waited} s");
            assert!(left > Duration::from_secs(9 - waited), "{left:?} after {waited} s");
            tokio::time::sleep(Duration::from_secs(3)).await;
            let flags = Flags(Flags::PART | Flags::END);
            let header = Header { length: 0, kind: Kind::Message, flags, call: call.call };
            connection.write_all(&header.bytes()).await.unwrap();
            connection.flush().await.unwrap();
        }
    };
    tokio::join!(calls, plugin);
}

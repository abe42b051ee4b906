//! Calls that nobody waits for any more, seen from the plugin's side of the connection.

use bytes::Bytes;
use h2::server::Connection as RawConnection;
use h2::{Reason, RecvStream};
use tokio::io::DuplexStream;

use super::*;

/// More than a stream's window, so that a part of it waits.
const LARGE: usize = 3 * 1024 * 1024;

/// A client, and a plugin of bare HTTP/2 that takes so many calls at once.
async fn raw_plugin(calls: u32) -> (NumbersClient, RawConnection<DuplexStream, Bytes>) {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let mut builder = h2::server::Builder::new();
    builder.max_concurrent_streams(calls);
    let client = GrpcConnection::open(Connection::new(near), false, MESSAGE_BYTES_DEFAULT);
    let (client, plugin) = tokio::join!(client, builder.handshake(far));
    (NumbersClient::new(Channel::from_caller(Arc::new(client.unwrap()))), plugin.unwrap())
}

/// Reads a request to its end: how many bytes came, and the reason with which it was taken back.
async fn read(body: &mut RecvStream) -> (usize, Option<Reason>) {
    let mut length = 0;
    while let Some(piece) = body.data().await {
        match piece {
            Ok(piece) => {
                length += piece.len();
                body.flow_control().release_capacity(piece.len()).unwrap();
            }
            Err(error) => return (length, error.reason()),
        }
    }
    (length, None)
}

fn large_call(client: &NumbersClient) -> JoinHandle<Result<u64, Status>> {
    let client = client.clone();
    tokio::spawn(async move { client.size(vec![0; LARGE]).await })
}

#[tokio::test]
async fn a_large_request_that_waits_for_room_is_taken_back() {
    let (client, mut plugin) = raw_plugin(10).await;
    let call = large_call(&client);
    let (request, _respond) = in_time(plugin.accept()).await.unwrap().unwrap();
    let driver = tokio::spawn(async move { while plugin.accept().await.is_some() {} });
    tokio::time::sleep(Duration::from_millis(50)).await;
    call.abort();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (length, reason) = in_time(read(&mut request.into_body())).await;
    assert_eq!(reason, Some(Reason::CANCEL));
    assert!(length < LARGE, "all of it came");
    driver.abort();
}

#[tokio::test]
async fn a_request_that_waits_for_its_turn_is_never_sent() {
    let (client, mut plugin) = raw_plugin(1).await;
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.double(1).await }
    });
    let (_request, mut respond) = in_time(plugin.accept()).await.unwrap().unwrap();
    let waiting = large_call(&client);
    let (next_sender, next) = tokio::sync::oneshot::channel();
    let driver = tokio::spawn(async move {
        // What comes when it is the waiting call's turn, or the one behind it.
        let next = plugin.accept().await;
        drop(next_sender.send(next.map(Result::unwrap)));
        while plugin.accept().await.is_some() {}
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    waiting.abort();
    tokio::time::sleep(Duration::from_millis(50)).await;
    respond.send_reset(Reason::REFUSED_STREAM);
    assert_eq!(in_time(first).await.unwrap().unwrap_err().code(), Code::Unavailable);
    let behind = tokio::spawn(async move { client.double(1).await });
    let (request, _respond) = in_time(next).await.unwrap().unwrap();
    let (length, _) = in_time(read(&mut request.into_body())).await;
    assert!(length < 100, "{length} bytes of a call that nobody waits for");
    behind.abort();
    driver.abort();
}

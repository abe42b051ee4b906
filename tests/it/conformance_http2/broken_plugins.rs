//! A plugin that does not keep to HTTP/2. The calls that are under way fail with a status, later ones as well, and the host
//! ends the plugin as ever.

use futures_util::future::join_all;
use rpcplugin::Code;

use super::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, PUSH_PROMISE, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, header_block, prefixed, setting,
};
use super::server::{OK_HEADERS, OK_TRAILERS, RESPONSE_BYTES, Server, response, start};
use super::{good_call, large_call, opposite};

/// Stands for the stream of the call that is under way.
const OWN: u32 = 1001;

/// Frames that no plugin may send while a call is under way.
fn forbidden() -> Vec<(&'static str, u8, u8, u32, Vec<u8>)> {
    let headers = header_block(OK_HEADERS);
    vec![
        ("data before headers", DATA, 0, OWN, vec![0; 5]),
        ("data of no stream", DATA, 0, 0, vec![0; 5]),
        ("data of a stream that was never opened", DATA, 0, 777, vec![0; 5]),
        ("padding longer than its frame", DATA, 8, OWN, vec![9, 0]),
        ("headers of no stream", HEADERS, END_HEADERS, 0, headers.clone()),
        ("headers of a stream that was never opened", HEADERS, END_HEADERS, 777, headers.clone()),
        ("headers that cannot be unpacked", HEADERS, END_HEADERS, OWN, vec![0x80]),
        ("headers without an end, and then another frame", HEADERS, 0, OWN, headers.clone()),
        ("a continuation of nothing", CONTINUATION, END_HEADERS, OWN, headers.clone()),
        ("a promise", PUSH_PROMISE, END_HEADERS, OWN, [&[0, 0, 0, 2], &headers[..]].concat()),
        ("a reset that is cut", RST_STREAM, 0, OWN, vec![0; 3]),
        ("a reset of a stream that was never opened", RST_STREAM, 0, 777, vec![0; 4]),
        ("settings that are cut", SETTINGS, 0, 0, vec![0; 5]),
        ("settings of a stream", SETTINGS, 0, OWN, Vec::new()),
        ("a frame size that is too small", SETTINGS, 0, 0, setting(5, 1)),
        ("a window that is too large", SETTINGS, 0, 0, setting(4, u32::MAX)),
        ("an acknowledgement with a load", SETTINGS, 1, 0, setting(3, 1)),
        ("a ping that is cut", PING, 0, 0, vec![0; 7]),
        ("a farewell that is cut", GOAWAY, 0, 0, vec![0; 7]),
        ("a farewell with an error", GOAWAY, 0, 0, vec![0, 0, 0, 0, 0, 0, 0, 2]),
        ("a connection window that opens by nothing", WINDOW_UPDATE, 0, 0, vec![0; 4]),
        ("a connection window that opens too far", WINDOW_UPDATE, 0, 0, vec![0x7f, 0xff, 0xff, 0xff]),
    ]
}

async fn sent(what: &str, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let (plugin, mut server, _directory) = start(None).await;
    let client = async {
        let under_way = large_call(&plugin).await.expect_err(what);
        (under_way, large_call(&plugin).await.expect_err(what))
    };
    let serve = async {
        let call = server.next_request().await.unwrap();
        let stream = if stream == OWN { call.stream } else { stream };
        server.write(kind, flags, stream, payload).await;
        // After headers that have not ended nothing but their end may come.
        server.ping().await;
        while server.next_request().await.is_some() {}
    };
    let (under_way, later) = opposite(client, serve).await;
    for status in [&under_way, &later] {
        assert!(matches!(status.code(), Code::Unavailable | Code::Internal), "{what}: {status}");
        assert!(!status.message().is_empty(), "{what}");
    }
    let stopped = plugin.stop().await;
    assert!(!stopped.killed, "{what}: {stopped:?}");
}

#[tokio::test]
async fn a_forbidden_frame_ends_the_calls_with_a_status() {
    // All at once: ending a plugin that does not answer takes a while.
    join_all(forbidden().into_iter().map(|(what, kind, flags, stream, payload)| async move {
        sent(what, kind, flags, stream, &payload).await;
    }))
    .await;
}

#[tokio::test]
async fn frames_that_nobody_knows_are_passed_over() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let stream = server.next_request().await.unwrap().stream;
        for (kind, stream) in [(0xb, 0), (0xfe, stream), (0xff, 0)] {
            server.write(kind, 0xff, stream, b"of another time").await;
        }
        server.write(SETTINGS, 0, 0, &setting(0xf00d, 1)).await;
        server.answer(stream, &response(RESPONSE_BYTES)).await;
        server.serve().await;
    };
    opposite(good_call(&plugin), serve).await;
}

/// Sends an answer whose header blocks come in pieces of so many bytes.
async fn in_pieces(server: &mut Server, stream: u32, each: usize) {
    pieces(server, stream, &header_block(OK_HEADERS), each, 0).await;
    let message = prefixed(&response(RESPONSE_BYTES));
    server.data(stream, &message).await;
    pieces(server, stream, &header_block(OK_TRAILERS), each, END_STREAM).await;
}

async fn pieces(server: &mut Server, stream: u32, block: &[u8], each: usize, flags: u8) {
    let count = block.chunks(each).count();
    for (index, piece) in block.chunks(each).enumerate() {
        let last = if index + 1 == count { END_HEADERS } else { 0 };
        let (kind, flags) = if index == 0 { (HEADERS, flags) } else { (CONTINUATION, 0) };
        server.write(kind, flags | last, stream, piece).await;
    }
}

#[tokio::test]
async fn headers_may_come_in_pieces() {
    let (plugin, mut server, _directory) = start(None).await;
    let client = async {
        good_call(&plugin).await;
        good_call(&plugin).await;
    };
    let serve = async {
        for each in [7, 16] {
            let stream = server.next_request().await.unwrap().stream;
            in_pieces(&mut server, stream, each).await;
        }
        server.serve().await;
    };
    opposite(client, serve).await;
}

#[tokio::test]
async fn an_interim_answer_is_not_the_answer() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let stream = server.next_request().await.unwrap().stream;
        for status in [&b"100"[..], b"103"] {
            server.headers(stream, [(":status", status)], false).await;
        }
        server.answer(stream, &response(RESPONSE_BYTES)).await;
        server.serve().await;
    };
    opposite(good_call(&plugin), serve).await;
}

//! The negative cases of gRPC, for a client. A test that begins with the name of a case is that case.

use std::time::Duration;

use futures_util::future::join_all;
use rpcplugin::Code;

use super::frames::prefixed;
use super::server::{OK_HEADERS, OK_TRAILERS, RESPONSE_BYTES, response, start};
use super::{bad_call, good_call, large_call, opposite};

/// The reference opens a new connection for the second call, and the caller sees nothing of it.
///
/// A plugin has one connection, made once to one process: who says on it that it takes no more calls is a plugin that ends.
/// So what it has taken is answered, and what comes later fails at once and says so.
#[tokio::test]
async fn goaway_lets_the_first_call_end_and_refuses_the_second() {
    let (plugin, mut server, _directory) = start(None).await;
    let mut after = None;
    let client = async {
        good_call(&plugin).await;
        large_call(&plugin).await.unwrap_err()
    };
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.go_away(request.stream).await;
        server.answer(request.stream, &response(RESPONSE_BYTES)).await;
        after = server.next_request().await;
    };
    let status = opposite(client, serve).await;
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(status.message().contains("was not sent"), "{status}");
    assert!(after.is_none(), "the second call was sent all the same");
}

#[tokio::test]
async fn goaway_ends_the_calls_that_the_plugin_has_not_taken_and_no_other() {
    let (plugin, mut server, _directory) = start(None).await;
    let client = async { tokio::join!(large_call(&plugin), large_call(&plugin)) };
    let serve = async {
        let first = server.next_request().await.unwrap();
        let second = server.next_request().await.unwrap();
        server.go_away(first.stream.min(second.stream)).await;
        server.answer(first.stream.min(second.stream), &response(RESPONSE_BYTES)).await;
        server.serve().await;
    };
    let (one, other) = opposite(client, serve).await;
    let mut outcomes = [one, other];
    outcomes.sort_by_key(Result::is_err);
    let [taken, refused] = outcomes;
    assert!(taken.is_ok(), "{taken:?}");
    let status = refused.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(status.message().contains("did not run"), "{status}");
}

#[tokio::test]
async fn rst_after_header() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, OK_HEADERS, false).await;
        server.reset(request.stream, 0).await;
        server.serve().await;
    };
    let status = opposite(bad_call(&plugin, "headers are no answer"), serve).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn rst_during_data() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, OK_HEADERS, false).await;
        let message = prefixed(&response(RESPONSE_BYTES));
        server.data(request.stream, &message[..message.len() / 2]).await;
        server.reset(request.stream, 0).await;
        server.serve().await;
    };
    let status = opposite(bad_call(&plugin, "half of an answer is none"), serve).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn rst_after_data() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, OK_HEADERS, false).await;
        server.data(request.stream, &prefixed(&response(RESPONSE_BYTES))).await;
        server.reset(request.stream, 0).await;
        server.serve().await;
    };
    let status = opposite(bad_call(&plugin, "a message without a status is no answer"), serve).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn ping() {
    let (plugin, mut server, _directory) = start(None).await;
    let client = async {
        for _ in 0..10 {
            good_call(&plugin).await;
        }
    };
    let serve = async {
        while let Some(request) = server.next_request().await {
            server.ping().await;
            server.headers(request.stream, OK_HEADERS, false).await;
            server.ping().await;
            server.data(request.stream, &prefixed(&response(RESPONSE_BYTES))).await;
            server.ping().await;
            server.headers(request.stream, OK_TRAILERS, true).await;
            server.ping().await;
        }
    };
    opposite(client, serve).await;
    // The last of them are still on their way.
    let rest = async { while server.pings_acknowledged < server.pings_sent && server.step().await {} };
    opposite(rest, async {}).await;
    assert_eq!((server.pings_sent, server.pings_acknowledged), (40, 40));
}

#[tokio::test]
async fn max_streams_is_kept_to_and_every_call_has_its_turn() {
    let (plugin, mut server, _directory) = start(Some(1)).await;
    let client = async {
        good_call(&plugin).await;
        join_all((0..10).map(|_| good_call(&plugin))).await;
    };
    let serve = async {
        while let Some(request) = server.next_request().await {
            // Time for a second request to come that must not.
            tokio::time::sleep(Duration::from_millis(5)).await;
            server.answer(request.stream, &response(RESPONSE_BYTES)).await;
        }
    };
    opposite(client, serve).await;
    assert_eq!(server.open_most, 1);
}

/// In all 16 MiB of padding, which nobody reads and everybody must count: the window of a stream has 1 MiB.
#[tokio::test]
async fn data_frame_padding() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, OK_HEADERS, false).await;
        server.padded(request.stream, &prefixed(&response(RESPONSE_BYTES)), 5, 255).await;
        server.headers(request.stream, OK_TRAILERS, true).await;
        server.serve().await;
    };
    opposite(good_call(&plugin), serve).await;
}

/// The same without a byte of padding: what the one case proves is proved only beside the other.
#[tokio::test]
async fn no_df_padding_sanity_test() {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, OK_HEADERS, false).await;
        server.padded(request.stream, &prefixed(&response(RESPONSE_BYTES)), 5, 0).await;
        server.headers(request.stream, OK_TRAILERS, true).await;
        server.serve().await;
    };
    opposite(good_call(&plugin), serve).await;
}

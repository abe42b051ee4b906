//! A connection that is lost behind each byte of a conversation: no call hangs, and none looks complete that is not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpcplugin::testing::{self, Faults, Lane, MockService, Route, Setup, TestingError};
use rpcplugin::{Code, Status, Streaming};

use crate::kit_four::{FourClient, METHODS, call, in_memory};

/// How streams of requests ended for their handlers: how many came, and whether the end was a good one.
type Ends = Arc<Mutex<Vec<(usize, bool)>>>;

fn served() -> (Setup, Ends) {
    let ends = Ends::default();
    let mock = MockService::new(FourClient::SPEC);
    let answer = || b"answer".to_vec();
    let both = move || Streaming::from_iter([b"begun".to_vec(), answer()]);
    mock.always("One").unwrap().unary_unary(move |_, _: Vec<u8>| async move { Ok(answer()) }).unwrap();
    mock.always("Many").unwrap().unary_stream(move |_, _: Vec<u8>| async move { Ok(both()) }).unwrap();
    let seen = Arc::clone(&ends);
    let take = move |_, requests| {
        let seen = Arc::clone(&seen);
        async move {
            read(requests, &seen).await?;
            Ok(answer())
        }
    };
    mock.always("Take").unwrap().stream_unary(take).unwrap();
    let seen = Arc::clone(&ends);
    let swap = move |_, requests| {
        let seen = Arc::clone(&seen);
        async move {
            read(requests, &seen).await?;
            Ok(both())
        }
    };
    mock.always("Swap").unwrap().stream_stream(swap).unwrap();
    (testing::connect(mock), ends)
}

async fn read(mut requests: Streaming<Vec<u8>>, ends: &Ends) -> Result<(), Status> {
    let mut count = 0;
    let ended = loop {
        match requests.message().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => break Ok(()),
            Err(status) => break Err(status),
        }
    };
    ends.lock().unwrap().push((count, ended.is_ok()));
    ended
}

/// A conversation with faults: what became of the call, and how its requests ended.
async fn converse(
    route: Route,
    method: &str,
    spoil: impl FnOnce(&Faults),
) -> (Result<Vec<u8>, Status>, Vec<(usize, bool)>) {
    let faults = Faults::new();
    spoil(&faults);
    let (setup, ends) = served();
    let pair = match setup.route(route).faults(&faults).await {
        Ok(pair) => pair,
        // On the binary wire the plugin has said which methods it has before the first call.
        Err(TestingError::Open { .. }) => return (Err(Status::unavailable("not opened")), Vec::new()),
        Err(error) => panic!("{error}"),
    };
    let four = FourClient::new(pair.channel());
    let answer = tokio::time::timeout(Duration::from_secs(3600), call(&four, method)).await;
    let answer = answer.expect("a call ends with its connection");
    pair.idle().await.expect("so does its handler");
    let ends = ends.lock().unwrap().clone();
    (answer, ends)
}

/// The bytes of a conversation in which nothing goes wrong, in each direction, up to the answer.
async fn length(route: Route, method: &str) -> (u64, u64) {
    let faults = Faults::new();
    let (setup, _ends) = served();
    let pair = setup.route(route).faults(&faults).await.unwrap();
    call(&FourClient::new(pair.channel()), method).await.unwrap();
    (faults.requests().bytes(), faults.responses().bytes())
}

/// Spoils one direction behind each byte of the conversation in turn.
async fn at_every_byte(spoil: fn(&Lane, u64), allowed: &[Code]) {
    for (route, method) in in_memory().into_iter().flat_map(|route| METHODS.map(|method| (route, method))) {
        let (requests, responses) = length(route, method).await;
        assert!(requests > 60 && responses > 40, "{method}: {requests} and {responses} bytes");
        for (is_request, bytes) in [(true, requests), (false, responses)] {
            let mut failed = 0;
            // Without its first byte there is no connection, and nothing to call on.
            for byte in 1..bytes {
                let lane = |faults: &Faults| if is_request { faults.requests() } else { faults.responses() };
                let (answer, ends) = converse(route, method, |faults| spoil(&lane(faults), byte)).await;
                let place =
                    format!("{method} over {route}, request {is_request}, behind byte {byte} of {bytes}");
                match answer {
                    Ok(answer) => assert_eq!(answer, b"answer", "{place}"),
                    Err(status) => {
                        failed += 1;
                        assert!(allowed.contains(&status.code()), "{place}: {status}");
                    }
                }
                for (count, is_complete) in ends {
                    assert!(!is_complete || count == 2, "{place}: {count} requests looked complete");
                }
            }
            assert!(
                failed > bytes / 2,
                "{method} over {route}, request {is_request}: {failed} of {bytes} failed"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_cut_behind_any_byte_ends_the_call() {
    at_every_byte(|lane, byte| drop(lane.cut_at(byte).clone()), &[Code::Unavailable]).await;
}

#[tokio::test(start_paused = true)]
async fn a_direction_that_ends_behind_any_byte_ends_the_call() {
    at_every_byte(|lane, byte| drop(lane.close_at(byte).clone()), &[Code::Unavailable, Code::Cancelled])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_conversation_in_pieces_of_any_size_is_the_same() {
    for (route, method) in in_memory().into_iter().flat_map(|route| METHODS.map(|method| (route, method))) {
        for bytes in [1, 2, 3, 5, 9, 17, 100] {
            let (answer, _ends) = converse(route, method, |faults| {
                faults.requests().pieces_of(bytes).delay(Duration::from_millis(1));
                faults.responses().pieces_of(bytes).delay(Duration::from_millis(1));
            })
            .await;
            assert_eq!(answer.unwrap(), b"answer", "{method} in pieces of {bytes}");
        }
        let (requests, responses) = length(route, method).await;
        for byte in 1..requests.max(responses) {
            let (answer, _ends) = converse(route, method, |faults| {
                faults.requests().split_at(byte);
                faults.responses().split_at(byte);
            })
            .await;
            assert_eq!(answer.unwrap(), b"answer", "{method} split at {byte}");
        }
    }
}

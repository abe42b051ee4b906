//! Streams of answers that do not end as they should: what came is handed on, and then an error. Never a mere end.

use rpcplugin::{Code, Message, PluginClient, Status};
use rpcplugin_tests::conformance::{
    Payload, ResponseParameters, StreamingOutputCallRequest, StreamingOutputCallResponse, TestService,
    TestServiceClient,
};

use super::frames::{DATA, END_STREAM, prefixed};
use super::server::{OK_HEADERS, OK_TRAILERS, start};
use super::{good_call, opposite};

/// How an answer goes on after its second message.
#[derive(Clone, Copy, Debug)]
enum After {
    Reset(u32),
    EndOfStream,
    HalfAMessage,
    TrailersWithoutStatus,
    Failure,
    GoodEnd,
    Closed,
}

fn message() -> Vec<u8> {
    prefixed(&StreamingOutputCallResponse { payload: Some(Payload::zeros(9)) }.encode().unwrap())
}

/// The number of messages that came, and how the stream ended after them.
async fn read(plugin: &PluginClient) -> (usize, Result<(), Status>) {
    let response_parameters = vec![ResponseParameters::of_size(9); 2];
    let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
    let client = TestServiceClient::new(plugin.channel());
    let mut responses = client.streaming_output_call(request).await.unwrap();
    let mut count = 0;
    let end = loop {
        match responses.message().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => break Ok(()),
            Err(status) => break Err(status),
        }
    };
    assert_eq!(responses.message().await.unwrap(), None, "nothing follows the end");
    (count, end)
}

async fn ended(after: After) -> (usize, Result<(), Code>) {
    let (plugin, mut server, _directory) = start(None).await;
    let client = async {
        let outcome = read(&plugin).await;
        if !matches!(after, After::Closed) {
            good_call(&plugin).await;
        }
        outcome
    };
    let serve = async move {
        let stream = server.next_request().await.unwrap().stream;
        server.headers(stream, OK_HEADERS, false).await;
        server.data(stream, &[message(), message()].concat()).await;
        match after {
            After::Reset(code) => server.reset(stream, code).await,
            After::EndOfStream => server.end_of_stream(stream).await,
            After::HalfAMessage => server.write(DATA, END_STREAM, stream, &message()[..7]).await,
            After::TrailersWithoutStatus => server.headers(stream, [("other", &b"trailer"[..])], true).await,
            After::Failure => server.headers(stream, [("grpc-status", &b"10"[..])], true).await,
            After::GoodEnd => server.headers(stream, OK_TRAILERS, true).await,
            After::Closed => return,
        }
        server.serve().await;
    };
    let (count, end) = opposite(client, serve).await;
    (count, end.map_err(|status| status.code()))
}

#[tokio::test]
async fn what_came_before_a_bad_end_is_handed_on() {
    for (after, expected) in [
        (After::GoodEnd, Ok(())),
        (After::Failure, Err(Code::Aborted)),
        (After::Reset(0), Err(Code::Internal)),
        (After::EndOfStream, Err(Code::Internal)),
        (After::HalfAMessage, Err(Code::Internal)),
        (After::TrailersWithoutStatus, Err(Code::Internal)),
        (After::Closed, Err(Code::Unavailable)),
    ] {
        assert_eq!(ended(after).await, (2, expected), "{after:?}");
    }
}

/// A reset does not wait behind what was sent before it: of the messages some may be lost, of the error nothing.
#[tokio::test]
async fn a_stream_that_is_reset_ends_in_what_the_reset_says() {
    for (number, code) in [(2, Code::Internal), (7, Code::Unavailable), (8, Code::Cancelled)] {
        let (count, end) = ended(After::Reset(number)).await;
        assert!(count <= 2, "{count} messages");
        assert_eq!(end, Err(code), "{number}");
    }
}

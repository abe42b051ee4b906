//! The calls by which a server of the test service is judged, as gRPC's description of them says.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use rpcplugin::{CallOptions, Code, Metadata, ResponseMetadata, Status, Streaming};
use tokio::sync::mpsc;

use super::client::{Fault, Peer};
use super::messages::LARGE_RESPONSE_BYTES;
use super::{
    EchoStatus, Empty, MissingMethod, MissingService, Observed, Observer, Payload, ResponseParameters,
    SimpleRequest, StreamingInputCallRequest, StreamingOutputCallRequest, StreamingOutputCallResponse,
    TestService, TestServiceClient,
};

/// A case that gRPC has a name for.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The name.
    pub name: &'static str,
    /// Why it is not run yet, if it is not.
    pub pending: Option<&'static str>,
}

const fn case(name: &'static str) -> Case {
    Case { name, pending: None }
}

/// The cases that need no cloud, and the three that soak; those of compression are in [`compressed`](super::compressed).
pub const CASES: [Case; 17] = [
    case("empty_unary"),
    case("large_unary"),
    case("client_streaming"),
    case("server_streaming"),
    case("ping_pong"),
    case("empty_stream"),
    case("custom_metadata"),
    case("status_code_and_message"),
    case("special_status_message"),
    case("unimplemented_method"),
    case("unimplemented_service"),
    case("cancel_after_begin"),
    case("cancel_after_first_response"),
    case("timeout_on_sleeping_server"),
    case("rpc_soak"),
    case("channel_soak"),
    case("long_lived_channel"),
];

/// Nothing for nothing.
pub(super) async fn empty_unary(peer: &Peer) -> Result<(), Fault> {
    equal("the answer", &peer.test.empty_call(Empty {}).await?, &Empty {})
}

/// Both messages are longer than what may be sent without an answer.
pub(super) async fn large_unary(test: &TestServiceClient) -> Result<(), Fault> {
    let response = test.unary_call(SimpleRequest::large()).await?;
    zeros(response.payload, LARGE_RESPONSE_BYTES)
}

/// Four requests, one answer.
pub(super) async fn client_streaming(peer: &Peer) -> Result<(), Fault> {
    let requests = REQUEST_BYTES.map(|length| StreamingInputCallRequest {
        payload: Some(Payload::zeros(length)),
        expect_compressed: None,
    });
    let response = peer.test.streaming_input_call(Streaming::from_iter(requests)).await?;
    equal("the sum of the lengths", &response.aggregated_payload_size, &74_922)
}

/// One request, four answers.
pub(super) async fn server_streaming(peer: &Peer) -> Result<(), Fault> {
    let response_parameters = RESPONSE_BYTES.map(ResponseParameters::of_size).to_vec();
    let request = StreamingOutputCallRequest { response_parameters, ..Default::default() };
    let mut responses = peer.test.streaming_output_call(request).await?;
    for size in RESPONSE_BYTES {
        zeros(next(&mut responses).await?.payload, size)?;
    }
    end(&mut responses).await
}

/// Four requests, each sent when the one before it is answered.
pub(super) async fn ping_pong(peer: &Peer) -> Result<(), Fault> {
    let (ask, requests) = questions();
    let mut responses = peer.test.full_duplex_call(requests).await?;
    for (length, size) in REQUEST_BYTES.into_iter().zip(RESPONSE_BYTES) {
        send(&ask, question(length, Some(size))).await?;
        zeros(next(&mut responses).await?.payload, size)?;
    }
    drop(ask);
    end(&mut responses).await
}

/// No message in either direction is a success.
pub(super) async fn empty_stream(peer: &Peer) -> Result<(), Fault> {
    end(&mut peer.test.full_duplex_call(Streaming::empty()).await?).await
}

/// What the server sends back of what came beside the messages, before them and behind them.
pub(super) async fn custom_metadata(peer: &Peer) -> Result<(), Fault> {
    let mut metadata = Metadata::new();
    metadata.insert(ECHO_INITIAL, INITIAL_VALUE)?;
    metadata.insert_bin(ECHO_TRAILING, &TRAILING_VALUE[..])?;
    let answer = ResponseMetadata::new();
    let client = || {
        let options = CallOptions::new().metadata(metadata.clone()).response(&answer);
        TestServiceClient::new(peer.channel.with(options))
    };
    large_unary(&client()).await?;
    echoed_metadata(&answer)?;

    let (ask, requests) = questions();
    let mut responses = client().full_duplex_call(requests).await?;
    send(&ask, question(271_828, Some(LARGE_RESPONSE_BYTES))).await?;
    zeros(next(&mut responses).await?.payload, LARGE_RESPONSE_BYTES)?;
    // The first half is there while the second cannot be: the call goes on.
    equal("the initial metadata", &answer.initial().get(ECHO_INITIAL), &Some(INITIAL_VALUE))?;
    drop(ask);
    end(&mut responses).await?;
    echoed_metadata(&answer)
}

fn echoed_metadata(answer: &ResponseMetadata) -> Result<(), Fault> {
    let (initial, trailing) = (answer.initial(), answer.trailing());
    let initial: Vec<_> = initial.get_all(ECHO_INITIAL).collect();
    let trailing: Vec<_> = trailing.get_all_bin(ECHO_TRAILING).collect();
    equal("the initial metadata", &initial, &vec![INITIAL_VALUE])?;
    equal("the trailing metadata", &trailing, &vec![&TRAILING_VALUE[..]])
}

/// A call whose time is up before its server says anything.
pub(super) async fn timeout_on_sleeping_server(peer: &Peer) -> Result<(), Fault> {
    let before = peer.observer.observe().await?;
    let options = CallOptions::new().timeout(Duration::from_millis(1));
    let client = TestServiceClient::new(peer.channel.with(options));
    // Requests that never end: the server has no reason to end the call either.
    let requests = stream::iter([Ok(question(27_182, None))]).chain(stream::pending());
    match client.full_duplex_call(Streaming::new(requests)).await {
        Ok(mut responses) => failed(responses.message().await, Code::DeadlineExceeded, None)?,
        // So soon that the call had not begun.
        Err(status) => equal("the status", &status.code(), &Code::DeadlineExceeded)?,
    }
    over(peer, &before).await
}

/// A status that the server was asked for, of a call with one answer and of one with a stream.
pub(super) async fn status_code_and_message(peer: &Peer) -> Result<(), Fault> {
    echoed(peer, "test status message").await
}

/// White space, and characters of two and of four bytes in UTF-16.
pub(super) async fn special_status_message(peer: &Peer) -> Result<(), Fault> {
    let text = "\t\ntest with whitespace\r\nand Unicode BMP \u{263a} and non-BMP \u{1f608}\t\n";
    echoed(peer, text).await
}

async fn echoed(peer: &Peer, text: &str) -> Result<(), Fault> {
    let asked = || Some(EchoStatus { code: Code::Unknown.number(), message: text.to_owned() });
    let request = SimpleRequest { response_status: asked(), ..Default::default() };
    failed(peer.test.unary_call(request).await, Code::Unknown, Some(text))?;
    let request = StreamingOutputCallRequest { response_status: asked(), ..Default::default() };
    let mut responses = peer.test.full_duplex_call(Streaming::from_iter([request])).await?;
    failed(responses.message().await, Code::Unknown, Some(text))
}

/// The service is there, the method is not.
pub(super) async fn unimplemented_method(peer: &Peer) -> Result<(), Fault> {
    failed(peer.missing_method.unimplemented_call(Empty {}).await, Code::Unimplemented, None)
}

/// The service is not there.
pub(super) async fn unimplemented_service(peer: &Peer) -> Result<(), Fault> {
    failed(peer.missing_service.unimplemented_call(Empty {}).await, Code::Unimplemented, None)
}

/// A call is given up that has sent nothing. With us that is a dropped future, so the server is asked what came of it.
pub(super) async fn cancel_after_begin(peer: &Peer) -> Result<(), Fault> {
    let before = peer.observer.observe().await?;
    {
        let call = pin!(peer.test.streaming_input_call(Streaming::new(stream::pending())));
        tokio::select! {
            answer = call => return Err(Fault::new(format!("an answer to nothing: {answer:?}"))),
            running = observed(peer, |now| now.running > before.running) => running?,
        }
    }
    over(peer, &before).await
}

/// A call is given up that was answered once.
pub(super) async fn cancel_after_first_response(peer: &Peer) -> Result<(), Fault> {
    let before = peer.observer.observe().await?;
    let (ask, requests) = questions();
    let mut responses = peer.test.full_duplex_call(requests).await?;
    send(&ask, question(27_182, Some(31_415))).await?;
    zeros(next(&mut responses).await?.payload, 31_415)?;
    drop(responses);
    over(peer, &before).await?;
    // The other half of the call is gone as well: nobody takes a second request.
    match tokio::time::timeout(Duration::from_secs(30), ask.closed()).await {
        Ok(()) => Ok(()),
        Err(_) => Err(Fault::new("the requests of a call that was given up are still asked for")),
    }
}

/// No more calls run than before.
///
/// How the call ended is not asked: grpcio takes a call that is given up for one whose requests are complete, if it loses a
/// race with itself. That the handler ended at all is our doing, because its requests never did.
async fn over(peer: &Peer, before: &Observed) -> Result<(), Fault> {
    observed(peer, |now| now.running == before.running).await
}

/// Asks the server until it is so.
async fn observed(peer: &Peer, is_so: impl Fn(&Observed) -> bool) -> Result<(), Fault> {
    while !is_so(&peer.observer.observe().await?) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

type Questions = (mpsc::Sender<StreamingOutputCallRequest>, Streaming<StreamingOutputCallRequest>);

/// Requests that are sent one by one.
fn questions() -> Questions {
    let (ask, asked) = mpsc::channel(1);
    let requests = stream::unfold(asked, |mut asked| async move {
        let request = asked.recv().await?;
        Some((Ok(request), asked))
    });
    (ask, Streaming::new(requests))
}

fn question(length: usize, size: Option<i32>) -> StreamingOutputCallRequest {
    StreamingOutputCallRequest {
        response_parameters: size.map(ResponseParameters::of_size).into_iter().collect(),
        payload: Some(Payload::zeros(length)),
        ..Default::default()
    }
}

async fn send(
    ask: &mpsc::Sender<StreamingOutputCallRequest>,
    request: StreamingOutputCallRequest,
) -> Result<(), Fault> {
    ask.send(request).await.map_err(|_| Fault::new("nobody takes the requests any more"))
}

pub(super) async fn next(
    responses: &mut Streaming<StreamingOutputCallResponse>,
) -> Result<StreamingOutputCallResponse, Fault> {
    responses.message().await?.ok_or_else(|| Fault::new("the answers ended too early"))
}

pub(super) async fn end(responses: &mut Streaming<StreamingOutputCallResponse>) -> Result<(), Fault> {
    match responses.message().await? {
        None => Ok(()),
        Some(_) => Err(Fault::new("an answer too many")),
    }
}

/// A payload of so many zeros.
pub(super) fn zeros(payload: Option<Payload>, size: i32) -> Result<(), Fault> {
    let body = payload.map_or_else(Vec::new, |payload| payload.body);
    equal("the length of the payload", &i32::try_from(body.len()).ok(), &Some(size))?;
    equal("the first byte that is not zero", &body.iter().position(|byte| *byte != 0), &None)
}

/// A call ended with this status.
pub(super) fn failed<T: fmt::Debug>(
    answer: Result<T, Status>,
    code: Code,
    text: Option<&str>,
) -> Result<(), Fault> {
    let Err(status) = answer else {
        return Err(Fault::new(format!("expected {code}, the call succeeded with {answer:?}")));
    };
    equal("the status", &status.code(), &code)?;
    text.map_or(Ok(()), |text| equal("the text of the status", &status.message(), &text))
}

pub(super) fn equal<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), Fault> {
    match found == expected {
        true => Ok(()),
        false => Err(Fault::new(format!("{what}: expected {expected:?}, found {found:?}"))),
    }
}

/// What comes under this key goes back before the messages.
pub(super) const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";

/// What comes under this key goes back behind the messages.
pub(super) const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

const INITIAL_VALUE: &str = "test_initial_metadata_value";

const TRAILING_VALUE: [u8; 3] = [0xab; 3];

/// The lengths of the requests of the streaming cases, in bytes.
const REQUEST_BYTES: [usize; 4] = [27_182, 8, 1_828, 45_904];

/// The lengths of their answers, in bytes.
const RESPONSE_BYTES: [i32; 4] = [31_415, 9, 2_653, 58_979];

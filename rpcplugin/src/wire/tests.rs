//! Both ends of each wire over memory: the whole way of a call, without a process and without a socket.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

mod beside;
mod blocked;
mod given_up;
mod left;
mod stalled;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{ConnectionError, Protocol, Servers, StopSignal, Terms, open};
use crate::contract::{Code, Status};
use crate::limits::{MESSAGE_BYTES_DEFAULT, STREAMS_MAX};
use crate::rpc::{Channel, Router, Streaming};
use crate::testing::Faults;
use crate::transport::Connection;

/// Each of these is a test of each wire.
macro_rules! on_each_wire {
    ($($test:ident),* $(,)?) => {
        mod over_binary {
            $(#[tokio::test] async fn $test() { super::$test(super::Protocol::Binary).await })*
        }

        mod over_grpc {
            $(#[tokio::test] async fn $test() { super::$test(super::Protocol::Grpc).await })*
        }
    };
}

use on_each_wire;

on_each_wire![
    all_four_kinds_cross,
    all_four_kinds_cross_byte_by_byte,
    a_limit_of_the_other_side_is_told_in_the_same_words,
    empty_streams_and_empty_messages_cross,
    a_call_begins_before_the_plugin_says_a_word,
    a_thousand_calls_at_once_get_their_own_answers,
    a_status_keeps_its_code_and_its_text,
    a_panic_ends_its_own_call_and_says_nothing_of_its_payload,
    a_message_over_the_limit_fails_and_the_next_one_does_not,
    requests_that_fail_are_an_error_on_both_sides_and_never_an_end,
    a_lost_connection_is_an_error_and_never_an_end,
    a_stopping_server_finishes_the_calls_that_run,
    a_dropped_call_stops_its_handler,
    dropped_and_failed_streams_leave_no_call_behind,
    giving_up_many_calls_at_once_does_not_cost_the_connection,
    streams_that_nobody_reads_do_not_stop_other_calls,
];

#[rpcplugin::rpc_protocol(service = "test.Numbers")]
trait Numbers {
    async fn double(&self, request: u64) -> Result<u64, Status>;
    async fn count(&self, request: u64) -> Result<Streaming<u64>, Status>;
    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status>;
    async fn pairs(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status>;
    async fn size(&self, request: Vec<u8>) -> Result<u64, Status>;
    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status>;
    async fn flood(&self, request: u64) -> Result<Streaming<Vec<u8>>, Status>;
}

/// Answers; panics at 13, never answers 7.
struct Handler {
    /// How a stream of requests ended.
    ended: watch::Sender<Option<Result<(), Status>>>,
}

impl Numbers for Handler {
    async fn double(&self, request: u64) -> Result<u64, Status> {
        match request {
            7 => std::future::pending().await,
            13 => panic!("a secret"),
            0 => Err(Status::invalid_argument("zero has no double")),
            number => Ok(number * 2),
        }
    }

    async fn count(&self, request: u64) -> Result<Streaming<u64>, Status> {
        let endless = stream::iter(0..request).map(Ok).chain(stream::pending());
        match request {
            99 => Ok(Streaming::new(endless)),
            13 => Ok(Streaming::new(stream::iter(0..2).map(|number| match number {
                0 => Ok(0),
                _ => panic!("a secret"),
            }))),
            _ => Ok(Streaming::from_iter(0..request)),
        }
    }

    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status> {
        let _dropped = Dropped(&self.ended);
        let sum = requests.try_fold(0, |sum, number| async move { Ok(sum + number) }).await;
        self.ended.send_replace(Some(sum.clone().map(drop)));
        sum
    }

    /// Says nothing, not even that it has begun, until two requests are there.
    async fn pairs(&self, mut requests: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        let first = requests.message().await?.unwrap_or_default();
        let second = requests.message().await?.unwrap_or_default();
        Ok(Streaming::from_iter([first + second]))
    }

    /// Says at once that it has begun, and sends back what comes.
    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(requests)
    }

    /// Messages of this size, without an end.
    async fn flood(&self, request: u64) -> Result<Streaming<Vec<u8>>, Status> {
        let message = vec![0; usize::try_from(request).unwrap()];
        Ok(Streaming::new(stream::repeat(Ok(message))))
    }

    async fn size(&self, request: Vec<u8>) -> Result<u64, Status> {
        Ok(u64::try_from(request.len()).unwrap())
    }
}

struct Wire {
    numbers: NumbersClient,
    ended: watch::Receiver<Option<Result<(), Status>>>,
    stop: watch::Sender<bool>,
    server: JoinHandle<Result<(), ConnectionError>>,
}

async fn wire(protocol: Protocol, message_bytes_max: usize) -> Wire {
    wire_with(protocol, &Faults::new(), message_bytes_max, message_bytes_max).await
}

/// A client and a server with a limit each, joined by a pipe with faults.
async fn wire_with(protocol: Protocol, faults: &Faults, near_max: usize, far_max: usize) -> Wire {
    let (ended_sender, ended) = watch::channel(None);
    let router = Router::new().service(NumbersServer::new(Handler { ended: ended_sender })).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (near, far) = (Connection::new(faults.client_end(near)), Connection::new(faults.handler_end(far)));
    let (stop, stopping) = watch::channel(false);
    let (channel, server) = join(protocol, router, (near, near_max), (far, far_max), stopping).await;
    Wire { numbers: NumbersClient::new(channel), ended, stop, server }
}

/// A channel to the handlers of a router. Each end has a limit of its own.
async fn join(
    protocol: Protocol,
    router: Router,
    (near, near_max): (Connection, usize),
    (far, far_max): (Connection, usize),
    stop: StopSignal,
) -> (Channel, JoinHandle<Result<(), ConnectionError>>) {
    let servers = Servers::new(Arc::new(router), far_max);
    let server =
        tokio::spawn(
            async move { servers.serve(protocol, far, BytesMut::new(), Terms::default(), stop).await },
        );
    (Channel::from_caller(open(protocol, near, false, near_max).await.unwrap()), server)
}

async fn all_four_kinds(numbers: &NumbersClient) {
    assert_eq!(numbers.double(21).await.unwrap(), 42);
    let counted: Vec<u64> = numbers.count(3).await.unwrap().collect().await.unwrap();
    assert_eq!(counted, [0, 1, 2]);
    assert_eq!(numbers.sum(Streaming::from_iter([1, 2, 3])).await.unwrap(), 6);
    let paired: Vec<u64> =
        numbers.pairs(Streaming::from_iter([1, 2])).await.unwrap().collect().await.unwrap();
    assert_eq!(paired, [3]);
}

/// Says that a handler is gone, if it said nothing itself.
struct Dropped<'a>(&'a watch::Sender<Option<Result<(), Status>>>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.send_if_modified(|ended| {
            let silent = ended.is_none();
            ended.get_or_insert(Err(Status::cancelled("dropped")));
            silent
        });
    }
}

async fn all_four_kinds_cross(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    all_four_kinds(&wire.numbers).await;
}

async fn all_four_kinds_cross_byte_by_byte(protocol: Protocol) {
    let faults = Faults::new();
    faults.requests().pieces_of(1);
    faults.responses().pieces_of(1);
    let wire = wire_with(protocol, &faults, MESSAGE_BYTES_DEFAULT, MESSAGE_BYTES_DEFAULT).await;
    all_four_kinds(&wire.numbers).await;
}

async fn a_limit_of_the_other_side_is_told_in_the_same_words(protocol: Protocol) {
    for (near, far) in [(1000, MESSAGE_BYTES_DEFAULT), (MESSAGE_BYTES_DEFAULT, 1000)] {
        let wire = wire_with(protocol, &Faults::new(), near, far).await;
        let status = wire.numbers.size(vec![1; 2000]).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert!(status.message().contains("over the limit of 1000;"), "{status}");
        let status = wire.numbers.sum(Streaming::from_iter(0..10)).await;
        assert_eq!(status.unwrap(), 45);
    }
}

async fn empty_streams_and_empty_messages_cross(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    assert_eq!(wire.numbers.sum(Streaming::empty()).await.unwrap(), 0);
    assert_eq!(wire.numbers.count(0).await.unwrap().message().await.unwrap(), None);
    assert_eq!(wire.numbers.size(Vec::new()).await.unwrap(), 0);
}

async fn a_call_begins_before_the_plugin_says_a_word(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let (ask, asked) = tokio::sync::mpsc::channel(1);
    let requests = stream::unfold(asked, |mut asked: tokio::sync::mpsc::Receiver<u64>| async move {
        Some((Ok(asked.recv().await?), asked))
    });
    // The second request is made only after the call returned.
    let mut paired = wire.numbers.pairs(Streaming::new(requests)).await.unwrap();
    ask.send(1).await.unwrap();
    ask.send(2).await.unwrap();
    assert_eq!(paired.message().await.unwrap(), Some(3));
}

async fn a_thousand_calls_at_once_get_their_own_answers(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let calls = (100..1100).map(|number| {
        let numbers = wire.numbers.clone();
        async move { (number, numbers.double(number).await) }
    });
    let answers: Vec<_> = stream::iter(calls).buffer_unordered(1000).collect().await;
    assert_eq!(answers.len(), 1000);
    for (number, answer) in answers {
        assert_eq!(answer.unwrap(), number * 2);
    }
}

async fn a_status_keeps_its_code_and_its_text(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let status = wire.numbers.double(0).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(status.message(), "zero has no double");
}

async fn a_panic_ends_its_own_call_and_says_nothing_of_its_payload(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let other = wire.numbers.sum(Streaming::from_iter(0..1000));
    let (status, sum) = tokio::join!(wire.numbers.double(13), other);
    let status = status.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("secret"), "{status}");
    assert_eq!(sum.unwrap(), 499_500);
    let mut counted = wire.numbers.count(13).await.unwrap();
    assert_eq!(counted.message().await.unwrap(), Some(0));
    assert_eq!(counted.message().await.unwrap_err().code(), Code::Internal);
    assert_eq!(wire.numbers.double(1).await.unwrap(), 2);
}

async fn a_message_over_the_limit_fails_and_the_next_one_does_not(protocol: Protocol) {
    let wire = wire(protocol, 1000).await;
    let status = wire.numbers.size(vec![1; 2000]).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.message().starts_with("a message of "), "{status}");
    assert!(status.message().contains("over the limit of 1000;"), "{status}");

    assert_eq!(wire.numbers.size(vec![1; 900]).await.unwrap(), 900);
}

/// The handler learns that the call is over, and not as if its requests were complete.
async fn expect_cut(ended: &mut watch::Receiver<Option<Result<(), Status>>>) {
    let told = tokio::time::timeout(Duration::from_secs(10), ended.wait_for(Option::is_some)).await;
    let told = told.expect("the handler is told").unwrap();
    assert!(matches!(*told, Some(Err(_))), "{told:?}");
}

async fn requests_that_fail_are_an_error_on_both_sides_and_never_an_end(protocol: Protocol) {
    let mut wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let requests = Streaming::new(stream::iter([Ok(1), Err(Status::data_loss("the disk is gone"))]));
    let status = wire.numbers.sum(requests).await.unwrap_err();
    assert_eq!(status.code(), Code::DataLoss);
    assert_eq!(status.message(), "the disk is gone");
    // The handler was dropped with the call, or saw an error: what it must not see is the end of a complete stream.
    expect_cut(&mut wire.ended).await;
    assert_eq!(wire.numbers.double(1).await.unwrap(), 2);
}

async fn a_lost_connection_is_an_error_and_never_an_end(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let mut counted = wire.numbers.count(99).await.unwrap();
    assert_eq!(counted.message().await.unwrap(), Some(0));
    let unanswered = wire.numbers.double(7);
    let lose = async {
        tokio::task::yield_now().await;
        wire.server.abort();
    };
    let (unanswered, ()) = tokio::join!(unanswered, lose);
    assert_eq!(unanswered.unwrap_err().code(), Code::Unavailable);
    let rest = loop {
        match counted.message().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert_eq!(rest.unwrap_err().code(), Code::Unavailable);
    assert_eq!(wire.numbers.double(1).await.unwrap_err().code(), Code::Unavailable);
}

async fn a_stopping_server_finishes_the_calls_that_run(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let (ask, asked) = tokio::sync::mpsc::channel(1);
    let requests = stream::unfold(asked, |mut asked: tokio::sync::mpsc::Receiver<u64>| async move {
        Some((Ok(asked.recv().await?), asked))
    });
    let sum = tokio::spawn({
        let numbers = wire.numbers.clone();
        async move { numbers.sum(Streaming::new(requests)).await }
    });
    ask.send(1).await.unwrap();
    // A whole call later the one before it is under way.
    wire.numbers.double(1).await.unwrap();
    wire.stop.send_replace(true);
    ask.send(2).await.unwrap();
    drop(ask);
    assert_eq!(sum.await.unwrap().unwrap(), 3);
    wire.server.await.unwrap().unwrap();
    assert_eq!(wire.numbers.double(1).await.unwrap_err().code(), Code::Unavailable);
}

async fn a_dropped_call_stops_its_handler(protocol: Protocol) {
    let mut wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let requests = Streaming::new(stream::iter([Ok(1)]).chain(stream::pending()));
    let call = wire.numbers.sum(requests);
    drop(tokio::time::timeout(Duration::from_millis(50), call).await);
    expect_cut(&mut wire.ended).await;
    all_four_kinds(&wire.numbers).await;
}

/// What a fault would let hang.
async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("it hangs")
}

async fn dropped_and_failed_streams_leave_no_call_behind(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    // One more than a connection has room for: one that stayed open would block the last call.
    for number in 0..=STREAMS_MAX {
        let fails = number % 2 == 1;
        let rest = match fails {
            true => stream::iter([Err(Status::aborted("no more"))]).left_stream(),
            false => stream::pending().right_stream(),
        };
        // The call has begun on both sides when its first answer is there.
        let requests = Streaming::new(stream::iter([Ok(1)]).chain(rest));
        let mut echoed = in_time(wire.numbers.echo(requests)).await.unwrap();
        let mut answer = in_time(echoed.message()).await;
        if fails && matches!(answer, Ok(Some(_))) {
            answer = in_time(echoed.message()).await;
        }
        assert_eq!(
            answer.map_err(|status| status.code()),
            if fails { Err(Code::Aborted) } else { Ok(Some(1)) }
        );
    }
    assert_eq!(in_time(wire.numbers.double(1)).await.unwrap(), 2);
}

async fn giving_up_many_calls_at_once_does_not_cost_the_connection(protocol: Protocol) {
    let faults = Faults::new();
    let wire = wire_with(protocol, &faults, MESSAGE_BYTES_DEFAULT, MESSAGE_BYTES_DEFAULT).await;
    assert_eq!(in_time(wire.numbers.double(1)).await.unwrap(), 2);
    // What a busy process looks like from outside.
    faults.requests().stall();
    faults.responses().stall();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let numbers = wire.numbers.clone();
            tokio::spawn(async move { numbers.double(7).await })
        })
        .collect();
    // All are sent, and all given up, before the other side looks at any.
    tokio::time::sleep(Duration::from_millis(50)).await;
    calls.iter().for_each(JoinHandle::abort);
    tokio::time::sleep(Duration::from_millis(50)).await;
    faults.requests().resume();
    faults.responses().resume();
    assert_eq!(in_time(wire.numbers.double(1)).await.unwrap(), 2);
}

async fn streams_that_nobody_reads_do_not_stop_other_calls(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let mut unread = Vec::new();
    for _ in 0..16 {
        let mut flood = in_time(wire.numbers.flood(1024 * 1024)).await.unwrap();
        // The first message is there, so the window of the stream is full of the next.
        in_time(flood.message()).await.unwrap();
        unread.push(flood);
    }
    assert_eq!(in_time(wire.numbers.double(1)).await.unwrap(), 2);
}

//! The testing kit: what joins, spoils, scripts and gives up, held against what its pages say.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use rpcplugin::testing::{
    self, Faults, MockService, ProtocolTestCase, Route, Setup, TestingError, cancel_everywhere,
    poll_then_drop,
};
use rpcplugin::{Channel, Code, Context, PeerAddress, Status, Streaming, rpc_protocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::kit_four::{in_memory, on_each_wire};

#[rpc_protocol(service = "test.Numbers")]
trait Numbers {
    async fn double(&self, number: u64) -> Result<u64, Status>;
    async fn count(&self, end: u64) -> Result<Streaming<u64>, Status>;
    async fn sum(&self, numbers: Streaming<u64>) -> Result<u64, Status>;
    async fn echo(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status>;
}

/// Counts without an end from 99 on, and never doubles 7.
struct Handler;

impl Numbers for Handler {
    async fn double(&self, number: u64) -> Result<u64, Status> {
        match number {
            7 => std::future::pending().await,
            number => Ok(number * 2),
        }
    }

    async fn count(&self, end: u64) -> Result<Streaming<u64>, Status> {
        let numbers = stream::iter(0..end).map(Ok);
        match end {
            99 => Ok(Streaming::new(numbers.chain(stream::pending()))),
            _ => Ok(Streaming::new(numbers)),
        }
    }

    async fn sum(&self, mut numbers: Streaming<u64>) -> Result<u64, Status> {
        let mut sum = 0;
        while let Some(number) = numbers.message().await? {
            sum += number;
        }
        Ok(sum)
    }

    async fn echo(&self, numbers: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        Ok(numbers)
    }
}

fn served() -> Setup {
    testing::connect(NumbersServer::new(Handler))
}

struct NumbersTest;

impl ProtocolTestCase for NumbersTest {
    type Client = NumbersClient;

    fn setup_protocol(&self) -> Setup {
        served()
    }

    fn client_of(&self, channel: Channel) -> NumbersClient {
        NumbersClient::new(channel)
    }
}

async fn all_four_kinds(numbers: &NumbersClient) {
    assert_eq!(numbers.double(4).await.unwrap(), 8);
    let counted: Vec<u64> = numbers.count(3).await.unwrap().collect().await.unwrap();
    assert_eq!(counted, [0, 1, 2]);
    assert_eq!(numbers.sum(Streaming::from_iter(0..10)).await.unwrap(), 45);
    let echoed: Vec<u64> = numbers.echo(Streaming::from_iter(0..3)).await.unwrap().collect().await.unwrap();
    assert_eq!(echoed, [0, 1, 2]);
}

#[tokio::test]
async fn a_fixture_gives_clients_and_ends_in_order() {
    let numbers = NumbersTest.create_test_client().await.unwrap();
    all_four_kinds(&numbers).await;
    numbers.close().await.unwrap();
    NumbersTest.for_each_route(async |numbers| all_four_kinds(&numbers).await).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_left_behind_is_named() {
    let numbers = NumbersTest.create_test_client().await.unwrap();
    let mut held = numbers.count(99).await.unwrap();
    assert_eq!(held.message().await.unwrap(), Some(0));
    let unanswered = tokio::spawn({
        let numbers = numbers.clone();
        async move { numbers.double(7).await }
    });
    numbers.double(1).await.unwrap();
    assert_eq!(numbers.pair().running_calls(), ["/test.Numbers/Count", "/test.Numbers/Double"]);
    let error = numbers.pair().idle().await.unwrap_err();
    let TestingError::LeakedCalls { calls, .. } = &error else { panic!("{error}") };
    assert_eq!(calls, &["/test.Numbers/Count", "/test.Numbers/Double"]);
    assert!(error.to_string().contains("/test.Numbers/Count, /test.Numbers/Double"), "{error}");

    // What is dropped is not left behind.
    drop(held);
    unanswered.abort();
    numbers.close().await.unwrap();
}

#[tokio::test]
async fn a_pair_that_is_closed_answers_no_more() {
    for route in Route::all().into_iter().filter(|route| route.carrier().is_some()) {
        let pair = served().route(route).await.unwrap();
        let numbers = NumbersClient::new(pair.channel());
        assert_eq!(numbers.double(1).await.unwrap(), 2, "{route}");
        pair.close().await.unwrap();
        assert_eq!(numbers.double(1).await.unwrap_err().code(), Code::Unavailable, "{route}");
    }
}

#[tokio::test]
async fn the_routes_are_what_they_are_called() {
    #[rpc_protocol]
    trait Who {
        async fn who(&self) -> Result<String, Status>;
    }
    struct Said;
    impl Who for Said {
        async fn who(&self) -> Result<String, Status> {
            let context = Context::current().unwrap();
            let peer = context.peer().unwrap();
            let address = match peer.address() {
                PeerAddress::Unix => "unix",
                PeerAddress::Tcp(_) => "tcp",
                PeerAddress::Memory => "memory",
                _ => "another",
            };
            Ok(format!("{address} {}", peer.certificate_fingerprint().is_some()))
        }
    }
    let names: Vec<String> = Route::all().iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), 13, "{names:?}");
    for route in Route::all() {
        let pair = testing::connect(WhoServer::new(Said)).route(route).await.unwrap();
        let said = WhoClient::new(pair.channel()).who().await.unwrap();
        let name = route.to_string();
        let carrier = name.split(',').next().unwrap().replace("local", "memory");
        assert_eq!(said, format!("{carrier} {}", name.contains("TLS")), "{route}");
        assert_eq!(pair.fingerprints().is_some(), route.is_mutual_tls());
    }
}

#[tokio::test]
async fn a_failure_names_its_routes() {
    let failed = tokio::spawn(async {
        // A future of an async closure is not `Send` here, so it has a thread of its own.
        tokio::task::spawn_blocking(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(testing::for_each_route(served, async |channel| {
                let numbers = NumbersClient::new(channel);
                let answer = tokio::time::timeout(Duration::from_millis(1), numbers.double(7)).await;
                assert!(answer.is_ok(), "seven is never doubled");
            }));
        })
        .await
    });
    let panic = failed.await.unwrap().unwrap_err().into_panic();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("failed on 13 of 13 routes"), "{text}");
    assert!(text.contains("over unix, mutual TLS, gRPC: seven is never doubled"), "{text}");
    assert!(text.contains("over tcp, plaintext, binary: seven is never doubled"), "{text}");
    assert!(text.contains("over local: seven"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_joined_is_an_error() {
    let twice = served().service(NumbersServer::new(Handler)).await;
    assert!(matches!(twice, Err(TestingError::Router { .. })), "{twice:?}");
    let local = served().route(Route::local()).faults(&Faults::new()).await;
    assert!(matches!(local, Err(TestingError::NoConnection)), "{local:?}");
    let faults = Faults::new();
    faults.responses().cut_at(10);
    let cut = served().route(Route::memory().mutual_tls()).faults(&faults).await;
    assert!(matches!(cut, Err(TestingError::Transport { .. })), "{cut:?}");
}

#[tokio::test]
async fn calls_cross_in_pieces() {
    for route in
        [Route::memory(), Route::memory().mutual_tls(), Route::unix()].into_iter().flat_map(on_each_wire)
    {
        let faults = Faults::new();
        faults.requests().pieces_of(1);
        faults.responses().pieces_of(1);
        let pair = served().route(route).faults(&faults).await.unwrap();
        all_four_kinds(&NumbersClient::new(pair.channel())).await;
        assert!(faults.requests().bytes() > 100 && faults.responses().bytes() > 100);
        pair.close().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_are_as_late_as_they_shall_be() {
    for route in in_memory() {
        let faults = Faults::new();
        let pair = served().route(route).faults(&faults).await.unwrap();
        let numbers = NumbersClient::new(pair.channel());
        numbers.double(1).await.unwrap();
        faults.requests().delay(Duration::from_secs(3));
        faults.responses().delay(Duration::from_secs(4));
        let clock = Instant::now();
        assert_eq!(numbers.double(2).await.unwrap(), 4);
        let took = clock.elapsed();
        assert!((7.0..7.1).contains(&took.as_secs_f64()), "{took:?}");
        // The delay is one of each byte, and not of each read: many messages take no longer than one.
        let clock = Instant::now();
        assert_eq!(numbers.sum(Streaming::from_iter(0..1000)).await.unwrap(), 499_500);
        let took = clock.elapsed();
        assert!((7.0..7.1).contains(&took.as_secs_f64()), "{took:?}");
        faults.requests().delay(Duration::ZERO);
        faults.responses().delay(Duration::ZERO);
        pair.close().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_stalled_lane_lets_nothing_through_until_it_is_resumed() {
    for route in in_memory() {
        let faults = Faults::new();
        let pair = served().route(route).faults(&faults).await.unwrap();
        let numbers = NumbersClient::new(pair.channel());
        numbers.double(1).await.unwrap();
        faults.responses().stall();
        let mut call = std::pin::pin!(numbers.double(2));
        assert!(tokio::time::timeout(Duration::from_secs(60), call.as_mut()).await.is_err());
        // The other direction goes on: the handler has answered.
        pair.idle().await.unwrap();
        faults.responses().resume();
        assert_eq!(call.await.unwrap(), 4);
        pair.close().await.unwrap();
    }
}

#[tokio::test]
async fn one_direction_ends_and_the_other_does_not() {
    let faults = Faults::new();
    faults.requests().close_at(3);
    let (client, handler) = tokio::io::duplex(64);
    let (mut client, mut handler) = (faults.client_end(client), faults.handler_end(handler));
    client.write_all(b"hello").await.unwrap();
    let mut read = Vec::new();
    handler.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, b"hel");
    client.write_all(b"nobody reads this").await.unwrap();
    handler.write_all(b"bye").await.unwrap();
    let mut buffer = [0; 3];
    client.read_exact(&mut buffer).await.unwrap();
    assert_eq!(&buffer, b"bye");
    faults.responses().close();
    assert_eq!(client.read(&mut buffer).await.unwrap(), 0);
}

#[tokio::test]
async fn a_cut_wakes_whoever_reads_and_whoever_writes() {
    let faults = Faults::new();
    let (client, handler) = tokio::io::duplex(4);
    let (mut client, mut handler) = (faults.client_end(client), faults.handler_end(handler));
    let writes = tokio::spawn(async move { client.write_all(b"more than there is room for").await });
    let reads = tokio::spawn(async move {
        let mut buffer = [0; 4];
        handler.read_exact(&mut buffer).await?;
        std::future::pending::<()>().await;
        Ok::<_, std::io::Error>(buffer)
    });
    tokio::task::yield_now().await;
    assert_eq!(faults.requests().bytes(), 4);
    reads.abort();
    faults.cut();
    assert!(writes.await.unwrap().is_err());

    let (client, _handler) = tokio::io::duplex(4);
    let faults = Faults::new();
    let mut client = faults.client_end(client);
    let reads = tokio::spawn(async move { client.read_u8().await });
    tokio::task::yield_now().await;
    faults.cut();
    assert!(reads.await.unwrap().is_err());
}

#[tokio::test]
async fn a_mock_answers_every_kind_and_remembers() {
    let mock = MockService::new(NumbersClient::SPEC);
    mock.on("Double").unwrap().answer(5_u64).unwrap();
    mock.on("Count").unwrap().answer_stream([1_u64, 2]).unwrap();
    mock.on("Sum").unwrap().answer(9_u64).unwrap();
    mock.on("Echo").unwrap().stream_stream(|_, numbers: Streaming<u64>| async { Ok(numbers) }).unwrap();
    testing::for_each_route(
        || {
            let mock = MockService::new(NumbersClient::SPEC);
            mock.always("Double").unwrap().unary_unary(|_, n: u64| async move { Ok(n * 3) }).unwrap();
            mock
        },
        async |channel| assert_eq!(NumbersClient::new(channel).double(2).await.unwrap(), 6),
    )
    .await;

    let pair = testing::connect(mock.clone()).await.unwrap();
    let numbers = NumbersClient::new(pair.channel());
    assert_eq!(numbers.double(1).await.unwrap(), 5);
    let counted: Vec<u64> = numbers.count(7).await.unwrap().collect().await.unwrap();
    assert_eq!(counted, [1, 2]);
    assert_eq!(numbers.sum(Streaming::from_iter([1, 2, 3])).await.unwrap(), 9);
    let echoed: Vec<u64> = numbers.echo(Streaming::from_iter([4])).await.unwrap().collect().await.unwrap();
    assert_eq!(echoed, [4]);
    mock.verify().unwrap();
    let requests: Vec<Vec<u64>> = mock.calls().iter().map(|call| call.requests().unwrap()).collect();
    assert_eq!(requests, [vec![1], vec![7], vec![1, 2, 3], vec![4]]);
    assert_eq!(mock.calls_of("Sum").unwrap()[0].method().path, "/test.Numbers/Sum");
    pair.close().await.unwrap();
}

#[tokio::test]
async fn a_mock_says_what_differs_from_its_script() {
    let mock = MockService::new(NumbersClient::SPEC);
    mock.on("Double").unwrap().answer(5_u64).unwrap();
    mock.on("Double").unwrap().fail(Status::aborted("second"));
    mock.on("Double").unwrap().answer(6_u64).unwrap();
    let pair = testing::connect(mock.clone()).await.unwrap();
    let numbers = NumbersClient::new(pair.channel());
    assert_eq!(numbers.double(1).await.unwrap(), 5);
    assert_eq!(numbers.double(1).await.unwrap_err().code(), Code::Aborted);
    let status = numbers.sum(Streaming::empty()).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert!(status.message().contains("`on(\"Sum\")`"), "{status}");
    let error = mock.verify().unwrap_err().to_string();
    assert!(error.contains("`/test.Numbers/Sum` was called without an answer"), "{error}");
    assert!(error.contains("1 more calls of `/test.Numbers/Double` were expected"), "{error}");

    let unknown = mock.on("Halve").unwrap_err().to_string();
    assert!(unknown.contains("it has Double, Count, Sum, Echo"), "{unknown}");
    let wrong = mock.on("Count").unwrap().answer(1_u64).unwrap_err();
    assert!(matches!(wrong, TestingError::WrongKind { .. }), "{wrong}");
    let wrong = mock.on("Sum").unwrap().unary_unary(|_, n: u64| async move { Ok(n) }).unwrap_err();
    assert!(wrong.to_string().contains("`/test.Numbers/Sum` is stream_unary"), "{wrong}");
}

#[tokio::test(start_paused = true)]
async fn a_mock_may_hang() {
    let mock = MockService::new(NumbersClient::SPEC);
    mock.always("Sum").unwrap().hang();
    let pair = testing::connect(mock).await.unwrap();
    let numbers = NumbersClient::new(pair.channel());
    let answer = tokio::time::timeout(Duration::from_secs(60), numbers.sum(Streaming::empty())).await;
    assert!(answer.is_err());
    pair.close().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_never_ready_is_told_from_one_that_takes_long() {
    assert_eq!(poll_then_drop(async { 1 }, 0).await, None);
    assert_eq!(poll_then_drop(async { 1 }, 1).await, Some(1));
    let steps = || async {
        for _ in 0..9 {
            tokio::task::yield_now().await;
        }
    };
    let checked = std::cell::Cell::new(0);
    let polls = cancel_everywhere(steps, async |polls| assert_eq!(checked.replace(polls + 1), polls));
    assert_eq!(polls.await.unwrap(), 10);
    assert_eq!(checked.get(), 11);
}

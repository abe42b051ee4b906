//! What goes wrong in a call ends this call, in the same words wherever it happens, and no other.

use std::any::Any;
use std::panic::{panic_any, resume_unwind};
use std::time::Duration;

use futures_util::stream;
use rpcplugin::testing::{self, MockService, Pair, Route};
use rpcplugin::{Call, CallOptions, Code, Interceptor, MessageStream, Messages, Next, Status, Streaming};

use crate::kit_four::{FourClient, METHODS, call, call_with, endless, four, on_each_wire};

const SECRET: &str = "a secret";

/// Text that is formatted, text that is not, a number, and a value that panics again when it is dropped.
const PAYLOADS: [fn() -> Box<dyn Any + Send>; 4] = [
    || Box::new(format!("{SECRET}, formatted")),
    || Box::new(SECRET),
    || Box::new(42_u64),
    || Box::new(Again),
];

struct Again;

impl Drop for Again {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("{SECRET}, dropped");
        }
    }
}

#[track_caller]
fn is_a_panic(status: &Status, place: &str) {
    assert_eq!(status.code(), Code::Internal, "{place}: {status}");
    assert!(!status.message().contains(SECRET), "{place}: {status}");
    assert!(status.message().contains("panicked"), "{place}: {status}");
}

/// A call that runs while others panic, and a call afterwards.
async fn others_are_untouched(pair: &Pair, running: tokio::task::JoinHandle<Result<Vec<u8>, Status>>) {
    assert!(!running.is_finished(), "the call beside the others goes on");
    running.abort();
    drop(running.await);
    pair.idle().await.unwrap();
}

/// Calls the service that never ends, over the same connection.
fn beside(pair: &Pair) -> tokio::task::JoinHandle<Result<Vec<u8>, Status>> {
    let calm = FourClient::new(pair.channel().with(CallOptions::new().metadata(calm())));
    tokio::spawn(async move { call(&calm, "Swap").await })
}

fn calm() -> rpcplugin::Metadata {
    let mut metadata = rpcplugin::Metadata::new();
    metadata.insert("calm", "yes").unwrap();
    metadata
}

#[tokio::test]
async fn a_panic_of_a_handler_ends_its_call_in_every_kind_whatever_it_carries() {
    for route in
        [Route::local(), Route::memory(), Route::unix().mutual_tls()].into_iter().flat_map(on_each_wire)
    {
        let index = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let chosen = std::sync::Arc::clone(&index);
        let service = four(move |context| {
            let chosen = chosen.load(std::sync::atomic::Ordering::SeqCst);
            async move {
                if context.metadata().get("calm").is_some() {
                    std::future::pending::<()>().await;
                }
                resume_unwind(PAYLOADS[chosen]())
            }
        });
        let pair = testing::connect(service).route(route).await.unwrap();
        let beside = beside(&pair);
        let four = FourClient::new(pair.channel());
        for payload in 0..PAYLOADS.len() {
            index.store(payload, std::sync::atomic::Ordering::SeqCst);
            for method in METHODS {
                let status = call(&four, method).await.unwrap_err();
                is_a_panic(&status, &format!("{method} over {route}, payload {payload}"));
            }
        }
        others_are_untouched(&pair, beside).await;
        pair.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_panic_before_the_first_await_is_no_other() {
    let mock = MockService::new(FourClient::SPEC);
    mock.always("One").unwrap().unary_unary(refuse_one).unwrap();
    mock.always("Take").unwrap().stream_unary(refuse_take).unwrap();
    testing::for_each_route(
        || mock.clone(),
        async |channel| {
            let four = FourClient::new(channel);
            is_a_panic(&call(&four, "One").await.unwrap_err(), "One");
            is_a_panic(&call(&four, "Take").await.unwrap_err(), "Take");
        },
    )
    .await;
}

fn refuse_one(_: rpcplugin::Context, _: Vec<u8>) -> std::future::Ready<Result<Vec<u8>, Status>> {
    panic_any(SECRET)
}

fn refuse_take(_: rpcplugin::Context, _: Streaming<Vec<u8>>) -> std::future::Ready<Result<Vec<u8>, Status>> {
    panic_any(SECRET.to_owned())
}

/// Panics when it is dropped, as a handler's own values may.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("{SECRET}");
        }
    }
}

#[tokio::test]
async fn a_handler_that_panics_when_it_is_dropped_takes_nothing_with_it() {
    for route in [Route::local(), Route::memory(), Route::tcp()].into_iter().flat_map(on_each_wire) {
        let service = four(|_context| {
            let bomb = Bomb;
            async move {
                let _bomb = bomb;
                std::future::pending().await
            }
        });
        let pair = testing::connect(service).route(route).await.unwrap();
        let four = FourClient::new(pair.channel());
        let hurried =
            FourClient::new(pair.channel().with(CallOptions::new().timeout(Duration::from_millis(20))));
        for method in METHODS {
            // Given up by its caller.
            let given_up = tokio::time::timeout(Duration::from_millis(20), call(&four, method)).await;
            assert!(given_up.is_err(), "{method} over {route}");
            pair.idle().await.unwrap();
            // Out of time.
            let status = call(&hurried, method).await.unwrap_err();
            assert_eq!(status.code(), Code::DeadlineExceeded, "{method} over {route}: {status}");
            pair.idle().await.unwrap();
        }
        pair.close().await.unwrap();
    }
}

/// Panics before the call, behind it, or in the stream of responses.
struct Panics(&'static str);

impl Interceptor for Panics {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        if self.0 == "before" {
            panic_any(SECRET);
        }
        let answer = next.run(call).await?;
        match answer {
            Messages::Many(_) if self.0 == "stream" => {
                Ok(Messages::Many(MessageStream::new(stream::poll_fn(|_| panic!("{SECRET}")))))
            }
            _ => panic!("{SECRET}"),
        }
    }
}

#[tokio::test]
async fn a_panic_of_an_interceptor_ends_its_call() {
    for place in ["before", "behind", "stream"] {
        let setup = || testing::connect(four(|_| async { Ok(Vec::new()) })).interceptor(Panics(place));
        testing::for_each_route(setup, async |channel| {
            let four = FourClient::new(channel);
            for method in METHODS {
                is_a_panic(&call(&four, method).await.unwrap_err(), &format!("{method}, {place}"));
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_told_in_the_same_words_on_each_side_and_in_each_direction() {
    const LIMIT: usize = 1000;
    const LONG: usize = 5000;
    for route in Route::all().into_iter().filter(|route| route.carrier().is_some()) {
        for is_client in [true, false] {
            for is_request in [true, false] {
                let length = if is_request { 10 } else { LONG };
                let setup = testing::connect(four(move |_| async move { Ok(vec![1; length]) })).route(route);
                let setup = match is_client {
                    true => setup.client_message_bytes_max(LIMIT),
                    false => setup.handler_message_bytes_max(LIMIT),
                };
                let pair = setup.await.unwrap();
                let four = FourClient::new(pair.channel());
                for method in METHODS {
                    let request = vec![2; if is_request { LONG } else { 10 }];
                    let status = call_with(&four, method, vec![request]).await.unwrap_err();
                    let place = format!("{method} over {route}, client {is_client}, request {is_request}");
                    assert_eq!(status.code(), Code::ResourceExhausted, "{place}: {status}");
                    let words = status.message();
                    assert!(words.starts_with("a message of 50"), "{place}: {status}");
                    assert!(words.contains("over the limit of 1000;"), "{place}: {status}");
                }
                // The connection is as good as before.
                if is_request {
                    for method in METHODS {
                        assert_eq!(call(&four, method).await.unwrap().len(), length);
                    }
                }
                pair.close().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_reaches_its_handler() {
    let mut slowest = Duration::ZERO;
    for route in Route::all() {
        for method in METHODS {
            let (service, alive) = endless();
            let pair = testing::connect(service).route(route).await.unwrap();
            let four = FourClient::new(pair.channel());
            let calling = tokio::spawn(async move { call(&four, method).await });
            while alive.count() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let clock = std::time::Instant::now();
            calling.abort();
            pair.idle().await.unwrap();
            assert_eq!(alive.count(), 0);
            slowest = slowest.max(clock.elapsed());
            pair.close().await.unwrap();
        }
    }
    println!("the slowest of all kinds over all routes: {slowest:?}");
}

#[tokio::test]
async fn what_a_handler_left_elsewhere_learns_that_the_call_is_over() {
    for route in Route::all() {
        for (method, is_late) in METHODS.into_iter().flat_map(|method| [(method, false), (method, true)]) {
            let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
            let service = four(move |context: rpcplugin::Context| {
                let tell = tell.clone();
                tokio::spawn(async move {
                    let _ = tell.send("begun");
                    context.cancelled().await;
                    let _ = tell.send(if context.is_cancelled() { "over" } else { "not over" });
                });
                std::future::pending()
            });
            let pair = testing::connect(service).route(route).await.unwrap();
            let place = format!("{method} over {route}, late {is_late}");
            let limit = Duration::from_millis(20);
            let options = if is_late { CallOptions::new().timeout(limit) } else { CallOptions::new() };
            let four = FourClient::new(pair.channel().with(options));
            let calling = tokio::spawn(async move { call(&four, method).await });
            if is_late {
                // On a busy machine the time may be up before there is a handler, and then there is nobody to tell.
                assert_eq!(calling.await.unwrap().unwrap_err().code(), Code::DeadlineExceeded, "{place}");
                pair.close().await.unwrap();
            } else {
                assert_eq!(told.recv().await, Some("begun"), "{place}");
                calling.abort();
                pair.idle().await.unwrap();
            }
            let mut said = Vec::new();
            while let Ok(Some(word)) = tokio::time::timeout(Duration::from_secs(5), told.recv()).await {
                said.push(word);
                if word != "begun" {
                    break;
                }
            }
            let is_told = said.last().is_none_or(|word| *word == "over");
            assert!(is_told && (is_late || said == ["over"]), "{place}: {said:?}");
        }
    }
}

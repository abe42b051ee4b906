//! A call has the time that it has, on both sides, in each kind, and through plugins that call plugins.

use std::time::Duration;

use rpcplugin::testing::{self, Faults, Route};
use rpcplugin::{CallOptions, Code, Context, Status, Streaming, rpc_protocol};
use tokio::time::Instant;

use crate::kit_four::{FourClient, METHODS, call, endless, four, in_memory};

const SHORT: Duration = Duration::from_secs(2);

fn is_about(found: Duration, expected: Duration) -> bool {
    (expected..expected + Duration::from_millis(10)).contains(&found)
}

#[tokio::test]
async fn a_call_that_takes_too_long_ends_on_both_sides_over_every_route() {
    for route in Route::all() {
        let (service, alive) = endless();
        let pair = testing::connect(service).route(route).await.unwrap();
        let options = CallOptions::new().timeout(Duration::from_millis(40));
        let impatient = FourClient::new(pair.channel().with(options));
        for method in METHODS {
            let status = call(&impatient, method).await.unwrap_err();
            assert_eq!(status.code(), Code::DeadlineExceeded, "{method} over {route}: {status}");
            pair.idle().await.unwrap();
            assert_eq!(alive.count(), 0, "{method} over {route}: the handler is dropped");
        }
        pair.close().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_caller_does_not_wait_for_a_plugin_that_is_silent() {
    for (route, method) in in_memory().into_iter().flat_map(|route| METHODS.map(|method| (route, method))) {
        let (service, _alive) = endless();
        let faults = Faults::new();
        let pair = testing::connect(service).route(route).faults(&faults).await.unwrap();
        faults.responses().stall();
        let four = FourClient::new(pair.channel().with(CallOptions::new().timeout(SHORT)));
        let clock = Instant::now();
        let status = call(&four, method).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded, "{method}: {status}");
        assert!(is_about(clock.elapsed(), SHORT), "{method}: {:?}", clock.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn the_handler_does_not_wait_for_a_caller_that_is_silent() {
    for (route, method) in in_memory().into_iter().flat_map(|route| METHODS.map(|method| (route, method))) {
        let (service, alive) = endless();
        let faults = Faults::new();
        let pair = testing::connect(service).route(route).faults(&faults).await.unwrap();
        let four = FourClient::new(pair.channel().with(CallOptions::new().timeout(SHORT)));
        let clock = Instant::now();
        let running = tokio::spawn(async move { call(&four, method).await });
        while alive.count() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Whatever the caller says from here on, that it gives up too, never arrives.
        faults.requests().stall();
        pair.idle().await.unwrap();
        assert_eq!(alive.count(), 0);
        let took = clock.elapsed();
        assert!(is_about(took, SHORT), "{method}: {took:?}");
        assert_eq!(running.await.unwrap().unwrap_err().code(), Code::DeadlineExceeded, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_nested_call_has_the_time_that_is_left() {
    for (route, method) in in_memory().into_iter().flat_map(|route| METHODS.map(|method| (route, method))) {
        let inner = testing::connect(four(|context: Context| async move {
            Ok(context.time_left().map_or_else(Vec::new, |left| left.as_millis().to_be_bytes().to_vec()))
        }))
        .route(route)
        .await
        .unwrap();
        let nested = FourClient::new(inner.channel());
        let outer = testing::connect(four(move |_context| {
            let nested = nested.clone();
            async move {
                tokio::time::sleep(Duration::from_secs(4)).await;
                call(&nested, method).await
            }
        }))
        .route(route)
        .await
        .unwrap();
        let in_ten =
            FourClient::new(outer.channel().with(CallOptions::new().timeout(Duration::from_secs(10))));
        let left = call(&in_ten, method).await.unwrap();
        let left = u128::from_be_bytes(left.try_into().unwrap());
        assert!((5_900..=6_000).contains(&left), "{method}: {left} ms");
        let at_leisure = FourClient::new(outer.channel());
        assert!(call(&at_leisure, method).await.unwrap().is_empty(), "{method}: no deadline, none passed on");
        outer.close().await.unwrap();
        inner.close().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_nested_call_ends_when_the_first_one_is_out_of_time() {
    for route in in_memory() {
        let (service, alive) = endless();
        let inner = testing::connect(service).route(route).await.unwrap();
        let nested = FourClient::new(inner.channel());
        let outer = testing::connect(four(move |_context| {
            let nested = nested.clone();
            async move { call(&nested, "Swap").await }
        }))
        .route(route)
        .await
        .unwrap();
        let hurried = FourClient::new(outer.channel().with(CallOptions::new().timeout(SHORT)));
        let status = call(&hurried, "Many").await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
        outer.close().await.unwrap();
        inner.close().await.unwrap();
        assert_eq!(alive.count(), 0);
    }
}

#[rpc_protocol(service = "test.Slow")]
trait Slow {
    #[rpc(timeout = "2s")]
    async fn one(&self) -> Result<(), Status>;
    #[rpc(timeout = "2s")]
    async fn many(&self) -> Result<Streaming<u64>, Status>;
}

struct Never;

impl Slow for Never {
    async fn one(&self) -> Result<(), Status> {
        std::future::pending().await
    }

    async fn many(&self) -> Result<Streaming<u64>, Status> {
        Ok(Streaming::new(futures_util::stream::pending()))
    }
}

#[tokio::test(start_paused = true)]
async fn the_contract_bounds_a_call_whose_caller_says_nothing() {
    for route in in_memory() {
        let pair = testing::connect(SlowServer::new(Never)).route(route).await.unwrap();
        let long = Duration::from_secs(60);
        let patient = pair.channel().with(CallOptions::new().timeout(long));
        for (channel, expected) in [(pair.channel(), SHORT), (patient, long)] {
            let slow = SlowClient::new(channel);
            let clock = Instant::now();
            assert_eq!(slow.one().await.unwrap_err().code(), Code::DeadlineExceeded);
            assert!(is_about(clock.elapsed(), expected), "{:?}", clock.elapsed());
            let clock = Instant::now();
            let ended = slow.many().await.unwrap().message().await;
            assert_eq!(ended.unwrap_err().code(), Code::DeadlineExceeded);
            assert!(is_about(clock.elapsed(), expected), "{:?}", clock.elapsed());
        }
        pair.close().await.unwrap();
    }
}

use std::time::Duration;

use futures_util::stream;

use super::sample::{
    Four, FourClient, FourServer, Handler, WIRES, Way, call, channel, code_of, settled, with_timeout,
};
use crate::call::Side;
use crate::contract::{Code, MethodKind, Status};
use crate::interceptors::{LATENCY_BOUNDS_SECONDS, Metrics};
use crate::rpc::{Channel, Router, Streaming};
use crate::wire::Protocol;

fn counted(metrics: &Metrics) -> Router {
    Router::new().interceptor(metrics.clone()).service(FourServer::new(Handler)).unwrap()
}

fn path_of(kind: MethodKind) -> &'static str {
    FourClient::SPEC.methods.iter().find(|method| method.kind == kind).unwrap().path
}

#[tokio::test]
async fn every_call_is_counted_on_both_sides_by_its_end() {
    for wire in WIRES {
        for kind in MethodKind::ALL {
            for way in Way::ALL {
                let (near, far) = (Metrics::new(), Metrics::new());
                let channel = channel(counted(&far), wire).await.intercepted(near.clone());
                let answer = call(&channel, kind, way).await;
                let code = code_of(way);
                let told = answer.map_or_else(|status| status.code(), |_| Code::Ok);
                assert_eq!(told, code, "{kind} {way:?} {wire:?}");
                for (side, metrics) in [(Side::Client, near), (Side::Server, far)] {
                    settled(&metrics, 1).await;
                    let figures = metrics.snapshot();
                    let method = figures.method(side, path_of(kind)).unwrap();
                    assert_eq!(method.ended_with(code), 1, "{side:?} {kind} {way:?} {wire:?}: {method:?}");
                    assert_eq!(figures.total, *method, "nothing else was called");
                    assert_eq!(method.call_count, 1);
                    assert_eq!(method.error_count, u64::from(code != Code::Ok));
                    assert_eq!(method.latency.count(), 1);
                }
            }
        }
    }
}

#[tokio::test]
async fn messages_are_counted_as_each_side_sees_them() {
    for wire in WIRES {
        let (near, far) = (Metrics::new(), Metrics::new());
        let channel = channel(counted(&far), wire).await.intercepted(near.clone());
        for kind in MethodKind::ALL {
            call(&channel, kind, Way::Answers).await.unwrap();
        }
        settled(&far, 4).await;
        // One and two requests for the kinds; the same of responses.
        let expected = [(1, 1), (1, 2), (2, 1), (2, 2)];
        for (kind, (requests, responses)) in MethodKind::ALL.into_iter().zip(expected) {
            let figures = near.snapshot();
            let near = figures.method(Side::Client, path_of(kind)).unwrap();
            assert_eq!((near.messages_sent, near.messages_received), (requests, responses), "{kind}");
            let figures = far.snapshot();
            let far = figures.method(Side::Server, path_of(kind)).unwrap();
            assert_eq!((far.messages_sent, far.messages_received), (responses, requests), "{kind}");
        }
        let total = near.snapshot().total;
        assert_eq!((total.call_count, total.error_count, total.message_count), (4, 0, 12));
    }
}

#[tokio::test]
async fn a_call_is_in_flight_until_its_stream_is_dropped() {
    for wire in WIRES {
        let (near, far) = (Metrics::new(), Metrics::new());
        let channel = channel(counted(&far), wire).await.intercepted(near.clone());
        let requests =
            Streaming::new(futures_util::StreamExt::chain(stream::iter([Ok(1)]), stream::pending()));
        // A stream does not keep its connection open: the client does.
        let four = FourClient::new(channel);
        let mut echoed = four.echo(requests).await.unwrap();
        assert_eq!(echoed.message().await.unwrap(), Some(2));
        for metrics in [&near, &far] {
            let total = metrics.snapshot().total;
            assert_eq!((total.in_flight, total.call_count, total.message_count), (1, 0, 2));
        }
        drop(echoed);
        assert_eq!(near.snapshot().total.in_flight, 0, "the caller's side knows at once");
        settled(&far, 1).await;
        for metrics in [near, far] {
            assert_eq!(metrics.snapshot().total.ended_with(Code::Cancelled), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_out_of_time_is_counted_as_that() {
    let (near, far) = (Metrics::new(), Metrics::new());
    let channel = channel(counted(&far), None).await.intercepted(near.clone());
    let channel = with_timeout(&channel, Duration::from_secs(3));
    let four = FourClient::new(channel);
    assert_eq!(four.one(7).await.unwrap_err().code(), Code::DeadlineExceeded);
    let mut many = four.many(7).await.unwrap();
    assert_eq!(many.message().await.unwrap(), Some(2));
    assert_eq!(many.message().await.unwrap_err().code(), Code::DeadlineExceeded);
    drop(many);
    for metrics in [near, far] {
        settled(&metrics, 2).await;
        let total = metrics.snapshot().total;
        assert_eq!(total.ended_with(Code::DeadlineExceeded), 2, "{total:?}");
        // By the paused clock both took exactly their time, and a timer's tick at most.
        let buckets: Vec<_> = total.latency.buckets().filter(|(_, count)| *count > 0).collect();
        assert_eq!(buckets, [(5.0, 2)]);
        assert!((6.0..6.1).contains(&total.latency.sum_seconds), "{total:?}");
    }
}

#[tokio::test]
async fn a_stream_of_requests_that_fails_is_an_error_on_the_callers_side() {
    let near = Metrics::new();
    let channel = channel(counted(&Metrics::new()), Some(Protocol::Grpc)).await.intercepted(near.clone());
    let requests = Streaming::new(stream::iter([Ok(1), Err(Status::data_loss("the disk is gone"))]));
    FourClient::new(channel).sum(requests).await.unwrap_err();
    let total = near.snapshot().total;
    assert_eq!((total.ended_with(Code::DataLoss), total.messages_sent), (1, 1));
}

#[tokio::test]
async fn only_methods_of_tables_have_rows() {
    #[rpcplugin::rpc_protocol(service = "test.Absent")]
    trait Absent {
        async fn get(&self, request: u64) -> Result<u64, Status>;
    }
    for wire in WIRES {
        let far = Metrics::new();
        let channel = channel(counted(&far), wire).await;
        let status = AbsentClient::new(channel).get(1).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
        assert_eq!(far.snapshot().methods, []);
    }
}

#[tokio::test]
async fn a_watched_channel_is_not_kept_open() {
    let metrics = Metrics::new();
    let states = || {
        let channels = metrics.snapshot().channels.into_iter();
        channels.map(|channel| (channel.name, channel.is_connected)).collect::<Vec<_>>()
    };
    let first = Channel::local(Router::new());
    metrics.watch("kv", &first);
    metrics.watch("admin", &first.clone());
    assert_eq!(states(), [("admin".to_owned(), true), ("kv".to_owned(), true)]);
    drop(first);
    assert_eq!(states(), [("admin".to_owned(), false), ("kv".to_owned(), false)]);
    let next = Channel::local(Router::new());
    metrics.watch("kv", &next);
    assert_eq!(states(), [("admin".to_owned(), false), ("kv".to_owned(), true)]);
}

#[test]
fn the_bounds_rise() {
    assert!(LATENCY_BOUNDS_SECONDS.is_sorted_by(|left, right| left < right));
}

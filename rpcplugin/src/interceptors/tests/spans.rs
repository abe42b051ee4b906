use std::time::Duration;

use futures_util::StreamExt;

use super::sample::{Four, FourClient, FourServer, Handler, WIRES, Way, call, channel, code_of, way_of};
use super::subscriber::{KeptSpan, keep_spans, spans_of};
use crate::call::{Call, CallOptions, Context, Messages, Metadata};
use crate::contract::{MethodKind, Status};
use crate::interceptors::{TraceContext, Tracing};
use crate::rpc::{Channel, Interceptor, Next, Router, Streaming};
use crate::wire::Protocol;

/// A trace of a test's own, told to a channel as an application does that has one.
fn within_a_trace(channel: &Channel) -> (Channel, TraceContext) {
    let trace = TraceContext::begin().unwrap().sampled().with_trace_state("other=1");
    let context = Context::new();
    context.insert(trace.clone());
    (channel.with(CallOptions::new().context(&context)), trace)
}

/// The spans of a trace, once all that began have closed.
async fn closed_spans(trace: &TraceContext, number: usize) -> Vec<KeptSpan> {
    let id = trace.trace_id_hex().to_string();
    let closed = async {
        loop {
            let spans = spans_of(&id);
            if spans.len() >= number && spans.iter().all(|span| span.is_closed) {
                return spans;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), closed).await;
    waited.unwrap_or_else(|_| panic!("no {number} closed spans: {:#?}", spans_of(&id)))
}

fn traced() -> Router {
    Router::new().interceptor(Tracing::new()).service(FourServer::new(Handler)).unwrap()
}

#[tokio::test]
async fn every_call_has_a_span_on_each_side_in_one_trace() {
    keep_spans();
    for wire in WIRES {
        let channel = channel(traced(), wire).await.intercepted(Tracing::new());
        for kind in MethodKind::ALL {
            for way in Way::ALL {
                let (channel, trace) = within_a_trace(&channel);
                let _ended = call(&channel, kind, way).await;
                let spans = closed_spans(&trace, 2).await;
                let [near, far] = &spans[..] else { panic!("{spans:#?}") };
                for (span, side) in [(near, "client"), (far, "server")] {
                    assert_eq!(span.field("side"), side);
                    assert_eq!(span.field("rpc.service"), "test.Four");
                    assert_eq!(span.field("rpc.system"), "rpcplugin");
                    assert_eq!(span.field("kind"), kind.as_str());
                    assert_eq!(span.field("code"), code_of(way).as_str(), "{side} {kind} {way:?} {wire:?}");
                    assert!(span.field("duration_seconds").parse::<f64>().unwrap() >= 0.0);
                }
                assert_eq!(near.field("parent_span_id"), trace.span_id_hex().to_string());
                assert_eq!(far.field("parent_span_id"), near.field("span_id"));
                assert_ne!(far.field("span_id"), near.field("span_id"));
                assert_eq!((near.field("peer"), far.field("peer").is_empty()), ("", false));
                expect_numbers(far, kind, way);
            }
        }
    }
}

/// What the handler and its streams logged, they logged in the span of the handler's call.
fn expect_numbers(span: &KeptSpan, kind: MethodKind, way: Way) {
    let numbers: &[u64] = match kind {
        MethodKind::UnaryUnary => &[way.number()],
        _ => &[1, way.number()],
    };
    let seen: Vec<_> = span.numbers.iter().copied().map(way_of).collect();
    assert_eq!(seen, numbers, "{kind} {way:?}");
}

#[tokio::test]
async fn messages_are_counted_and_not_shown() {
    keep_spans();
    let channel = channel(traced(), Some(Protocol::Grpc)).await.intercepted(Tracing::new());
    let (channel, trace) = within_a_trace(&channel);
    let requests = Streaming::new(futures_util::stream::iter([1, 2, 300]).map(|number| {
        tracing::info!(number, "a caller works");
        Ok(number)
    }));
    assert_eq!(FourClient::new(channel).sum(requests).await.unwrap(), 606);
    let spans = closed_spans(&trace, 2).await;
    let [near, far] = &spans[..] else { panic!("{spans:#?}") };
    assert_eq!((near.field("messages_sent"), near.field("messages_received")), ("3", "1"));
    assert_eq!((far.field("messages_sent"), far.field("messages_received")), ("1", "3"));
    // The wire's own task polled the requests, and all the same they are of the caller's span.
    assert_eq!(near.numbers, [1, 2, 300]);
    let mut names: Vec<_> = far.fields.keys().copied().collect();
    names.sort_unstable();
    let expected = [
        "code",
        "duration_seconds",
        "kind",
        "messages_received",
        "messages_sent",
        "parent_span_id",
        "peer",
        "rpc.method",
        "rpc.service",
        "rpc.system",
        "side",
        "span_id",
        "trace_id",
    ];
    assert_eq!(names, expected, "a new field is looked at for secrets");
}

/// Calls the plugin behind it, in itself and in a task.
struct Relay(FourClient, Channel);

impl Four for Relay {
    async fn one(&self, request: u64) -> Result<u64, Status> {
        let context = Context::current().unwrap();
        assert_eq!(TraceContext::current(), context.get());
        let own = self.0.one(request).await?;
        let spawned = FourClient::new(self.1.with(CallOptions::new().context(&context)));
        let spawned = tokio::spawn(async move { spawned.one(request).await }).await.unwrap()?;
        Ok(own + spawned)
    }

    async fn many(&self, request: u64) -> Result<Streaming<u64>, Status> {
        let four = self.0.clone();
        // The call is made while the stream is polled, when the handler has long returned.
        Ok(Streaming::new(futures_util::stream::once(async move { four.one(request).await })))
    }

    async fn sum(&self, requests: Streaming<u64>) -> Result<u64, Status> {
        // A context that was made for other things than a trace takes none away.
        let in_time = CallOptions::new().context(&Context::new().with_timeout(Duration::from_secs(20)));
        FourClient::new(self.1.with(in_time)).sum(requests).await
    }

    async fn echo(&self, requests: Streaming<u64>) -> Result<Streaming<u64>, Status> {
        self.0.echo(requests).await
    }
}

#[tokio::test]
async fn a_trace_goes_on_through_the_calls_that_a_handler_makes() {
    keep_spans();
    for wire in WIRES {
        let inner = channel(traced(), wire).await.intercepted(Tracing::new());
        let relay = FourServer::new(Relay(FourClient::new(inner.clone()), inner));
        let router = Router::new().interceptor(Tracing::new()).service(relay).unwrap();
        let outer = channel(router, wire).await.intercepted(Tracing::new());
        for (kind, spans) in MethodKind::ALL.into_iter().zip([6, 4, 4, 4]) {
            let (outer, trace) = within_a_trace(&outer);
            call(&outer, kind, Way::Answers).await.unwrap();
            let spans_of_trace = closed_spans(&trace, spans).await;
            assert_eq!(spans_of_trace.len(), spans, "{kind}: {spans_of_trace:#?}");
            // From host to plugin to nested plugin, each below the one before.
            let relayed = spans_of_trace.iter().filter(|span| span.field("side") == "client").skip(1);
            let of_relay = spans_of_trace.iter().find(|span| span.field("side") == "server").unwrap();
            for span in relayed {
                assert_eq!(span.field("parent_span_id"), of_relay.field("span_id"), "{kind}");
            }
        }
    }
}

/// Answers with the trace that came, flags and state included.
struct Tell;

impl Interceptor for Tell {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let context = call.context().clone();
        for key in ["traceparent", "tracestate"] {
            let values: Vec<_> = context.metadata().get_all(key).collect();
            let values = values.join(" and ");
            context.response().update_trailing(|trailing| trailing.insert(key, &values))?;
        }
        next.run(call).await
    }
}

#[tokio::test]
async fn flags_and_state_are_passed_on_and_a_bad_parent_begins_anew() {
    let router = Router::new().interceptor(Tell).service(FourServer::new(Handler)).unwrap();
    let channel = channel(router, Some(Protocol::Grpc)).await.intercepted(Tracing::new());
    let trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let sent = async |parent: &str, state: &str| {
        let mut metadata = Metadata::new();
        metadata.insert("traceparent", parent).unwrap();
        metadata.insert("tracestate", state).unwrap();
        let told = crate::call::ResponseMetadata::new();
        let options = CallOptions::new().metadata(metadata).response(&told);
        call(&channel.with(options), MethodKind::UnaryUnary, Way::Answers).await.unwrap();
        let trailing = told.trailing();
        let get = |key: &str| trailing.get(key).unwrap().to_owned();
        (get("traceparent"), get("tracestate"))
    };
    for flags in ["00", "01", "03"] {
        let (parent, state) = sent(&format!("00-{trace_id}-00f067aa0ba902b7-{flags}"), "a=1, b=2").await;
        assert_eq!((&parent[3..35], &parent[53..], state.as_str()), (trace_id, flags, "a=1,b=2"));
        assert_ne!(&parent[36..52], "00f067aa0ba902b7", "a call is a place of its own");
    }
    let (parent, state) = sent("00-nothing", "a=1").await;
    assert!(parent.parse::<TraceContext>().is_ok(), "{parent}");
    assert_eq!(state, "", "the state of a trace that is none is none");
}

#[tokio::test]
async fn a_handler_without_a_trace_has_one_of_its_own() {
    keep_spans();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    struct See(std::sync::Arc<std::sync::Mutex<Option<TraceContext>>>);
    impl Interceptor for See {
        async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
            *self.0.lock().unwrap() = call.context().get();
            next.run(call).await
        }
    }
    let router = traced().interceptor(See(std::sync::Arc::clone(&seen)));
    call(&Channel::local(router), MethodKind::UnaryUnary, Way::Answers).await.unwrap();
    let trace = seen.lock().unwrap().clone().unwrap();
    assert!(trace.is_sampled(), "this side records it");
    let spans = closed_spans(&trace, 1).await;
    assert_eq!((spans.len(), spans[0].field("parent_span_id")), (1, ""));
}

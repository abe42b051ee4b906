use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

use super::TraceContext;
use super::observed::{Observer, observe};
use crate::call::{Call, Context, Messages, Side};
use crate::contract::{Code, Status};
use crate::rpc::{Interceptor, Next};

/// A `tracing` span for each call, and one trace through every process that a call reaches.
///
/// The span is called `rpc`, its target is `rpcplugin::call`, its level `INFO`. Its fields:
///
/// | field | what it is |
/// |---|---|
/// | `rpc.system` | `rpcplugin` |
/// | `rpc.service`, `rpc.method` | the names in the contract's table |
/// | `kind` | the kind of the method, such as `unary_stream` |
/// | `side` | `client` or `server` |
/// | `peer` | who calls, at the side of the handler |
/// | `trace_id`, `span_id`, `parent_span_id` | the place in the trace, in digits |
/// | `code` | how the call ended, such as `OK` |
/// | `duration_seconds` | how long it took, its streams included |
/// | `messages_sent`, `messages_received` | how many messages passed, as seen from this side |
///
/// The last three rows are recorded when the call ends, and so they are when it is given up.
/// What messages and metadata say is in no span.
///
/// A handler runs within the span of its call, and so do its stream of responses and the requests that a caller makes: what
/// they log is logged there.
///
/// # Across processes
///
/// A call carries its place in the trace as the metadata `traceparent` and `tracestate` of W3C's Trace Context, see
/// [`TraceContext`]. A call is made in the trace of, the first that there is:
///
/// 1. the `traceparent` in its own metadata,
/// 2. the [`TraceContext`] in the context that it was given with [`CallOptions::context`](crate::CallOptions::context),
/// 3. the call whose handler makes it,
///
/// and else it begins a trace, which is marked as sampled if this side records the span. Calls are put into one trace without
/// any subscriber as well.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::interceptors::Tracing;
/// use rpcplugin::{Cookie, PluginClient, StartError};
///
/// # async fn host(cookie: Cookie) -> Result<(), StartError> {
/// let plugin = PluginClient::builder("target/debug/greeter", cookie).interceptor(Tracing::new()).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Tracing {}

impl Tracing {
    /// Spans for the calls that pass here.
    #[must_use]
    pub const fn new() -> Self {
        Self {}
    }
}

impl Interceptor for Tracing {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let parent = parent_of(&call);
        let own = match &parent {
            Some(parent) => parent.child(),
            None => TraceContext::begin(),
        };
        let span = span(&call, parent.as_ref(), own.as_ref());
        if let Some(own) = own {
            let begins_and_is_recorded = parent.is_none() && !span.is_disabled();
            let own = if begins_and_is_recorded { own.sampled() } else { own };
            if call.side() == Side::Client {
                own.write(call.metadata_mut())?;
            }
            call.context().insert(own);
        }
        if span.is_disabled() {
            return next.run(call).await;
        }
        let traced = Arc::new(Traced::new(&span, call.side()));
        observe(traced, call, next).instrument(span).await
    }
}

fn parent_of(call: &Call) -> Option<TraceContext> {
    let context = call.context();
    let said = TraceContext::read(context.metadata());
    match call.side() {
        Side::Server => said,
        // A context that was given may have been made for other things than a trace.
        Side::Client => said.or_else(|| context.parent()?.get()).or_else(|| Context::current()?.get()),
    }
}

fn span(call: &Call, parent: Option<&TraceContext>, own: Option<&TraceContext>) -> Span {
    let method = call.method();
    info_span!(
        target: "rpcplugin::call",
        "rpc",
        rpc.system = "rpcplugin",
        rpc.service = method.service,
        rpc.method = method.name,
        kind = method.kind.as_str(),
        side = call.side().as_str(),
        peer = call.context().peer().map(display),
        trace_id = own.map(|own| display(own.trace_id_hex())),
        span_id = own.map(|own| display(own.span_id_hex())),
        parent_span_id = parent.map(|parent| display(parent.span_id_hex())),
        code = Empty,
        duration_seconds = Empty,
        messages_sent = Empty,
        messages_received = Empty,
    )
}

/// A call with a span that somebody records.
struct Traced {
    span: Span,
    side: Side,
    begun: Instant,
    requests: AtomicU64,
    responses: AtomicU64,
}

impl Traced {
    fn new(span: &Span, side: Side) -> Self {
        Self {
            span: span.clone(),
            side,
            begun: Instant::now(),
            requests: AtomicU64::new(0),
            responses: AtomicU64::new(0),
        }
    }
}

impl Observer for Traced {
    fn requested(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn responded(&self) {
        self.responses.fetch_add(1, Ordering::Relaxed);
    }

    fn ended(&self, code: Code) {
        let requests = self.requests.load(Ordering::Relaxed);
        let responses = self.responses.load(Ordering::Relaxed);
        let (sent, received) = match self.side {
            Side::Client => (requests, responses),
            Side::Server => (responses, requests),
        };
        self.span.record("code", code.as_str());
        self.span.record("duration_seconds", self.begun.elapsed().as_secs_f64());
        self.span.record("messages_sent", sent);
        self.span.record("messages_received", received);
    }

    fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        self.span.in_scope(work)
    }
}

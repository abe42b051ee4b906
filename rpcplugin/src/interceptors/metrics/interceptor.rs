use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::counters::{Counted, Counters};
use super::facade::export_channel;
use super::snapshot::{CallMetrics, ChannelState, MethodMetrics, MetricsSnapshot};
use crate::call::{Call, Messages, Side};
use crate::contract::{MethodSpec, Status};
use crate::interceptors::observed::observe;
use crate::rpc::{Channel, Interceptor, Next, WatchedChannel};

/// Counts calls: how many, how they ended, how long they took, how many messages passed, how many run.
///
/// The figures are kept for each method and each side. Clones share them: one goes to the server or the channel, one stays
/// to be read. There are as many rows as methods were called, and only what a contract's table has is a method: nobody can
/// make rows by calling what does not exist.
///
/// A call counts when it ends. One that its caller gives up is [`CANCELLED`](crate::Code::Cancelled), one whose time is up
/// `DEADLINE_EXCEEDED`, one whose handler panics `INTERNAL`. A stream of responses that is dropped before its end is a call
/// that was given up.
///
/// Connections are no calls: [`watch`](Self::watch) says of a channel whether it is connected, and a plugin counts what became
/// of its own, see `PluginServer::connections`.
///
/// # Examples
///
/// ```
/// use rpcplugin::interceptors::Metrics;
/// use rpcplugin::{Channel, Code, Router, Side, Status, rpc_protocol};
///
/// #[rpc_protocol(service = "example.Greeter")]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
/// # struct Nobody;
/// # impl Greeter for Nobody {
/// #     async fn greet(&self, _request: String) -> Result<String, Status> { Err(Status::not_found("nobody")) }
/// # }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let metrics = Metrics::new();
/// let router = Router::new().interceptor(metrics.clone()).service(GreeterServer::new(Nobody)).unwrap();
/// GreeterClient::new(Channel::local(router)).greet("Ada".to_owned()).await.unwrap_err();
///
/// let figures = metrics.snapshot();
/// assert_eq!(figures.total.message_count, 1);
/// assert_eq!(figures.total.error_count, 1);
/// let greet = figures.method(Side::Server, "/example.Greeter/Greet").unwrap();
/// assert_eq!(greet.ended_with(Code::NotFound), 1);
/// # });
/// ```
///
/// # With the `metrics` crate
///
/// With the feature `metrics` the same figures go to the recorder that the program has installed; install it before the
/// first call.
///
/// | name | type | labels |
/// |---|---|---|
/// | `rpcplugin_calls_total` | counter | `side`, `service`, `method`, `code` |
/// | `rpcplugin_calls_in_flight` | gauge | `side`, `service`, `method` |
/// | `rpcplugin_call_duration_seconds` | histogram | `side`, `service`, `method` |
/// | `rpcplugin_messages_sent_total`, `rpcplugin_messages_received_total` | counter | `side`, `service`, `method` |
/// | `rpcplugin_channel_connected` | gauge, 0 or 1, set when a [`snapshot`](Self::snapshot) is taken | `channel` |
#[derive(Clone, Default)]
pub struct Metrics {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    methods: RwLock<HashMap<(Side, &'static str), Arc<Counters>>>,
    channels: Mutex<BTreeMap<String, WatchedChannel>>,
}

impl Metrics {
    /// Counters that stand at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says in each snapshot whether this channel is connected, under a name of yours. A later channel of the same name
    /// takes the place of an earlier one: the next run of a plugin.
    ///
    /// The channel is not kept open. Its calls are counted only if it is [`intercepted`](Channel::intercepted) by this value.
    pub fn watch(&self, name: impl Into<String>, channel: &Channel) {
        let mut channels = self.shared.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.insert(name.into(), channel.watched());
    }

    /// The figures as they are now.
    #[must_use]
    pub fn snapshot(&self) -> MetricsSnapshot {
        let methods = self.shared.methods.read().unwrap_or_else(PoisonError::into_inner);
        let mut methods: Vec<_> = methods.values().map(|counters| row(counters)).collect();
        methods.sort_by_key(|method| (method.side == Side::Server, method.spec.path));
        let mut total = CallMetrics::default();
        methods.iter().for_each(|method| total.add(&method.calls));
        MetricsSnapshot { total, methods, channels: self.channels() }
    }

    fn channels(&self) -> Vec<ChannelState> {
        let channels = self.shared.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let states = channels.iter().map(|(name, channel)| {
            let is_connected = channel.is_connected();
            export_channel(name, is_connected);
            ChannelState { name: name.clone(), is_connected }
        });
        states.collect()
    }

    fn counters(&self, side: Side, spec: &'static MethodSpec) -> Arc<Counters> {
        let key = (side, spec.path);
        let found = self.shared.methods.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        found.unwrap_or_else(|| {
            let mut methods = self.shared.methods.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(methods.entry(key).or_insert_with(|| Arc::new(Counters::new(side, spec))))
        })
    }
}

fn row(counters: &Counters) -> MethodMetrics {
    MethodMetrics { side: counters.side, spec: counters.spec, calls: counters.read() }
}

impl Interceptor for Metrics {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let counters = self.counters(call.side(), call.method());
        observe(Arc::new(Counted::begin(counters)), call, next).await
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Metrics").field(&self.snapshot().total).finish()
    }
}

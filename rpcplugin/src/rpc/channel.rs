use std::fmt;
use std::sync::Arc;
#[cfg(feature = "_connected")]
use std::sync::Weak;
use std::time::Duration;

use bytes::Bytes;

use super::deadline::in_time;
use super::explain::{Explain, Explained};
use super::interceptor::{End, Interceptors};
use super::local::Local;
use super::within::Within;
use crate::call::{Call, CallOptions, Context, InUse, Messages, OverGuard, ResponseFuture, Side, Uses};
use crate::contract::MethodSpec;
use crate::rpc::{CallContext, Interceptor, Router};
use crate::wire::Caller;

/// Where calls go: a plugin, or handlers in this process. Cheap to clone; all clones share one connection.
///
/// A client is made from it: `KvClient::new(plugin.channel())`.
/// Any number of calls may be in flight at once.
///
/// # Examples
///
/// Handlers in this process, with no connection between:
///
/// ```
/// use rpcplugin::{Channel, Router, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// struct Polite;
/// impl Greeter for Polite {
///     async fn greet(&self, request: String) -> Result<String, Status> {
///         Ok(format!("good morning, {request}"))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let router = Router::new().service(GreeterServer::new(Polite)).unwrap();
/// let client = GreeterClient::new(Channel::local(router));
/// assert_eq!(client.greet("Ada".to_owned()).await.unwrap(), "good morning, Ada");
/// # });
/// ```
#[derive(Clone)]
pub struct Channel {
    caller: Arc<dyn Caller>,
    chain: Interceptors,
    /// `None` is the default: most channels have no options.
    options: Option<Arc<CallOptions>>,
    is_own: bool,
    /// Counts the calls that are under way, where somebody asks.
    uses: Option<Uses>,
    /// Says why the connection was lost, where somebody knows.
    explain: Option<Arc<dyn Explain>>,
}

impl Channel {
    /// A channel that calls the handlers of `router` in this process.
    ///
    /// Messages are still encoded and decoded, so what works here works over a connection, within its limit on messages.
    #[must_use]
    pub fn local(router: Router) -> Self {
        Self::from_caller(Arc::new(Local::new(router)))
    }

    pub(crate) fn from_caller(caller: Arc<dyn Caller>) -> Self {
        Self {
            caller,
            chain: Interceptors::default(),
            options: None,
            is_own: false,
            uses: None,
            explain: None,
        }
    }

    /// This channel with an interceptor, further in than those that it has. Channels that were cloned before have none of it.
    #[must_use]
    pub fn intercepted(mut self, interceptor: impl Interceptor) -> Self {
        self.chain.push(interceptor);
        self
    }

    /// This channel for the services that every plugin has: a user's bound of messages is not for them.
    #[cfg(feature = "client")]
    pub(crate) fn for_own_services(self) -> Self {
        Self { is_own: true, ..self }
    }

    /// This channel, whose calls are counted while they are under way.
    #[cfg(feature = "client")]
    pub(crate) fn counted(self, uses: Uses) -> Self {
        Self { uses: Some(uses), ..self }
    }

    /// This channel, whose calls are told why the connection was lost.
    #[cfg(feature = "client")]
    pub(crate) fn explained(self, explain: Arc<dyn Explain>) -> Self {
        Self { explain: Some(explain), ..self }
    }

    /// Who says why the connection was lost.
    pub(super) const fn explain(&self) -> Option<&Arc<dyn Explain>> {
        self.explain.as_ref()
    }

    /// This channel for a user's calls, with the user's interceptors.
    #[cfg(feature = "client")]
    pub(crate) fn for_users(&self, chain: Interceptors) -> Self {
        Self { chain, is_own: false, ..self.clone() }
    }

    /// This channel with other options for its calls.
    ///
    /// Clients have the same method: `kv.with(options).get(key)` is one call with options of its own.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { options: Some(Arc::new(options)), ..self.clone() }
    }

    /// This channel for one call in a context: what a generated client does with a `Context` argument.
    #[doc(hidden)]
    #[must_use]
    pub fn in_context(&self, context: &impl CallContext) -> Self {
        self.with(self.options.as_deref().cloned().unwrap_or_default().context(context.as_context()))
    }

    /// Whether a call could be carried now.
    ///
    /// A connection that is lost does not come back: every later call ends with
    /// [`Code::Unavailable`](crate::Code::Unavailable). A channel to handlers in this process is always connected.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.caller.is_connected()
    }

    /// A look at the connection that does not keep it open.
    #[cfg(feature = "_connected")]
    pub(crate) fn watched(&self) -> WatchedChannel {
        WatchedChannel(Arc::downgrade(&self.caller))
    }

    /// To be held for as long as a call is under way.
    pub(super) fn in_use(&self) -> Option<InUse> {
        self.uses.as_ref().map(Uses::begin)
    }

    /// Whether a call that was asked once may not be on its way yet.
    pub(crate) fn may_wait(&self) -> bool {
        self.is_intercepted() || self.caller.may_wait()
    }

    /// Sends a call on that has begun.
    #[cfg(feature = "client")]
    pub(super) fn carry(&self, call: Call) -> ResponseFuture {
        // Who asked for the call does not know this channel.
        self.run(call, true)
    }

    /// Whether an interceptor stands before the wire.
    pub(super) fn is_intercepted(&self) -> bool {
        !self.chain.is_empty()
    }

    /// The context of a call, and no more of it than somebody will see.
    fn begin(&self, by_contract: Option<Duration>) -> Context {
        match (&self.options, self.is_intercepted()) {
            (None, false) => CallOptions::unsaid(by_contract),
            (Some(options), false) => options.begin_unseen(by_contract),
            (None, true) => CallOptions::new().begin(by_contract),
            (Some(options), true) => options.begin(by_contract),
        }
    }

    pub(crate) fn call(&self, method: &'static MethodSpec, messages: Messages) -> ResponseFuture {
        let context = self.begin(method.timeout);
        let deadline = context.deadline();
        // Without an interceptor there is nobody who could wait for the end.
        let guard = self.is_intercepted().then(|| OverGuard::new(context.clone()));
        let call = Call::new(method, Side::Client, context, messages).own(self.is_own);
        in_time(self.run(call, deadline.is_some()), deadline, guard)
    }

    fn run(&self, call: Call, is_explained: bool) -> ResponseFuture {
        match &self.explain {
            // Interceptors hear what the caller does, and a loss is explained within the time of the call. Otherwise that is left
            // to who asked for the call, and costs nothing here.
            Some(explain) if is_explained || self.is_intercepted() => {
                let (caller, explain) = (Arc::clone(&self.caller), Arc::clone(explain));
                self.chain.run(call, &Arc::new(Explained { end: caller, explain }))
            }
            _ => self.chain.run(call, &self.caller),
        }
    }
}

/// See [`Channel::watched`].
#[cfg(feature = "_connected")]
#[derive(Debug)]
pub(crate) struct WatchedChannel(Weak<dyn Caller>);

#[cfg(feature = "_connected")]
impl WatchedChannel {
    /// Gives the connection up, if anybody still has it.
    #[cfg(feature = "client")]
    pub(crate) fn lose(&self) {
        if let Some(caller) = self.0.upgrade() {
            caller.lose();
        }
    }

    /// As [`Channel::is_connected`]; not once the last clone of the channel is gone.
    pub(crate) fn is_connected(&self) -> bool {
        self.0.upgrade().is_some_and(|caller| caller.is_connected())
    }
}

impl End for dyn Caller {
    fn run(&self, mut call: Call) -> ResponseFuture {
        // Whatever task the wire has polls the requests of a handler that calls on: they are made in its context.
        if let Messages::Many(_) = call.messages()
            && let Some(context) = Context::current()
        {
            let requests = std::mem::replace(call.messages_mut(), Messages::One(Bytes::new()));
            *call.messages_mut() = Within::messages(requests, Some(context));
        }
        // An interceptor may run a call again.
        call.context().forget_response();
        self.call(call)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Channel").field(&self.caller).finish()
    }
}

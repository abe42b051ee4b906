use std::fmt;
use std::sync::Arc;
#[cfg(feature = "_connected")]
use std::sync::Weak;

use futures_util::{StreamExt, stream};

use super::deadline::in_time;
use super::interceptor::{End, Interceptors};
use crate::call::{Call, CallOptions, Context, Messages, Peer, ResponseFuture, ResponseMetadata, Side};
use crate::contract::{MethodSpec, Status};
use crate::rpc::{CallContext, Interceptor, Router};
use crate::wire::{Caller, Dispatch};

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
}

impl Channel {
    /// A channel that calls the handlers of `router` in this process.
    ///
    /// Messages are still encoded and decoded, so what works here works over a connection, within its limit on messages.
    #[must_use]
    pub fn local(router: Router) -> Self {
        Self::from_caller(Arc::new(Local { router, peer: Arc::new(Peer::memory()) }))
    }

    pub(crate) fn from_caller(caller: Arc<dyn Caller>) -> Self {
        Self { caller, chain: Interceptors::default(), options: None }
    }

    /// This channel with an interceptor, further in than those that it has. Channels that were cloned before have none of it.
    #[must_use]
    pub fn intercepted(mut self, interceptor: impl Interceptor) -> Self {
        self.chain.push(interceptor);
        self
    }

    /// This channel with other interceptors than it has.
    #[cfg(feature = "client")]
    pub(crate) fn intercepted_by(&self, chain: Interceptors) -> Self {
        Self { chain, ..self.clone() }
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

    pub(crate) fn call(&self, method: &'static MethodSpec, messages: Messages) -> ResponseFuture {
        let context = match &self.options {
            Some(options) => options.begin(method.timeout),
            None => CallOptions::new().begin(method.timeout),
        };
        let deadline = context.deadline();
        in_time(self.chain.run(Call::new(method, Side::Client, context, messages), &self.caller), deadline)
    }
}

/// See [`Channel::watched`].
#[cfg(feature = "_connected")]
#[derive(Debug)]
pub(crate) struct WatchedChannel(Weak<dyn Caller>);

#[cfg(feature = "_connected")]
impl WatchedChannel {
    /// As [`Channel::is_connected`]; not once the last clone of the channel is gone.
    pub(crate) fn is_connected(&self) -> bool {
        self.0.upgrade().is_some_and(|caller| caller.is_connected())
    }
}

impl End for dyn Caller {
    fn run(&self, call: Call) -> ResponseFuture {
        self.call(call)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Channel").field(&self.caller).finish()
    }
}

#[derive(Debug)]
struct Local {
    router: Router,
    peer: Arc<Peer>,
}

impl Caller for Local {
    fn call(&self, call: Call) -> ResponseFuture {
        let method = call.method();
        let Some(route) = self.router.find(method.path) else {
            return Box::pin(std::future::ready(Err(self.router.unknown(method.path))));
        };
        let (caller, messages) = call.into_parts();
        // What crosses a wire crosses here, and nothing else.
        let handler =
            Context::received(caller.metadata().clone(), caller.time_left(), Arc::clone(&self.peer));
        let answer =
            self.router.dispatch(route, Call::new(route.spec, Side::Server, handler.clone(), messages));
        Box::pin(hand_over(answer, handler, caller))
    }
}

/// Gives the caller the answer, and the metadata that the handler wrote.
async fn hand_over(answer: ResponseFuture, handler: Context, caller: Context) -> Result<Messages, Status> {
    let answer = answer.await;
    caller.keep_initial(handler.response_in_use().map(ResponseMetadata::initial).unwrap_or_default());
    let keep_trailing = move || {
        caller.keep_trailing(handler.response_in_use().map(ResponseMetadata::trailing).unwrap_or_default());
    };
    match answer {
        Ok(Messages::Many(messages)) => {
            let ended = messages.map(Some).chain(stream::iter([None]));
            // Before the caller hears of the end, in whichever way it ends.
            let messages = ended.filter_map(move |item| {
                if !matches!(item, Some(Ok(_))) {
                    keep_trailing();
                }
                std::future::ready(item)
            });
            Ok(Messages::Many(Box::pin(messages)))
        }
        other => {
            keep_trailing();
            other
        }
    }
}

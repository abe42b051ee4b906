use std::fmt;
use std::sync::Arc;

use crate::contract::MethodSpec;
use crate::rpc::Router;
use crate::wire::{Caller, Dispatch, Payload, ResponseFuture};

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
}

impl Channel {
    /// A channel that calls the handlers of `router` in this process.
    ///
    /// Messages are still encoded and decoded, so what works here works over a connection, within its limit on messages.
    #[must_use]
    pub fn local(router: Router) -> Self {
        Self::from_caller(Arc::new(Local { router }))
    }

    pub(crate) fn from_caller(caller: Arc<dyn Caller>) -> Self {
        Self { caller }
    }

    pub(crate) fn call(&self, method: &'static MethodSpec, request: Payload) -> ResponseFuture {
        self.caller.call(method, request)
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
}

impl Caller for Local {
    fn call(&self, method: &'static MethodSpec, request: Payload) -> ResponseFuture {
        match self.router.find(method.path) {
            Some(route) => self.router.dispatch(route, request),
            None => {
                let status = self.router.unknown(method.path);
                Box::pin(std::future::ready(Err(status)))
            }
        }
    }
}

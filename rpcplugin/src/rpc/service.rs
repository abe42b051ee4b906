use std::fmt;
use std::sync::Arc;

use futures_util::TryFutureExt;

use super::interceptor::{End, Interceptors};
use super::within::Within;
use crate::call::{Ambient, Call, ResponseFuture};
use crate::contract::ServiceSpec;
use crate::rpc::Interceptor;

/// A contract with a handler behind it, ready to be registered: what `#[rpc_protocol]` writes as `FooServer`.
///
/// The router finds a method by its path in [`spec`](Service::spec). It can be implemented by hand, for a service whose
/// methods are not known when the program is compiled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no service",
    label = "a handler alone has no table of methods",
    note = "wrap the handler of a contract `Kv` in its server: `KvServer::new(handler)`"
)]
pub trait Service: Send + Sync + 'static {
    /// The table of the contract's methods.
    fn spec(&self) -> &'static ServiceSpec;

    /// Runs the method that [`call.method()`](Call::method) names. The answer is what the method's kind says.
    fn call(&self, call: Call) -> ResponseFuture;

    /// This service behind an interceptor, which sees its calls and no others'. See [`Interceptor`] for an example.
    fn intercepted(self, interceptor: impl Interceptor) -> Intercepted<Self>
    where
        Self: Sized,
    {
        Intercepted { service: Arc::new(self), chain: Interceptors::default() }.intercepted(interceptor)
    }
}

/// A service behind interceptors: made by [`Service::intercepted`].
pub struct Intercepted<S: ?Sized> {
    service: Arc<S>,
    chain: Interceptors,
}

impl<S: Service> Intercepted<S> {
    /// One more interceptor, further in than those before it.
    #[must_use]
    pub fn intercepted(mut self, interceptor: impl Interceptor) -> Self {
        self.chain.push(interceptor);
        self
    }
}

impl Intercepted<dyn Service> {
    /// A service whose type is forgotten, behind no interceptor.
    #[cfg(feature = "_connected")]
    pub(crate) fn shared(service: Arc<dyn Service>) -> Self {
        Self { service, chain: Interceptors::default() }
    }

    /// One more interceptor, further out than those before it.
    #[cfg(feature = "_connected")]
    pub(crate) fn wrapped(mut self, interceptor: &Arc<impl Interceptor>) -> Self {
        self.chain.wrap(Arc::clone(interceptor));
        self
    }
}

impl<S: ?Sized> Clone for Intercepted<S> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service), chain: self.chain.clone() }
    }
}

impl<S: Service + ?Sized> Service for Intercepted<S> {
    fn spec(&self) -> &'static ServiceSpec {
        self.service.spec()
    }

    fn call(&self, call: Call) -> ResponseFuture {
        self.chain.run(call, &self.service)
    }
}

impl<S: Service + ?Sized> End for S {
    fn run(&self, call: Call) -> ResponseFuture {
        self.call(call)
    }

    /// The current context is the one that the handler is given: an interceptor that hides a token hides it there too.
    fn run_changed(&self, call: Call) -> ResponseFuture {
        let mut context = Some(call.context().clone());
        let answer = {
            let _ambient = Ambient::enter(&mut context);
            self.call(call)
        };
        let answer = Within::new(answer, context.clone());
        Box::pin(answer.map_ok(|messages| Within::messages(messages, context)))
    }
}

impl<S: Service + ?Sized> fmt::Debug for Intercepted<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Intercepted").field(&self.spec().name).finish()
    }
}

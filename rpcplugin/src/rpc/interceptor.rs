use std::future::Future;
use std::sync::Arc;

use tokio::time::Instant;

use super::deadline::{BoxedCall, in_time};
use crate::call::{Call, Messages, ResponseFuture};
use crate::contract::Status;

/// Stands in the way of every call: sees it, changes it, refuses it, or watches how it ends.
///
/// The same on both sides of a connection, and above every wire. The first that is registered is the outermost: it sees a
/// call first and its answer last.
///
/// What it changes of a call is changed for everybody further in, and for [`Context::current`](crate::Context::current) in
/// the handler as well. It may give a call less time ([`Call::limit_time`]), and run it again ([`Call::try_clone`]).
///
/// # Examples
///
/// ```
/// use rpcplugin::{
///     Call, Channel, Interceptor, Messages, Next, Router, Service, Status, rpc_protocol,
/// };
///
/// /// Lets nobody in who does not say who they are.
/// struct Named;
///
/// impl Interceptor for Named {
///     async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
///         if call.context().metadata().get("name").is_none() {
///             return Err(Status::unauthenticated("say who you are in the metadata `name`"));
///         }
///         let answer = next.run(call).await?;
///         // Every message of the answer, one or many, can be looked at and replaced.
///         answer.map(|bytes| Ok(bytes))
///     }
/// }
///
/// # #[rpc_protocol]
/// # trait Greeter {
/// #     async fn greet(&self, request: String) -> Result<String, Status>;
/// # }
/// # struct Polite;
/// # impl Greeter for Polite {
/// #     async fn greet(&self, request: String) -> Result<String, Status> { Ok(request) }
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let router = Router::new().service(GreeterServer::new(Polite).intercepted(Named)).unwrap();
/// let greeter = GreeterClient::new(Channel::local(router));
/// let status = greeter.greet("Ada".to_owned()).await.unwrap_err();
/// assert_eq!(status.message(), "say who you are in the metadata `name`");
/// # });
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Handles a call: usually by [`next.run(call)`](Next::run), with something before it and something behind.
    ///
    /// Dropping the future gives the call up; whoever holds something for a call lets go of it there.
    /// A panic is the call's end with [`Code::Internal`](crate::Code::Internal) on the handler's side.
    ///
    /// # Errors
    ///
    /// The [`Status`] with which the call ends.
    fn intercept(&self, call: Call, next: Next<'_>) -> impl Future<Output = Result<Messages, Status>> + Send;
}

/// The rest of the way: the interceptors further in, and the call itself. It may be gone more than once, see
/// [`Call::try_clone`].
#[derive(Clone, Copy)]
pub struct Next<'a> {
    rest: &'a [SharedInterceptor],
    end: &'a dyn End,
    /// What already stands around the call.
    deadline: Option<Instant>,
}

impl Next<'_> {
    /// Sends the call on.
    ///
    /// # Errors
    ///
    /// The [`Status`] with which the call ended further in.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the call up.
    pub async fn run(self, call: Call) -> Result<Messages, Status> {
        let deadline = call.context().deadline();
        let rest = match self.rest.split_first() {
            None => self.end.run(call),
            Some((first, rest)) => first.intercept(call, Next { rest, end: self.end, deadline }),
        };
        // The interceptor that runs this may have given the call less time.
        let lowered = deadline.filter(|_| deadline != self.deadline);
        in_time(rest, lowered, None).await
    }
}

impl std::fmt::Debug for Next<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Next({} interceptors)", self.rest.len())
    }
}

/// What the last interceptor calls.
pub(super) trait End: Send + Sync {
    fn run(&self, call: Call) -> ResponseFuture;

    /// The same, behind interceptors that may have changed the call.
    fn run_changed(&self, call: Call) -> ResponseFuture {
        self.run(call)
    }
}

/// An interceptor whose type is forgotten.
pub(super) trait AnyInterceptor: Send + Sync {
    fn intercept<'a>(&'a self, call: Call, next: Next<'a>) -> BoxedCall<'a>;
}

impl<T: Interceptor> AnyInterceptor for T {
    fn intercept<'a>(&'a self, call: Call, next: Next<'a>) -> BoxedCall<'a> {
        Box::pin(Interceptor::intercept(self, call, next))
    }
}

pub(super) type SharedInterceptor = Arc<dyn AnyInterceptor>;

/// Interceptors in their order, the outermost first. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Interceptors {
    /// `None` is empty: most channels have none.
    interceptors: Option<Arc<[SharedInterceptor]>>,
}

impl Interceptors {
    pub(crate) fn push(&mut self, interceptor: impl Interceptor) {
        let interceptor: SharedInterceptor = Arc::new(interceptor);
        let before = self.interceptors.iter().flat_map(|all| all.iter()).cloned();
        self.interceptors = Some(before.chain([interceptor]).collect());
    }

    /// Adds one that several chains share, further out than all others.
    #[cfg(feature = "_connected")]
    pub(crate) fn wrap(&mut self, interceptor: Arc<impl Interceptor>) {
        let interceptor: SharedInterceptor = interceptor;
        let before = self.interceptors.iter().flat_map(|all| all.iter()).cloned();
        self.interceptors = Some(std::iter::once(interceptor).chain(before).collect());
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.interceptors.is_none()
    }

    /// Runs a call through all of them, and then to its end. `end` is only shared where there is one to go through.
    pub(super) fn run(&self, call: Call, end: &Arc<impl End + ?Sized + 'static>) -> ResponseFuture {
        match &self.interceptors {
            None => end.run(call),
            Some(interceptors) => {
                let (interceptors, end) = (Arc::clone(interceptors), Arc::clone(end));
                let deadline = call.context().deadline();
                Box::pin(async move {
                    Next { rest: &interceptors, end: &EndRef(&*end), deadline }.run(call).await
                })
            }
        }
    }
}

/// An end behind a reference: of any type, sized or not.
struct EndRef<'a, T: ?Sized>(&'a T);

impl<T: End + ?Sized> End for EndRef<'_, T> {
    fn run(&self, call: Call) -> ResponseFuture {
        self.0.run_changed(call)
    }
}

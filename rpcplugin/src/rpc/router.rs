use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::interceptor::Interceptors;
use crate::call::Call;
use crate::contract::{MethodSpec, ServiceSpec, Status};
use crate::rpc::{Interceptor, Service};
use crate::wire::{Dispatch, Route, RunningCalls, Serving, unknown};

/// The services of a plugin: a path goes in, a handler comes out. Clones share the handlers.
///
/// See [`Channel::local`](crate::Channel::local) for an example.
#[derive(Clone, Default)]
pub struct Router {
    services: Vec<Arc<dyn Service>>,
    routes: HashMap<&'static str, Route>,
    chain: Interceptors,
    running: RunningCalls,
}

/// Why a service could not be registered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RouterError {
    /// Two registered services claim one path.
    #[error(
        "two services claim the path `{path}`; give one of them another name with `#[rpc_protocol(service = \"...\")]`"
    )]
    DuplicatePath {
        /// The path that both claim.
        path: &'static str,
    },
    /// Two methods of one service claim one path: they are under conditions that hold at once.
    #[error(
        "two methods of one service claim the path `{path}`, because the conditions of both hold; change one of the `#[cfg(..)]`, or give one of the methods another name with `#[rpc(name = \"...\")]`"
    )]
    DuplicateMethod {
        /// The path that both claim.
        path: &'static str,
    },
}

impl Router {
    /// A router without a service.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service. One handler may stand behind several: `KvServer::from_arc` and `AdminServer::from_arc` share it.
    ///
    /// # Errors
    ///
    /// [`RouterError::DuplicatePath`] when a path of the service is taken, [`RouterError::DuplicateMethod`] when two of
    /// its own methods have one.
    pub fn service(mut self, service: impl Service) -> Result<Self, RouterError> {
        self.add(Arc::new(service), false)?;
        Ok(self)
    }

    /// Adds an interceptor, further in than those before it: it sees the calls of every service, also of those that are
    /// added later. For the calls of one service, see [`Service::intercepted`].
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.chain.push(interceptor);
        self
    }

    /// Adds an interceptor further out than all others.
    #[cfg(feature = "server")]
    pub(crate) fn wrapped(mut self, interceptor: Arc<impl Interceptor>) -> Self {
        self.chain.wrap(interceptor);
        self
    }

    /// Adds a service that every plugin offers unasked: nobody's interceptors see it, and no end waits for it.
    #[cfg(feature = "server")]
    pub(crate) fn own_service(mut self, service: impl Service) -> Result<Self, RouterError> {
        self.add(Arc::new(service), true)?;
        Ok(self)
    }

    fn add(&mut self, service: Arc<dyn Service>, is_own: bool) -> Result<(), RouterError> {
        let mut added = Vec::new();
        for spec in service.spec().methods {
            for path in paths_of(spec) {
                if self.routes.contains_key(path) {
                    return Err(RouterError::DuplicatePath { path });
                }
                if added.iter().any(|(taken, _)| *taken == path) {
                    return Err(RouterError::DuplicateMethod { path });
                }
                added.push((path, Route { service: self.services.len(), spec, is_own }));
            }
        }
        self.routes.extend(added);
        self.services.push(service);
        Ok(())
    }

    /// The tables of the registered services, in the order of registration.
    pub fn specs(&self) -> impl Iterator<Item = &'static ServiceSpec> {
        self.services.iter().map(|service| service.spec())
    }

    /// The calls that run, of all services but those that every plugin offers unasked.
    #[cfg(feature = "server")]
    pub(crate) fn running(&self) -> RunningCalls {
        self.running.clone()
    }
}

/// What a method answers to.
fn paths_of(spec: &'static MethodSpec) -> impl Iterator<Item = &'static str> {
    std::iter::once(spec.path).chain(spec.aliases.iter().copied())
}

impl Dispatch for Router {
    fn find(&self, path: &str) -> Option<Route> {
        self.routes.get(path).copied()
    }

    #[cfg(feature = "server")]
    fn routes(&self) -> Vec<(&'static str, Route)> {
        let paths = self.specs().flat_map(|spec| spec.methods).flat_map(paths_of);
        paths.filter_map(|path| self.find(path).map(|route| (path, route))).collect()
    }

    fn unknown(&self, path: &str) -> Status {
        unknown(path, |name| self.specs().any(|spec| spec.name == name))
    }

    fn dispatch(&self, route: Route, call: Call) -> Serving {
        let running = (!route.is_own).then(|| self.running.begin());
        Serving::begin(call, running, |call| match self.services.get(route.service) {
            None => Box::pin(std::future::ready(Err(self.unknown(route.spec.path)))),
            Some(service) if route.is_own => service.call(call),
            Some(service) => self.chain.run(call, service),
        })
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.specs().map(|spec| spec.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use bytes::Bytes;
    use futures_util::StreamExt;

    use super::*;
    use crate::call::{Context, MessageStream, Messages, ResponseFuture, Side};
    use crate::contract::MethodKind;

    static SPEC: ServiceSpec = ServiceSpec::new("test.Echo", ROWS, "");
    const ROWS: &[MethodSpec] = &[
        MethodSpec::new("test.Echo", "Run", "/test.Echo/Run", MethodKind::StreamStream, "", 0),
        MethodSpec::new("test.Echo", "RunOne", "/test.Echo/RunOne", MethodKind::UnaryUnary, "", 1),
    ];

    /// Answers with the requests.
    struct Echo;

    impl Service for Echo {
        fn spec(&self) -> &'static ServiceSpec {
            &SPEC
        }

        fn call(&self, call: Call) -> ResponseFuture {
            Box::pin(ready(Ok(call.into_messages())))
        }
    }

    fn call(router: &Router, messages: Messages) -> Serving {
        let path = match &messages {
            Messages::One(_) => "/test.Echo/RunOne",
            Messages::Many(_) => "/test.Echo/Run",
        };
        let route = router.find(path).unwrap();
        router.dispatch(route, Call::new(route.spec, Side::Server, Context::new(), messages))
    }

    fn one() -> Messages {
        Messages::One(Bytes::new())
    }

    #[tokio::test]
    async fn a_call_runs_until_its_answer_or_its_stream_ends() {
        let router = Router::new().service(Echo).unwrap();
        let ends = || async {
            let ended = router.running.ended();
            tokio::time::timeout(std::time::Duration::from_millis(20), ended).await.is_ok()
        };
        let answer = call(&router, one());
        assert!(!ends().await);
        answer.await.unwrap();
        assert!(ends().await);
        let messages = futures_util::stream::iter([Ok(Bytes::new())]);
        let answer = call(&router, Messages::Many(MessageStream::new(messages))).await;
        let Messages::Many(mut messages) = answer.unwrap() else { panic!("no stream") };
        assert!(messages.next().await.is_some());
        assert!(!ends().await);
        assert!(messages.next().await.is_none());
        assert!(ends().await);
        // A call that nobody waits for any more does not run.
        drop(call(&router, one()));
        assert!(ends().await);
    }

    #[cfg(feature = "server")]
    #[tokio::test]
    async fn our_own_services_are_neither_waited_for_nor_intercepted() {
        struct Refuse;
        impl Interceptor for Refuse {
            async fn intercept(&self, _call: Call, _next: crate::rpc::Next<'_>) -> Result<Messages, Status> {
                Err(Status::permission_denied("no"))
            }
        }
        let own = Router::new().interceptor(Refuse).own_service(Echo).unwrap();
        assert!(own.find("/test.Echo/Run").unwrap().is_own);
        let answer = call(&own, one());
        own.running().ended().await;
        answer.await.unwrap();
        let users = Router::new().interceptor(Refuse).service(Echo).unwrap();
        assert!(!users.find("/test.Echo/Run").unwrap().is_own);
        assert!(call(&users, one()).await.is_err());
    }

    #[cfg(feature = "server")]
    #[test]
    fn routes_come_in_the_order_of_services_and_methods() {
        static OTHER: ServiceSpec = ServiceSpec::new("test.Aaa", OTHER_ROWS, "");
        const OTHER_ROWS: &[MethodSpec] = &[
            MethodSpec::new("test.Aaa", "Z", "/test.Aaa/Z", MethodKind::UnaryUnary, "", 0)
                .aliases(&["/test.Aaa/Y", "/old.Aaa/X"]),
            MethodSpec::new("test.Aaa", "A", "/test.Aaa/A", MethodKind::UnaryUnary, "", 1),
        ];
        struct Other;
        impl Service for Other {
            fn spec(&self) -> &'static ServiceSpec {
                &OTHER
            }

            fn call(&self, call: Call) -> ResponseFuture {
                Echo.call(call)
            }
        }
        let router = Router::new().own_service(Echo).unwrap().service(Other).unwrap();
        let routes = router.routes();
        let paths: Vec<_> = routes.iter().map(|(path, _)| *path).collect();
        let expected = [
            "/test.Echo/Run",
            "/test.Echo/RunOne",
            "/test.Aaa/Z",
            "/test.Aaa/Y",
            "/old.Aaa/X",
            "/test.Aaa/A",
        ];
        assert_eq!(paths, expected);
        for (path, route) in routes {
            let found = router.find(path).unwrap();
            assert_eq!(
                (route.service, route.spec.path, route.is_own),
                (found.service, found.spec.path, found.is_own)
            );
        }
    }

    #[test]
    fn a_path_is_claimed_once() {
        let twice = Router::new().service(Echo).unwrap().service(Echo);
        assert!(matches!(twice, Err(RouterError::DuplicatePath { path: "/test.Echo/Run" })));
    }
}

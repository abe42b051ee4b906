//! Which calls run? A plugin that ends waits for them, and for nothing else.

use std::sync::Arc;

use futures_util::StreamExt;
use tokio::sync::watch;

use crate::contract::Status;
use crate::rpc::Router;
use crate::wire::{Dispatch, Payload, ResponseFuture, Route};

/// How many calls of the counted services run.
#[derive(Debug)]
pub(crate) struct RunningCalls {
    number: watch::Receiver<usize>,
}

impl RunningCalls {
    /// Counts the calls of the first so many services of a router.
    pub(crate) fn count(router: Router, services: usize) -> (CountedRouter, Self) {
        let (running, number) = watch::channel(0);
        (CountedRouter { router, services, running: Arc::new(running) }, Self { number })
    }

    /// Ends as soon as no call runs.
    pub(crate) async fn ended(mut self) {
        // An error means that the router is gone, and its calls with it.
        drop(self.number.wait_for(|number| *number == 0).await);
    }
}

/// A router that counts the calls of its first services. A plugin does not count those
/// that every plugin offers: the stdio stream ends after the calls do.
#[derive(Debug)]
pub(crate) struct CountedRouter {
    router: Router,
    services: usize,
    running: Arc<watch::Sender<usize>>,
}

/// One call that runs. A stream of responses keeps it until its end.
struct Running(Arc<watch::Sender<usize>>);

impl Running {
    fn begin(running: &Arc<watch::Sender<usize>>) -> Self {
        running.send_modify(|number| *number += 1);
        Self(Arc::clone(running))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|number| *number -= 1);
    }
}

impl Dispatch for CountedRouter {
    fn find(&self, path: &str) -> Option<Route> {
        self.router.find(path)
    }

    fn unknown(&self, path: &str) -> Status {
        self.router.unknown(path)
    }

    fn dispatch(&self, route: Route, request: Payload) -> ResponseFuture {
        if route.service >= self.services {
            return self.router.dispatch(route, request);
        }
        let running = Running::begin(&self.running);
        let answer = self.router.dispatch(route, request);
        Box::pin(async move {
            match answer.await? {
                Payload::Single(bytes) => {
                    drop(running);
                    Ok(Payload::Single(bytes))
                }
                Payload::Stream(messages) => Ok(Payload::Stream(Box::pin(messages.map(move |message| {
                    let _until_the_end = &running;
                    message
                })))),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use bytes::Bytes;

    use super::*;
    use crate::contract::{MethodKind, MethodSpec, ServiceSpec};
    use crate::rpc::Service;

    const RUN: MethodSpec =
        MethodSpec::new("test.Slow", "Run", "/test.Slow/Run", MethodKind::StreamStream, "", 0);
    static SPEC: ServiceSpec = ServiceSpec::new("test.Slow", &[RUN], "");

    /// Answers with the requests.
    struct Echo;

    impl Service for Echo {
        fn spec(&self) -> &'static ServiceSpec {
            &SPEC
        }

        fn call(&self, _method: usize, request: Payload) -> ResponseFuture {
            Box::pin(ready(Ok(request)))
        }
    }

    fn counted(services: usize) -> (CountedRouter, RunningCalls, Route) {
        let router = Router::new().service(Echo).unwrap();
        let (dispatch, running) = RunningCalls::count(router, services);
        let route = dispatch.find("/test.Slow/Run").unwrap();
        (dispatch, running, route)
    }

    #[tokio::test]
    async fn a_call_runs_until_its_answer_or_its_stream_ends() {
        let (dispatch, running, route) = counted(1);
        let number = || *running.number.borrow();
        let call = dispatch.dispatch(route, Payload::Single(Bytes::new()));
        assert_eq!(number(), 1);
        call.await.unwrap();
        assert_eq!(number(), 0);
        let messages = futures_util::stream::iter([Ok(Bytes::new())]);
        let answer = dispatch.dispatch(route, Payload::Stream(Box::pin(messages))).await;
        let Payload::Stream(mut messages) = answer.unwrap() else { panic!("no stream") };
        assert!(messages.next().await.is_some());
        assert_eq!(number(), 1);
        drop(messages);
        assert_eq!(number(), 0);
        // A call that nobody waits for any more does not run.
        drop(dispatch.dispatch(route, Payload::Single(Bytes::new())));
        running.ended().await;
    }

    #[tokio::test]
    async fn our_own_services_are_not_waited_for() {
        let (dispatch, running, route) = counted(0);
        let _call = dispatch.dispatch(route, Payload::Single(Bytes::new()));
        running.ended().await;
    }
}

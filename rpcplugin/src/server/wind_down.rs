use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::contract::Status;
use crate::limits::SETTLE_TIMEOUT;
use crate::rpc::Router;
use crate::wire::{Dispatch, Payload, ResponseFuture, Route};

/// Serves until the end is asked for; then gives the calls that run their grace, and settles what must be settled.
///
/// The calls come first: what they print belongs to what is settled. The stdio stream is a call on a connection as well, so
/// the connections cannot end before it does, and have a short time left for it.
///
/// Says whether all calls were done. The connections may be gone before anybody here hears of the request that ended them.
pub(super) async fn serve_until(
    serving: impl Future<Output = ()>,
    asked: impl Future<Output = ()>,
    calls: impl Future<Output = ()>,
    settle: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let mut serving = std::pin::pin!(serving);
    let mut is_done = tokio::select! {
        () = &mut serving => true,
        () = asked => false,
    };
    let clock = Instant::now();
    if !is_done {
        let ended = tokio::time::timeout(grace, async {
            tokio::select! {
                // Nobody is left to answer.
                () = &mut serving => true,
                () = calls => false,
            }
        });
        is_done = ended.await.unwrap_or(false);
    }
    settle.await;
    if !is_done {
        // A large answer of a call that is done may still be on its way: it has the rest of the grace.
        let rest = grace.saturating_sub(clock.elapsed()).max(SETTLE_TIMEOUT);
        is_done = tokio::time::timeout(rest, serving).await.is_ok();
    }
    is_done
}

/// How many calls of the plugin's own contracts run.
#[derive(Debug)]
pub(super) struct RunningCalls {
    number: watch::Receiver<usize>,
}

impl RunningCalls {
    /// Counts the calls of the first so many services of a router.
    pub(super) fn count(router: Router, services: usize) -> (CountedRouter, Self) {
        let (running, number) = watch::channel(0);
        (CountedRouter { router, services, running: Arc::new(running) }, Self { number })
    }

    /// Ends as soon as no call runs.
    pub(super) async fn ended(mut self) {
        // An error means that the router is gone, and its calls with it.
        drop(self.number.wait_for(|number| *number == 0).await);
    }
}

/// A router that counts the calls of its first services. The others are ours: the stdio stream ends after the calls do.
#[derive(Debug)]
pub(super) struct CountedRouter {
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
    use std::future::{pending, ready};

    use bytes::Bytes;

    use super::*;
    use crate::contract::{MethodKind, MethodSpec, ServiceSpec};
    use crate::rpc::Service;

    const GRACE: Duration = Duration::from_secs(3);

    #[tokio::test]
    async fn connections_that_end_before_the_request_is_heard_are_an_end_in_order() {
        // An async block, because that is what must not be asked again once it is done.
        assert!(serve_until(async {}, pending(), pending(), ready(()), GRACE).await);
        for _ in 0..100 {
            assert!(serve_until(async {}, ready(()), ready(()), ready(()), GRACE).await);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_do_not_end_are_left_after_their_grace() {
        let clock = Instant::now();
        assert!(!serve_until(pending(), ready(()), pending(), ready(()), GRACE).await);
        assert_eq!(clock.elapsed(), GRACE + SETTLE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_end_within_their_grace_are_waited_for() {
        let serving = tokio::time::sleep(GRACE / 2);
        assert!(serve_until(serving, ready(()), pending(), ready(()), GRACE).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_settled_is_settled_behind_the_last_call() {
        let clock = Instant::now();
        let calls = tokio::time::sleep(GRACE / 2);
        let settled = std::cell::Cell::new(None);
        let settle = async { settled.set(Some(clock.elapsed())) };
        // The connections end when the stdio stream on them does.
        let serving = std::future::poll_fn(|_| match settled.get() {
            Some(_) => std::task::Poll::Ready(()),
            None => std::task::Poll::Pending,
        });
        assert!(serve_until(serving, ready(()), calls, settle, GRACE).await);
        assert_eq!(settled.get(), Some(GRACE / 2));
        assert_eq!(clock.elapsed(), GRACE / 2);
    }

    #[test]
    fn a_plugin_with_a_call_that_does_not_end_ends_before_a_go_host_kills_it() {
        use crate::limits::{OUTPUT_DRAIN_TIMEOUT, SERVE_GRACE_DEFAULT};
        let longest = SERVE_GRACE_DEFAULT + OUTPUT_DRAIN_TIMEOUT + SETTLE_TIMEOUT;
        assert!(longest < Duration::from_secs(2), "{longest:?}");
    }

    static SPEC: ServiceSpec = ServiceSpec {
        name: "test.Slow",
        documentation: "",
        methods: &[MethodSpec {
            name: "Run",
            path: "/test.Slow/Run",
            kind: MethodKind::StreamStream,
            documentation: "",
        }],
    };

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

//! Limits, and calls that are made again, over no wire and over both of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::sample::{WIRES, channel, with_timeout};
use crate::call::{CallOptions, Context};
use crate::contract::{Code, Status};
use crate::interceptors::{ConcurrencyLimit, RateLimit, Retry};
use crate::rpc::{Channel, Router, Streaming};

const SECOND: Duration = Duration::from_secs(1);

#[rpcplugin::rpc_protocol(service = "test.Held")]
trait Held {
    /// Ends when it is told to.
    async fn wait(&self, request: u64) -> Result<u64, Status>;
    /// Two messages, the second when it is told to.
    async fn two(&self, request: u64) -> Result<Streaming<u64>, Status>;
    /// Fails so often as the request says, as nobody knows.
    async fn fail(&self, request: u64) -> Result<u64, Status>;
    /// The same, for who may call it twice.
    #[rpc(idempotent)]
    async fn fail_safely(&self, request: u64) -> Result<u64, Status>;
    /// The same in a stream: before its first message, or behind it from 100 on.
    #[rpc(idempotent)]
    async fn fail_in_stream(&self, request: u64) -> Result<Streaming<u64>, Status>;
    /// The same of a stream of requests.
    #[rpc(idempotent)]
    async fn fail_on_stream(&self, requests: Streaming<u64>) -> Result<u64, Status>;
}

/// What the handlers have in common with the test.
#[derive(Clone, Default)]
struct Handlers(Arc<State>);

#[derive(Default)]
struct State {
    running: AtomicUsize,
    /// Calls that came, as a number.
    came: AtomicU64,
    go: Notify,
    status: std::sync::Mutex<Option<Status>>,
}

/// Counts a call while it runs.
struct Runs(Handlers);

impl Handlers {
    fn begin(&self) -> Runs {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        self.0.came.fetch_add(1, Ordering::SeqCst);
        Runs(self.clone())
    }

    fn running(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    fn came(&self) -> u64 {
        self.0.came.swap(0, Ordering::SeqCst)
    }

    async fn until(&self, running: usize) {
        while self.running() != running {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Fails for the first calls.
    fn attempt(&self, failures: u64) -> Result<u64, Status> {
        let came = self.0.came.fetch_add(1, Ordering::SeqCst);
        let said = self.0.status.lock().unwrap().clone();
        if came < failures { Err(said.unwrap_or_else(|| Status::unavailable("not now"))) } else { Ok(came) }
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.0.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Held for Handlers {
    async fn wait(&self, request: u64) -> Result<u64, Status> {
        let _runs = self.begin();
        match request {
            0 => {
                self.0.go.notified().await;
                Ok(0)
            }
            1 => panic!("a handler's own"),
            _ => Ok(request),
        }
    }

    async fn two(&self, request: u64) -> Result<Streaming<u64>, Status> {
        let runs = self.begin();
        let second = stream::unfold(Some(runs), |runs| async move {
            let Runs(handlers) = runs.as_ref()?;
            handlers.0.go.notified().await;
            Some((Ok(2), None))
        });
        Ok(Streaming::new(futures_util::StreamExt::chain(stream::iter([Ok(request)]), second)))
    }

    async fn fail(&self, request: u64) -> Result<u64, Status> {
        self.attempt(request)
    }

    async fn fail_safely(&self, request: u64) -> Result<u64, Status> {
        self.attempt(request)
    }

    async fn fail_in_stream(&self, request: u64) -> Result<Streaming<u64>, Status> {
        if request >= 100 {
            self.0.came.fetch_add(1, Ordering::SeqCst);
            return Ok(Streaming::new(stream::iter([Ok(7), Err(Status::unavailable("behind"))])));
        }
        Ok(Streaming::new(stream::iter([self.attempt(request)])))
    }

    async fn fail_on_stream(&self, _requests: Streaming<u64>) -> Result<u64, Status> {
        self.attempt(1)
    }
}

fn router(handlers: &Handlers) -> Router {
    Router::new().service(HeldServer::new(handlers.clone())).unwrap()
}

fn limited(handlers: &Handlers, limit: impl crate::rpc::Interceptor) -> Router {
    Router::new().interceptor(limit).service(HeldServer::new(handlers.clone())).unwrap()
}

fn code<T>(answer: &Result<T, Status>) -> Code {
    answer.as_ref().err().map_or(Code::Ok, Status::code)
}

#[tokio::test(start_paused = true)]
async fn calls_over_the_rate_are_refused_and_told_when_there_is_room() {
    for wire in WIRES {
        let handlers = Handlers::default();
        let limit = RateLimit::new(2, SECOND).burst(3);
        let held = HeldClient::new(channel(limited(&handlers, limit), wire).await);
        for number in 2..5 {
            assert_eq!(held.wait(number).await.unwrap(), number, "{wire:?}");
        }
        let status = held.wait(5).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{wire:?}");
        let wait = status.retry_after().expect("it says when");
        assert!(wait > Duration::from_millis(400) && wait <= Duration::from_millis(500), "{wire:?} {wait:?}");
        assert!(status.message().contains("faster than 2 in 1s"), "{status}");
        tokio::time::sleep(wait).await;
        held.wait(6).await.unwrap();
        assert_eq!(code(&held.wait(7).await), Code::ResourceExhausted, "{wire:?}: one, and no more");
        assert_eq!(handlers.came(), 4, "{wire:?}: nobody has seen what was refused");
        // A bucket is never more than full.
        tokio::time::sleep(60 * SECOND).await;
        let answers = [held.wait(8).await, held.wait(8).await, held.wait(8).await, held.wait(8).await];
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3, "{wire:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_their_turn_within_a_bound_and_who_leaves_gives_his_place_back() {
    let handlers = Handlers::default();
    let limit = RateLimit::new(1, SECOND).waiting(3 * SECOND).waiting_calls_max(3);
    let local = Channel::local(router(&handlers)).intercepted(limit);
    let held = || HeldClient::new(local.clone());
    let begun = Instant::now();
    held().wait(2).await.unwrap();
    let first = tokio::spawn({
        let held = held();
        async move { (held.wait(2).await, Instant::now()) }
    });
    let second = tokio::spawn({
        let held = held();
        async move { (held.wait(2).await, Instant::now()) }
    });
    let third = tokio::spawn({
        let held = held();
        async move { (held.wait(2).await, Instant::now()) }
    });
    tokio::time::sleep(SECOND / 10).await;
    // Three wait, and no more may; the fourth would wait longer than it may, besides.
    assert_eq!(code(&held().wait(2).await), Code::ResourceExhausted);
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    let (answer, at) = first.await.unwrap();
    assert_eq!((answer.unwrap(), (at - begun).as_secs()), (2, 1));
    let late = held();
    // The place that the second has left is free: with it, the next one waits a second less.
    let before = Instant::now();
    late.wait(2).await.unwrap();
    assert!(before.elapsed() <= 2 * SECOND, "{:?}", before.elapsed());
    let (answer, _) = third.await.unwrap();
    answer.unwrap();
    // Who has no time to wait is told at once, and takes no place.
    let before = Instant::now();
    let hasty = HeldClient::new(with_timeout(&local, SECOND / 10));
    assert_eq!(code(&hasty.wait(2).await), Code::ResourceExhausted);
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn methods_have_buckets_of_their_own_where_that_is_asked_for() {
    let handlers = Handlers::default();
    let limit = RateLimit::new(1, SECOND).per_method();
    let held = HeldClient::new(Channel::local(router(&handlers)).intercepted(limit));
    held.wait(2).await.unwrap();
    held.fail(0).await.unwrap();
    assert_eq!(code(&held.wait(2).await), Code::ResourceExhausted);
    let limit = RateLimit::new(1, SECOND).only(["/test.Held/Fail"]);
    let held = HeldClient::new(Channel::local(router(&handlers)).intercepted(limit));
    held.fail(0).await.unwrap();
    held.wait(2).await.unwrap();
    held.wait(2).await.unwrap();
    assert_eq!(code(&held.fail(0).await), Code::ResourceExhausted);
}

#[tokio::test(start_paused = true)]
async fn so_many_calls_run_so_many_wait_and_the_next_is_refused_at_once() {
    for wire in WIRES {
        let handlers = Handlers::default();
        let limit = ConcurrencyLimit::new(2).queue(1, 5 * SECOND);
        let channel = channel(limited(&handlers, limit), wire).await;
        let held = || HeldClient::new(channel.clone());
        let wait = || {
            tokio::spawn({
                let held = held();
                async move { held.wait(0).await }
            })
        };
        let (first, second) = (wait(), wait());
        handlers.until(2).await;
        let third = wait();
        // The clock goes on when nothing else does: then it waits, and the next one finds no room to wait.
        tokio::time::sleep(SECOND / 10).await;
        let refused = held().wait(3).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable, "{wire:?}");
        assert!(refused.message().contains("2 calls are under way, and 1 more wait"), "{refused}");
        assert_eq!(handlers.running(), 2, "{wire:?}");
        handlers.0.go.notify_one();
        // One of the two ends, and the third has its place.
        tokio::time::sleep(SECOND / 10).await;
        handlers.until(2).await;
        assert_eq!(handlers.came(), 3, "{wire:?}");
        for _ in 0..2 {
            handlers.0.go.notify_one();
            tokio::time::sleep(SECOND / 10).await;
        }
        for call in [first, second, third] {
            assert_eq!(call.await.unwrap().unwrap(), 0, "{wire:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_refused_and_nobody_keeps_a_place() {
    for wire in WIRES {
        let handlers = Handlers::default();
        let limit = ConcurrencyLimit::new(1).queue(4, SECOND);
        let channel = channel(limited(&handlers, limit), wire).await;
        let held = HeldClient::new(channel.clone());
        // A stream has its place until its end, or until nobody reads it.
        let mut two = held.two(1).await.unwrap();
        assert_eq!(two.message().await.unwrap(), Some(1));
        let status = held.wait(2).await.unwrap_err();
        assert!(status.message().contains("none ended within 1s"), "{wire:?}: {status}");
        drop(two);
        held.wait(2).await.unwrap();
        let mut two = held.two(1).await.unwrap();
        two.message().await.unwrap();
        handlers.0.go.notify_one();
        assert_eq!((two.message().await.unwrap(), two.message().await.unwrap()), (Some(2), None), "{wire:?}");
        held.wait(2).await.unwrap();
        // Nor has a call that panics, or one that is given up, or one that has failed.
        assert_eq!(code(&held.wait(1).await), Code::Internal, "{wire:?}");
        held.wait(2).await.unwrap();
        let hasty = HeldClient::new(with_timeout(&channel, SECOND / 10));
        assert_eq!(code(&hasty.wait(0).await), Code::DeadlineExceeded, "{wire:?}");
        held.wait(2).await.unwrap();
        assert_eq!(code(&held.fail(u64::MAX).await), Code::Unavailable, "{wire:?}");
        held.wait(2).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_made_again_where_that_does_no_harm_and_nowhere_else() {
    for wire in WIRES {
        let handlers = Handlers::default();
        let retry = || Retry::new().attempts(3);
        let plain = channel(router(&handlers), wire).await;
        let held = || HeldClient::new(plain.clone().intercepted(retry()));
        assert_eq!(held().fail_safely(2).await.unwrap(), 2, "{wire:?}");
        assert_eq!(handlers.came(), 3, "{wire:?}");
        assert_eq!(code(&held().fail_safely(3).await), Code::Unavailable, "{wire:?}");
        assert_eq!(handlers.came(), 3, "{wire:?}: three times and no more");
        // Nobody knows what it did.
        assert_eq!(code(&held().fail(1).await), Code::Unavailable, "{wire:?}");
        assert_eq!(handlers.came(), 1, "{wire:?}");
        // Before its first message, a stream as well.
        let mut stream = held().fail_in_stream(2).await.unwrap();
        assert_eq!((stream.message().await.unwrap(), stream.message().await.unwrap()), (Some(2), None));
        assert_eq!(handlers.came(), 3, "{wire:?}");
        // And not behind it.
        let mut stream = held().fail_in_stream(100).await.unwrap();
        assert_eq!(stream.message().await.unwrap(), Some(7), "{wire:?}");
        assert_eq!(code(&stream.message().await), Code::Unavailable, "{wire:?}");
        assert_eq!(handlers.came(), 1, "{wire:?}");
        // A stream of requests is read once.
        assert_eq!(code(&held().fail_on_stream(Streaming::from_iter([1])).await), Code::Unavailable);
        assert_eq!(handlers.came(), 1, "{wire:?}");
        // Only where the code says that it may help.
        *handlers.0.status.lock().unwrap() = Some(Status::aborted("lost a race"));
        assert_eq!(code(&held().fail_safely(1).await), Code::Aborted, "{wire:?}");
        assert_eq!(handlers.came(), 1, "{wire:?}");
        let named = HeldClient::new(plain.clone().intercepted(retry().on(Code::Aborted)));
        assert_eq!(named.fail_safely(1).await.unwrap(), 1, "{wire:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_stay_in_their_bounds_and_are_what_the_other_side_says() {
    for wire in WIRES {
        let handlers = Handlers::default();
        let plain = channel(router(&handlers), wire).await;
        let retry = Retry::new().attempts(4).backoff(SECOND, 3 * SECOND);
        let held = HeldClient::new(plain.clone().intercepted(retry.clone()));
        let begun = Instant::now();
        held.fail_safely(3).await.unwrap();
        // One, two and three seconds, or half of it.
        let took = begun.elapsed();
        assert!(took >= 3 * SECOND && took <= 6 * SECOND + SECOND / 10, "{wire:?}: {took:?}");
        handlers.came();
        let status = Status::unavailable("later").with_retry_after(7 * SECOND);
        *handlers.0.status.lock().unwrap() = Some(status);
        let begun = Instant::now();
        held.fail_safely(1).await.unwrap();
        let took = begun.elapsed();
        assert!(took >= 7 * SECOND && took < 8 * SECOND, "{wire:?}: {took:?}");
        handlers.came();
        // A deadline before that is no reason to wait for it.
        let begun = Instant::now();
        let hasty = HeldClient::new(with_timeout(&plain.clone().intercepted(retry), 5 * SECOND));
        assert_eq!(code(&hasty.fail_safely(1).await), Code::Unavailable, "{wire:?}");
        assert!(begun.elapsed() < SECOND, "{wire:?}: {:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn while_most_calls_fail_none_is_made_again() {
    let handlers = Handlers::default();
    let retry = Retry::new().attempts(2).tokens(4);
    let channel = Channel::local(router(&handlers)).intercepted(retry);
    let held = HeldClient::new(channel);
    // Four tokens: three are left and then two, which is no more than half.
    assert_eq!(code(&held.fail_safely(u64::MAX).await), Code::Unavailable);
    assert_eq!(handlers.came(), 2);
    assert_eq!(code(&held.fail_safely(u64::MAX).await), Code::Unavailable);
    assert_eq!(handlers.came(), 1);
    // Forty that succeed are a full purse again.
    for _ in 0..40 {
        held.fail_safely(0).await.unwrap();
    }
    handlers.came();
    assert_eq!(held.fail_safely(1).await.unwrap(), 1);
    assert_eq!(
        code(
            &HeldClient::new(Channel::local(router(&handlers)).intercepted(Retry::new().tokens(0)))
                .fail_safely(u64::MAX)
                .await
        ),
        Code::Unavailable
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_in_a_pause_is_not_made_again() {
    let handlers = Handlers::default();
    let retry = Retry::new().backoff(60 * SECOND, 60 * SECOND);
    let channel = Channel::local(router(&handlers)).intercepted(retry);
    let held = HeldClient::new(channel.with(CallOptions::new().context(&Context::new())));
    let call = held.fail_safely(u64::MAX);
    assert!(tokio::time::timeout(SECOND, call).await.is_err());
    tokio::time::sleep(600 * SECOND).await;
    assert_eq!(handlers.came(), 1);
}

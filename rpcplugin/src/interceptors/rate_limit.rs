use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::scope::{Account, Scope};
use crate::call::{Call, Messages};
use crate::contract::Status;
use crate::limits::{RATE_LIMIT_ACCOUNTS_KEPT, RATE_LIMIT_ACCOUNTS_MAX, RATE_LIMIT_WAITING_DEFAULT};
use crate::rpc::{Interceptor, Next};

/// Lets so many calls through in a time, and refuses or holds back the others: a token bucket.
///
/// A bucket holds as many calls as may come at once ([`burst`](Self::burst)), and fills again at an even pace. There is one for
/// all calls, unless [`per_method`](Self::per_method) or [`per_peer`](Self::per_peer) make more of them. A peer is the holder of
/// a certificate, or else a user of the machine, or else an IP address: another connection is no new bucket. On the side of the
/// caller all calls have one peer.
///
/// A call over the rate ends with [`Code::ResourceExhausted`](crate::Code::ResourceExhausted) before anybody further in sees it,
/// and [`Status::retry_after`] says when there is room for one. With [`waiting`](Self::waiting) it waits for that instead.
/// What counts is that a call begins, not how long it takes or how many messages it has: see
/// [`ConcurrencyLimit`](super::ConcurrencyLimit).
///
/// Clones share their buckets. Several limits may stand behind each other.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::interceptors::RateLimit;
/// use rpcplugin::{Channel, Code, Router, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
/// # struct Polite;
/// # impl Greeter for Polite {
/// #     async fn greet(&self, request: String) -> Result<String, Status> { Ok(request) }
/// # }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// // One call a minute for each caller, two of them at once.
/// let limit = RateLimit::new(1, Duration::from_secs(60)).burst(2).per_peer();
/// let router = Router::new().interceptor(limit).service(GreeterServer::new(Polite))?;
/// let greeter = GreeterClient::new(Channel::local(router));
/// greeter.greet("Ada".to_owned()).await?;
/// greeter.greet("Ada".to_owned()).await?;
/// let status = greeter.greet("Ada".to_owned()).await.unwrap_err();
/// assert_eq!(status.code(), Code::ResourceExhausted);
/// assert!(status.retry_after().unwrap() <= Duration::from_secs(60));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
#[must_use = "a limit does nothing until it stands before calls"]
pub struct RateLimit {
    /// Between two calls at the even pace.
    interval: Duration,
    calls: u32,
    period: Duration,
    burst: u32,
    scope: Scope,
    wait_max: Duration,
    waiting_max: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    buckets: Mutex<Buckets>,
}

struct Buckets {
    /// When each bucket will be full again. One that is full is not kept.
    full_at: HashMap<Account, Instant>,
    /// How many calls wait for each. One that nobody waits for is not kept.
    waiting: HashMap<Account, usize>,
    /// From so many on it is worth a look which are full.
    look_at: usize,
}

impl Default for Buckets {
    fn default() -> Self {
        Self { full_at: HashMap::new(), waiting: HashMap::new(), look_at: RATE_LIMIT_ACCOUNTS_KEPT }
    }
}

impl RateLimit {
    /// So many calls in each period, all of them at once if they come so. Neither is less than one: no call, and no time, is
    /// no rate, and counts as one call and one nanosecond.
    pub fn new(calls: u32, period: Duration) -> Self {
        let (calls, period) = (calls.max(1), period.max(Duration::from_nanos(1)));
        let interval = period.checked_div(calls).unwrap_or(period).max(Duration::from_nanos(1));
        Self {
            interval,
            calls,
            period,
            burst: calls,
            scope: Scope::default(),
            wait_max: Duration::ZERO,
            waiting_max: RATE_LIMIT_WAITING_DEFAULT,
            shared: Arc::default(),
        }
    }

    /// How many calls may come at once, as a number; 0 counts as 1. As many as in a period unless set.
    pub fn burst(mut self, calls: u32) -> Self {
        self.burst = calls.max(1);
        self
    }

    /// A bucket for each method.
    pub const fn per_method(mut self) -> Self {
        self.scope.by_method = true;
        self
    }

    /// A bucket for each peer that calls.
    pub const fn per_peer(mut self) -> Self {
        self.scope.by_peer = true;
        self
    }

    /// Holds back calls of these methods alone, by their paths such as `/example.Kv/Get`.
    pub fn only(mut self, paths: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.scope.only(paths);
        self
    }

    /// Has calls over the rate wait for their turn, in the order in which they come, if that is no longer away than this and
    /// the call has the time. Those that would wait longer are refused at once.
    pub const fn waiting(mut self, longest: Duration) -> Self {
        self.wait_max = longest;
        self
    }

    /// How many calls may wait at once for one bucket, as a number. 1024 unless set. Those that wait for one keep nobody from
    /// waiting for another.
    pub const fn waiting_calls_max(mut self, calls: usize) -> Self {
        self.waiting_max = calls;
        self
    }

    /// Takes a call's place in its bucket, if it has to wait for one. `Err` is how long it would have to.
    fn take(&self, account: &Account, wait_max: Duration) -> Result<Option<Place<'_>>, Duration> {
        let now = Instant::now();
        let mut buckets = self.shared.lock();
        let account = buckets.known(account, now);
        let waiting = buckets.waiting.get(account).copied().unwrap_or_default();
        let wait_max = if waiting < self.waiting_max { wait_max } else { Duration::ZERO };
        let full_at = buckets.full_at.get(account).copied().unwrap_or(now).max(now);
        let room = self.interval.saturating_mul(self.burst.saturating_sub(1));
        let wait = full_at.saturating_duration_since(now).saturating_sub(room);
        if wait > wait_max {
            return Err(wait);
        }
        // A time that the clock cannot say is as good as never: the bucket stays as it is.
        let next = full_at.checked_add(self.interval).unwrap_or(full_at);
        buckets.full_at.insert(account.clone(), next);
        if wait.is_zero() {
            return Ok(None);
        }
        buckets.waiting.insert(account.clone(), waiting.saturating_add(1));
        Ok(Some(Place { limit: self, account: account.clone(), wait, is_given_up: true }))
    }

    fn refused(&self, call: &Call, wait: Duration) -> Status {
        let Self { calls, period, .. } = self;
        Status::resource_exhausted(format!(
            "calls of `{}` come faster than {calls} in {period:?}; try again in {wait:?}, or call less often",
            call.method().path
        ))
        .with_retry_after(wait)
    }
}

impl Buckets {
    /// The account that a call is counted in: its own, as long as there are not too many.
    fn known<'a>(&mut self, account: &'a Account, now: Instant) -> &'a Account {
        if self.full_at.len() >= self.look_at && !self.full_at.contains_key(account) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.look_at = self.full_at.len().saturating_mul(2).max(RATE_LIMIT_ACCOUNTS_KEPT);
            self.look_at = self.look_at.min(RATE_LIMIT_ACCOUNTS_MAX);
            if self.full_at.len() >= RATE_LIMIT_ACCOUNTS_MAX {
                return &Account::COMMON;
            }
        }
        account
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interceptor for RateLimit {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let Some(account) = self.scope.account(&call) else { return next.run(call).await };
        let left = call.context().time_left().unwrap_or(Duration::MAX);
        // Who has no time to wait does not take a place from somebody who has.
        let place = self.take(&account, self.wait_max.min(left)).map_err(|wait| self.refused(&call, wait))?;
        if let Some(mut place) = place {
            tokio::time::sleep(place.wait).await;
            place.is_given_up = false;
        }
        next.run(call).await
    }
}

/// A place in a bucket for a call that waits. One that is given up gives it back.
struct Place<'a> {
    limit: &'a RateLimit,
    /// The one that it is counted in, which may not be the call's own.
    account: Account,
    wait: Duration,
    is_given_up: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut buckets = self.limit.shared.lock();
        if let Some(waiting) = buckets.waiting.get_mut(&self.account) {
            *waiting = waiting.saturating_sub(1);
            if *waiting == 0 {
                buckets.waiting.remove(&self.account);
            }
        }
        if self.is_given_up
            && let Some(full_at) = buckets.full_at.get_mut(&self.account)
            && let Some(earlier) = full_at.checked_sub(self.limit.interval)
        {
            *full_at = earlier;
        }
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimit")
            .field("calls", &self.calls)
            .field("period", &self.period)
            .field("burst", &self.burst)
            .field("scope", &self.scope)
            .field("wait_max", &self.wait_max)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_that_are_full_again_are_forgotten_and_there_are_never_too_many() {
        let now = Instant::now();
        let mut buckets = Buckets::default();
        let account = |number: usize| -> Account {
            let path: &'static str = Box::leak(format!("/{number}").into_boxed_str());
            Account::of_method(path)
        };
        let later = now + Duration::from_secs(60);
        for number in 0..RATE_LIMIT_ACCOUNTS_MAX + 10 {
            let own = account(number);
            let known = buckets.known(&own, now).clone();
            assert_eq!(known == own, number < RATE_LIMIT_ACCOUNTS_MAX, "{number}");
            buckets.full_at.insert(known, later);
        }
        assert!(buckets.full_at.len() <= RATE_LIMIT_ACCOUNTS_MAX + 1);
        let new = account(usize::MAX);
        assert_eq!(buckets.known(&new, later), &new, "by then all of them are full");
        assert!(buckets.full_at.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_one_bucket_keeps_nobody_from_waiting_for_another() {
        let minute = Duration::from_secs(60);
        let limit = RateLimit::new(1, minute).waiting(minute * 9).waiting_calls_max(1);
        let take = |path| limit.take(&Account::of_method(path), limit.wait_max);
        assert!(take("/a").unwrap().is_none() && take("/b").unwrap().is_none());
        let first = take("/a").unwrap().unwrap();
        assert!(take("/a").is_err(), "one waits already");
        let other = take("/b").unwrap().unwrap();
        assert_eq!((first.wait, other.wait), (minute, minute));
        drop((first, other));
        assert!(limit.shared.lock().waiting.is_empty());
        assert_eq!(take("/a").unwrap().unwrap().wait, minute, "the place was given back");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_goes_back_to_the_bucket_that_it_was_taken_from() {
        let minute = Duration::from_secs(60);
        let limit = RateLimit::new(1, minute).waiting(minute * 9);
        let later = Instant::now() + minute * 1000;
        for number in 0..RATE_LIMIT_ACCOUNTS_MAX {
            let path: &'static str = Box::leak(format!("/{number}").into_boxed_str());
            limit.shared.lock().full_at.insert(Account::of_method(path), later);
        }
        let take = |path| limit.take(&Account::of_method(path), limit.wait_max);
        assert!(take("/new").unwrap().is_none());
        assert_eq!(take("/newer").unwrap().unwrap().wait, minute, "they share one bucket");
        assert_eq!(take("/newest").unwrap().unwrap().wait, minute, "to which the place went back");
    }
}

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::scope::{Account, Scope};
use crate::call::{Batch, Call, MessageStream, Messages, Source};
use crate::contract::Status;
use crate::rpc::{Interceptor, Next};

/// Lets so many calls be under way at once, so many others wait for a moment, and refuses the rest at once: a plugin under load
/// answers what it can, and says so to the others while there is time to do something else.
///
/// A call is under way until it is answered, with its stream of responses, or is given up, fails or panics; then the call that
/// has waited longest takes its place. One that is refused ends with [`Code::Unavailable`](crate::Code::Unavailable) before
/// anybody further in sees it. It is that code, and not `RESOURCE_EXHAUSTED`, because the caller has used up nothing of his own:
/// the same call finds a place in a moment, and whoever repeats calls repeats those ([`Retry`](super::Retry)).
///
/// Clones share their places.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::Cookie;
/// use rpcplugin::PluginServer;
/// use rpcplugin::interceptors::ConcurrencyLimit;
///
/// # fn serve(cookie: Cookie) {
/// // 32 calls run, 64 wait for at most a second, and the next one is refused.
/// let limit = ConcurrencyLimit::new(32).queue(64, Duration::from_secs(1));
/// let plugin = PluginServer::new(cookie).interceptor(limit);
/// # drop(plugin);
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a limit does nothing until it stands before calls"]
pub struct ConcurrencyLimit {
    calls_max: usize,
    waiting_max: usize,
    wait_max: Duration,
    scope: Scope,
    /// Contracts bound how many there are: each is a method's, or that of all.
    places: Arc<Mutex<HashMap<Account, Arc<Places>>>>,
}

/// Those that run together.
struct Places {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl ConcurrencyLimit {
    /// So many calls at once, as a number, and nobody waits; 0 counts as 1.
    pub fn new(calls: usize) -> Self {
        Self {
            calls_max: calls.clamp(1, Semaphore::MAX_PERMITS),
            waiting_max: 0,
            wait_max: Duration::ZERO,
            scope: Scope::default(),
            places: Arc::default(),
        }
    }

    /// How many calls may wait for a place, as a number, and each of them for how long. None unless set.
    pub const fn queue(mut self, calls: usize, longest: Duration) -> Self {
        (self.waiting_max, self.wait_max) = (calls, longest);
        self
    }

    /// Places, and a queue, for each method.
    pub const fn per_method(mut self) -> Self {
        self.scope.by_method = true;
        self
    }

    /// Counts calls of these methods alone, by their paths such as `/example.Kv/Get`.
    pub fn only(mut self, paths: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.scope.only(paths);
        self
    }

    fn places(&self, account: Account) -> Arc<Places> {
        let mut all = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let places = all.entry(account).or_insert_with(|| {
            let free = Arc::new(Semaphore::new(self.calls_max));
            Arc::new(Places { free, waiting: AtomicUsize::new(0) })
        });
        Arc::clone(places)
    }

    /// A place for a call, at once or as soon as there is one.
    async fn place(&self, places: &Places, path: &str) -> Result<OwnedSemaphorePermit, Status> {
        let busy = |why: String| {
            Status::unavailable(format!(
                "{} calls are under way, and {why}; this one, of `{path}`, did not run and may be tried again",
                self.calls_max
            ))
        };
        // Nobody overtakes those that wait: the semaphore leaves them what comes free.
        if let Ok(place) = Arc::clone(&places.free).try_acquire_owned() {
            return Ok(place);
        }
        let Some(_waiting) = Waiting::begin(&places.waiting, self.waiting_max) else {
            return Err(busy(format!("{} more wait", self.waiting_max)));
        };
        match tokio::time::timeout(self.wait_max, Arc::clone(&places.free).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(busy(format!("none ended within {:?}", self.wait_max))),
        }
    }
}

impl Interceptor for ConcurrencyLimit {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let Some(account) = self.scope.account(&call) else { return next.run(call).await };
        let path = call.method().path;
        let place = self.place(&self.places(account), path).await?;
        Ok(match next.run(call).await? {
            Messages::One(bytes) => Messages::One(bytes),
            Messages::Many(messages) => {
                Messages::Many(MessageStream::of(InPlace { held: Some((messages, place)) }))
            }
        })
    }
}

/// One of those that wait.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    /// `None` if as many wait as may.
    fn begin(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        if waiting.fetch_add(1, Ordering::Relaxed) < most {
            return Some(Self(waiting));
        }
        waiting.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Responses of a call that is under way until the last of them.
struct InPlace {
    /// In this order: what the responses hold goes before another call comes.
    held: Option<(MessageStream, OwnedSemaphorePermit)>,
}

impl Source for InPlace {
    fn poll_batch(&mut self, context: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<()> {
        match &mut self.held {
            None => batch.end(Ok(())),
            Some((messages, _)) => ready!(messages.poll_batch(context, batch)),
        }
        if batch.has_ended() {
            self.held = None;
        }
        Poll::Ready(())
    }
}

impl fmt::Debug for ConcurrencyLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConcurrencyLimit")
            .field("calls_max", &self.calls_max)
            .field("waiting_max", &self.waiting_max)
            .field("wait_max", &self.wait_max)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

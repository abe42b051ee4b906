use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;

use super::shared::{Common, Shared};
use super::values::Values;
use super::{Ambient, Metadata, Peer, ResponseMetadata};
use crate::contract::Status;
use crate::limits::CALL_TIMEOUT_MAX;

/// One call, without its messages: the time it has, the caller's metadata, who calls, and whether it is over.
///
/// A method of a contract may take one, and a client is given one in the same place. Cheap to clone; clones are of one call.
///
/// # For handlers
///
/// ```
/// use rpcplugin::{Context, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, context: Context, request: String) -> Result<String, Status>;
/// }
///
/// struct Polite;
/// impl Greeter for Polite {
///     async fn greet(&self, context: Context, request: String) -> Result<String, Status> {
///         let tenant = context.metadata().get("tenant").unwrap_or("nobody");
///         Ok(format!("good morning, {request} of {tenant}"))
///     }
/// }
/// ```
///
/// A handler that calls another plugin passes its deadline on without a word: see [`Context::current`].
///
/// # For callers
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::{Context, Metadata};
///
/// let mut metadata = Metadata::new();
/// metadata.insert("tenant", "blue")?;
/// let context = Context::new().with_timeout(Duration::from_secs(1)).with_metadata(metadata);
/// // greeter.greet(context, "Ada".to_owned()).await
/// # Ok::<(), rpcplugin::MetadataError>(())
/// ```
#[derive(Clone)]
pub struct Context {
    pub(super) deadline: Option<Instant>,
    pub(super) metadata: Metadata,
    pub(super) common: Common,
}

impl Context {
    /// The context of a call that is to be made: no deadline, no metadata.
    #[must_use]
    pub fn new() -> Self {
        Self { deadline: None, metadata: Metadata::new(), common: Common::There(Arc::new(Shared::made())) }
    }

    /// Of a call that came in.
    pub(crate) fn received(metadata: Metadata, timeout: Option<Duration>, peer: Arc<Peer>) -> Self {
        Self::received_in(Arc::new(Shared::of_peer(peer)), metadata, timeout)
    }

    /// The same, in memory that is there.
    pub(super) fn received_in(shared: Arc<Shared>, metadata: Metadata, timeout: Option<Duration>) -> Self {
        let deadline = timeout.map(instant_after);
        Self { deadline, metadata, common: Common::There(shared) }
    }

    /// Of a call that is about to be made.
    pub(crate) fn outgoing(
        metadata: Metadata,
        deadline: Option<Instant>,
        response: Option<ResponseMetadata>,
        values: Option<Values>,
        parent: Option<Self>,
    ) -> Self {
        let common = match (response, values, parent) {
            (None, None, None) => Common::later(),
            (response, values, parent) => {
                let response = response.map_or_else(OnceLock::new, OnceLock::from);
                let values = values.unwrap_or_default();
                Common::There(Arc::new(Shared { response, values, parent, ..Shared::default() }))
            }
        };
        Self { deadline, metadata, common }
    }

    /// The same for a call that is made without metadata, and that nobody sees.
    pub(super) const fn unseen(deadline: Option<Instant>) -> Self {
        Self { deadline, metadata: Metadata::new(), common: Common::later() }
    }

    /// Gives the call this much time from now on. An earlier deadline stays.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.lower_deadline(instant_after(timeout));
        self
    }

    /// Sends this metadata with the call.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// The context of the call whose handler runs right now, in this task and on this thread.
    ///
    /// It is what a handler with a [`Context`] argument is given: with what its interceptors changed, and without what they
    /// took away. In an interceptor it is the context of the call as it came to the plugin, or to the service.
    ///
    /// `None` outside of a handler, and in a task that a handler spawned: hand it the context itself, and make its calls
    /// with [`CallOptions::context`](crate::CallOptions::context).
    ///
    /// A call that a handler makes has no more time than the handler's own call, without anything said: the deadline goes
    /// from host to plugin to nested plugin. Metadata does not: what a caller told this plugin is not for the next one.
    #[must_use]
    pub fn current() -> Option<Self> {
        Ambient::current()
    }

    /// How much time the call has left, zero once it is out of time; `None` if it may take as long as it takes.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// What the caller sent beside its messages.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Who calls, as the operating system and TLS say; `None` of a call that this side makes.
    #[must_use]
    pub fn peer(&self) -> Option<&Peer> {
        self.common.get()?.peer.as_deref()
    }

    /// Of a call that is made: the context that it was given ([`CallOptions::context`](crate::CallOptions::context)), or
    /// else that of the handler that makes it.
    ///
    /// For interceptors: what a handler's context holds ([`insert`](Self::insert)) is no value of the calls that the handler
    /// makes, and is found here.
    #[must_use]
    pub fn parent(&self) -> Option<&Self> {
        self.common.get()?.parent.as_ref()
    }

    /// What goes back beside the messages: a handler writes it, and a caller reads it.
    #[must_use]
    pub fn response(&self) -> &ResponseMetadata {
        self.common.get_or_make().response.get_or_init(ResponseMetadata::new)
    }

    /// The same, if anybody has written or read it yet.
    pub(crate) fn response_in_use(&self) -> Option<&ResponseMetadata> {
        self.common.get()?.response.get()
    }

    /// A call begins, or begins again: what the one before was answered with is not its answer.
    pub(crate) fn forget_response(&self) {
        if let Some(response) = self.response_in_use() {
            response.clear();
        }
    }

    /// Keeps the initial metadata of an answer that came.
    pub(crate) fn keep_initial(&self, metadata: Metadata) {
        if !metadata.is_empty() || self.response_in_use().is_some() {
            self.response().set_initial(metadata);
        }
    }

    /// Keeps the trailing metadata of an answer that came.
    pub(crate) fn keep_trailing(&self, metadata: Metadata) {
        if !metadata.is_empty() || self.response_in_use().is_some() {
            self.response().set_trailing(metadata);
        }
    }

    /// Waits until the call is over: its caller gave it up, its time is up, or it was answered.
    ///
    /// A handler need not look: it is dropped at its next `.await` when the call is over.
    /// It is for what a handler leaves running elsewhere: a spawned task, a thread, a child process.
    /// An interceptor, on either side, may hand the context on in the same way: it is over with the call, and with its stream
    /// of responses. Of a context that was made for calls ([`new`](Self::new)) it waits for ever.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe.
    pub async fn cancelled(&self) {
        self.common.get_or_make().over.wait().await;
    }

    /// Whether the call is over: see [`cancelled`](Self::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.common.get().is_some_and(|shared| shared.over.is_over())
    }

    /// Leaves a value for whoever sees this call later, one of each type: an interceptor for the handler, for example who
    /// the caller was found to be. It does not travel.
    ///
    /// What a caller leaves in a context that it makes is found by the interceptors on its side, in each call that is made
    /// with it. What they leave themselves stays with the call.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::Context;
    ///
    /// #[derive(Clone, Debug, PartialEq)]
    /// struct Caller(String);
    ///
    /// let context = Context::new();
    /// context.insert(Caller("Ada".to_owned()));
    /// assert_eq!(context.get(), Some(Caller("Ada".to_owned())));
    /// ```
    pub fn insert<T: Clone + Send + Sync + 'static>(&self, value: T) {
        self.common.get_or_make().values.insert(value);
    }

    /// The value of this type that somebody left.
    #[must_use]
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.common.get()?.values.get()
    }

    /// A copy of the values that were left.
    pub(super) fn values(&self) -> Option<Values> {
        self.common.get().map(|shared| shared.values.clone())
    }

    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether it was made for calls. The metadata of one that came in is its caller's, and not for the calls that the
    /// handler makes.
    pub(super) fn is_made(&self) -> bool {
        self.common.get().is_some_and(|shared| shared.is_made)
    }

    pub(crate) fn lower_deadline(&mut self, deadline: Instant) {
        self.deadline = Some(self.deadline.map_or(deadline, |own| own.min(deadline)));
    }

    /// The call is over. Where nothing is shared, there is nobody to hear of it.
    pub(super) fn end(&self) {
        if let Some(shared) = self.common.get() {
            shared.over.end();
        }
    }
}

/// How a call ends that has run out of time, whoever notices it.
pub(crate) fn out_of_time() -> Status {
    Status::deadline_exceeded(
        "the call took longer than its deadline allows; give it more time, or ask for less",
    )
}

/// A time so far away that the clock cannot say it is as good as the longest that the wire can say.
pub(crate) fn instant_after(timeout: Duration) -> Instant {
    Instant::now() + timeout.min(CALL_TIMEOUT_MAX)
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("time_left", &self.time_left())
            .field("metadata", &self.metadata)
            .field("is_cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{CallOptions, OverGuard};

    #[test]
    fn the_earlier_deadline_stays() {
        let context =
            Context::new().with_timeout(Duration::from_secs(1)).with_timeout(Duration::from_secs(60));
        assert!(context.time_left().unwrap() <= Duration::from_secs(1));
        assert_eq!(Context::new().with_timeout(Duration::ZERO).time_left(), Some(Duration::ZERO));
        // A timeout beyond what a clock can say is no panic.
        assert!(Context::new().with_timeout(Duration::MAX).time_left().unwrap() > Duration::from_secs(3600));
    }

    #[test]
    fn values_are_found_by_their_type() {
        let context = Context::new();
        context.insert("somebody".to_owned());
        context.insert(7_u32);
        context.clone().insert(8_u32);
        assert_eq!(context.get::<String>().as_deref(), Some("somebody"));
        assert_eq!(context.get::<u32>(), Some(8));
        assert_eq!(context.get::<u64>(), None);
    }

    #[test]
    fn what_a_clone_is_told_all_are_told_also_one_that_came_first() {
        let context = Context::new();
        let clone = context.clone();
        clone.insert(1_u8);
        drop(OverGuard::new(clone.clone()));
        assert_eq!(context.get::<u8>(), Some(1));
        assert!(context.is_cancelled());
        assert!(clone.is_made() && !CallOptions::new().begin(None).clone().is_made());
    }

    #[tokio::test]
    async fn everybody_who_waits_learns_that_a_call_is_over() {
        let context = Context::new();
        let guard = OverGuard::new(context.clone());
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let context = context.clone();
                tokio::spawn(async move { context.cancelled().await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(!context.is_cancelled());
        drop(guard);
        for waiting in waiting {
            waiting.await.unwrap();
        }
        // And so does who comes later.
        context.cancelled().await;
        assert!(context.is_cancelled());
    }

    #[test]
    fn the_current_context_is_the_innermost_and_goes_with_its_guard() {
        assert!(Context::current().is_none());
        let (mut outer, mut inner) = (Some(Context::new()), Some(Context::new()));
        outer.as_ref().unwrap().insert(1_u8);
        inner.as_ref().unwrap().insert(2_u8);
        let current = || Context::current().and_then(|context| context.get::<u8>());
        let outer = Ambient::enter(&mut outer);
        assert_eq!(current(), Some(1));
        {
            let _inner = Ambient::enter(&mut inner);
            assert_eq!(current(), Some(2));
        }
        assert_eq!(current(), Some(1));
        drop(outer);
        assert_eq!(current(), None);
    }
}

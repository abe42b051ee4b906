use std::time::Duration;

use super::context::instant_after;
use super::{Context, Messages, Metadata};
use crate::contract::MethodSpec;

/// Which end of a call an interceptor stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a call has two ends")]
pub enum Side {
    /// Where the call is made.
    Client,
    /// Where the handler runs.
    Server,
}

impl Side {
    /// `client` or `server`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// A call on its way from a caller to a handler: what is called, in which context, with which messages.
///
/// See [`Interceptor`](crate::Interceptor) for an example.
#[derive(Debug)]
pub struct Call {
    method: &'static MethodSpec,
    side: Side,
    context: Context,
    messages: Messages,
    is_own: bool,
}

impl Call {
    pub(crate) const fn new(
        method: &'static MethodSpec,
        side: Side,
        context: Context,
        messages: Messages,
    ) -> Self {
        Self { method, side, context, messages, is_own: false }
    }

    /// The call of a service that every plugin has: a user's bound of messages is not for it.
    pub(crate) const fn own(mut self, is_own: bool) -> Self {
        self.is_own = is_own;
        self
    }

    /// Whether the crate itself makes the call: see [`own`](Self::own).
    pub(crate) const fn is_own(&self) -> bool {
        self.is_own
    }

    /// What is called: the method's row of its contract's table.
    #[must_use]
    pub const fn method(&self) -> &'static MethodSpec {
        self.method
    }

    /// Which end of the call this is.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.side
    }

    /// Everything about the call but its messages.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Gives the rest of the call no more than this time from now on. An earlier deadline stays.
    ///
    /// It counts from [`Next::run`](crate::Next::run) on: for the interceptors further in, on the way to the handler, and
    /// for the handler itself, which is told. What is out of time ends with
    /// [`Code::DeadlineExceeded`](crate::Code::DeadlineExceeded), and the interceptor that gave it so little hears of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use rpcplugin::{Call, Interceptor, Messages, Next, Status};
    ///
    /// /// No call takes longer than a second, whatever its caller says.
    /// struct Hurries;
    ///
    /// impl Interceptor for Hurries {
    ///     async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
    ///         call.limit_time(Duration::from_secs(1));
    ///         next.run(call).await
    ///     }
    /// }
    /// ```
    pub fn limit_time(&mut self, timeout: Duration) {
        self.context.lower_deadline(instant_after(timeout));
    }

    /// The same call once more, to be run again if it fails; `None` where the caller sends a stream, which is read once.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Call, Code, Interceptor, Messages, Next, Status};
    ///
    /// /// Calls a method once more whose plugin could not be reached, where that does no harm.
    /// struct TriesTwice;
    ///
    /// impl Interceptor for TriesTwice {
    ///     async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
    ///         let again = if call.method().idempotent { call.try_clone() } else { None };
    ///         match (next.run(call).await, again) {
    ///             (Err(status), Some(again)) if status.code() == Code::Unavailable => next.run(again).await,
    ///             (answer, _) => answer,
    ///         }
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        let messages = match &self.messages {
            Messages::One(bytes) => Messages::One(bytes.clone()),
            Messages::Many(_) => return None,
        };
        let Self { method, side, is_own, .. } = *self;
        Some(Self { method, side, context: self.context.clone(), messages, is_own })
    }

    /// The metadata that the call is sent with; on the handler's side, what the handler will see.
    pub const fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.context.metadata
    }

    /// What the caller sends.
    #[must_use]
    pub const fn messages(&self) -> &Messages {
        &self.messages
    }

    /// What the caller sends, to be replaced.
    pub const fn messages_mut(&mut self) -> &mut Messages {
        &mut self.messages
    }

    /// What the caller sends, without the rest.
    #[must_use]
    pub fn into_messages(self) -> Messages {
        self.messages
    }

    pub(crate) fn into_parts(self) -> (Context, Messages) {
        (self.context, self.messages)
    }
}

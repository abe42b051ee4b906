use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};

use crate::call::{Call, Context, MessageStream, Messages, Side};
use crate::contract::{MethodSpec, Status};
use crate::rpc::{Interceptor, Next};

/// Async closures around the messages of calls: one sees each request, one each response.
///
/// A closure gets the message as bytes, and returns those that go on: the same, others, or an error that refuses the
/// message. On the side of the caller a request is seen before it is sent, on the side of the handler before the handler
/// gets it.
///
/// An error ends the call with that status: for a single message at once, and the handler never sees a refused request;
/// in a stream, the stream ends with the error.
///
/// The messages of a stream pass one after the other, in order. Only messages pass here: what else a call has to say is for
/// an [`Interceptor`] of your own.
///
/// # Examples
///
/// ```
/// use rpcplugin::Status;
/// use rpcplugin::interceptors::Hooks;
///
/// let hooks = Hooks::new()
///     .before_request(|call, bytes| async move {
///         if bytes.len() > 1000 {
///             return Err(Status::resource_exhausted(format!("{} takes 1000 bytes", call.method().name)));
///         }
///         Ok(bytes)
///     })
///     .after_response(|call, bytes| async move {
///         println!("{} was answered with {} bytes", call.method().name, bytes.len());
///         Ok(bytes)
///     });
/// # let _ = hooks;
/// ```
#[derive(Clone, Default)]
pub struct Hooks {
    requests: Vec<SharedHook>,
    responses: Vec<SharedHook>,
}

type HookFuture = Pin<Box<dyn Future<Output = Result<Bytes, Status>> + Send>>;

type SharedHook = Arc<dyn Fn(CallInfo, Bytes) -> HookFuture + Send + Sync>;

impl Hooks {
    /// Lets every message pass as it is.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Passes each request through `hook`, behind the hooks for requests that are there.
    #[must_use]
    pub fn before_request<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(CallInfo, Bytes) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Bytes, Status>> + Send + 'static,
    {
        self.requests.push(share(hook));
        self
    }

    /// Passes each response through `hook`, before the hooks for responses that are there: the first is the outermost, as it
    /// is with interceptors. Errors that end a call do not pass.
    #[must_use]
    pub fn after_response<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(CallInfo, Bytes) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Bytes, Status>> + Send + 'static,
    {
        self.responses.insert(0, share(hook));
        self
    }
}

fn share<F, R>(hook: F) -> SharedHook
where
    F: Fn(CallInfo, Bytes) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Bytes, Status>> + Send + 'static,
{
    Arc::new(move |call, bytes| Box::pin(hook(call, bytes)))
}

/// What a hook knows of the call whose message it sees.
#[derive(Clone, Debug)]
pub struct CallInfo {
    method: &'static MethodSpec,
    side: Side,
    context: Context,
}

impl CallInfo {
    /// The method's row of its contract's table.
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
}

impl Interceptor for Hooks {
    async fn intercept(&self, mut call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let info = CallInfo { method: call.method(), side: call.side(), context: call.context().clone() };
        if !self.requests.is_empty() {
            let requests = std::mem::replace(call.messages_mut(), Messages::One(Bytes::new()));
            *call.messages_mut() = pass(&self.requests, &info, requests).await?;
        }
        let answer = next.run(call).await?;
        match self.responses.is_empty() {
            true => Ok(answer),
            false => pass(&self.responses, &info, answer).await,
        }
    }
}

/// Messages behind the hooks.
async fn pass(hooks: &[SharedHook], call: &CallInfo, messages: Messages) -> Result<Messages, Status> {
    match messages {
        Messages::One(bytes) => pass_one(hooks, call, bytes).await.map(Messages::One),
        Messages::Many(messages) => {
            let state: (_, Arc<[SharedHook]>, _) = (messages, hooks.into(), call.clone());
            let passed = stream::try_unfold(state, |(mut messages, hooks, call)| async move {
                let Some(message) = messages.next().await else { return Ok(None) };
                let message = pass_one(&hooks, &call, message?).await?;
                Ok(Some((message, (messages, hooks, call))))
            });
            Ok(Messages::Many(MessageStream::new(passed)))
        }
    }
}

async fn pass_one(hooks: &[SharedHook], call: &CallInfo, mut bytes: Bytes) -> Result<Bytes, Status> {
    for hook in hooks {
        bytes = hook(call.clone(), bytes).await?;
    }
    Ok(bytes)
}

impl fmt::Debug for Hooks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Hooks")
            .field("requests", &self.requests.len())
            .field("responses", &self.responses.len())
            .finish()
    }
}

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Metadata;

/// The metadata of an answer: the initial comes before the first message, the trailing with the status.
///
/// A handler writes it ([`Context::response`](crate::Context::response)), a caller reads it
/// ([`CallOptions::response`](crate::CallOptions::response)). It is a handle: clones share what is written. A caller's is
/// empty again as soon as the next call begins: one that fails before it is answered has no metadata.
///
/// # Examples
///
/// ```
/// use rpcplugin::{CallOptions, Channel, Context, ResponseMetadata, Router, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// struct Polite;
/// impl Greeter for Polite {
///     async fn greet(&self, request: String) -> Result<String, Status> {
///         let context = Context::current().expect("a handler runs in a call");
///         context.response().update_trailing(|trailing| trailing.insert("cost", "3"))?;
///         Ok(format!("good morning, {request}"))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # let router = Router::new().service(GreeterServer::new(Polite)).unwrap();
/// let answer = ResponseMetadata::new();
/// let channel = Channel::local(router).with(CallOptions::new().response(&answer));
/// GreeterClient::new(channel).greet("Ada".to_owned()).await.unwrap();
/// assert_eq!(answer.trailing().get("cost"), Some("3"));
/// # });
/// ```
#[derive(Clone, Default)]
pub struct ResponseMetadata {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    initial: Metadata,
    trailing: Metadata,
}

impl ResponseMetadata {
    /// A handle without metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What came, or will be sent, before the first message.
    #[must_use]
    pub fn initial(&self) -> Metadata {
        self.lock().initial.clone()
    }

    /// What came, or will be sent, with the status.
    #[must_use]
    pub fn trailing(&self) -> Metadata {
        self.lock().trailing.clone()
    }

    /// Changes what is sent before the first message. Once the handler has returned, it is on its way and nothing changes
    /// it any more.
    ///
    /// Hands on what `change` returns.
    pub fn update_initial<R>(&self, change: impl FnOnce(&mut Metadata) -> R) -> R {
        change(&mut self.lock().initial)
    }

    /// Changes what is sent with the status: until the handler has returned, or its stream has ended.
    ///
    /// Hands on what `change` returns.
    pub fn update_trailing<R>(&self, change: impl FnOnce(&mut Metadata) -> R) -> R {
        change(&mut self.lock().trailing)
    }

    /// Of an answer that a wire read, or that a handler in this process gave.
    pub(crate) fn set_initial(&self, metadata: Metadata) {
        self.lock().initial = metadata;
    }

    pub(crate) fn set_trailing(&self, metadata: Metadata) {
        self.lock().trailing = metadata;
    }

    pub(super) fn clear(&self) {
        let before = std::mem::take(&mut *self.lock());
        drop(before);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ResponseMetadata {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        formatter
            .debug_struct("ResponseMetadata")
            .field("initial", &state.initial)
            .field("trailing", &state.trailing)
            .finish()
    }
}

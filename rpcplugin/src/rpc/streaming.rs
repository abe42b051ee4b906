use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::call::MessageStream;
use crate::contract::Status;
use crate::message::Message;

/// A stream of messages, in either direction: what a streaming method takes or returns.
///
/// An item is a message or the [`Status`] that ended the stream; after an error nothing follows.
/// A stream that was cut by a lost connection ends in an error, never as if it were complete.
/// Dropping the stream tells the other side that nobody reads any more.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Status, Streaming};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut stream = Streaming::from_iter([1_u32, 2, 3]);
/// assert_eq!(stream.message().await.unwrap(), Some(1));
///
/// let rest: Vec<u32> = stream.collect().await.unwrap();
/// assert_eq!(rest, [2, 3]);
/// # });
/// ```
pub struct Streaming<T> {
    inner: Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>,
    ended: bool,
}

impl<T: Send + 'static> Streaming<T> {
    /// A stream of what another stream yields. An error ends it.
    #[must_use]
    pub fn new(stream: impl Stream<Item = Result<T, Status>> + Send + 'static) -> Self {
        Self { inner: Box::pin(stream), ended: false }
    }

    /// A stream of messages that are there already.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "`collect()` into a stream would read backwards")]
    pub fn from_iter<I>(messages: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::new(futures_util::stream::iter(messages.into_iter().map(Ok)))
    }

    /// A stream without a message.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(futures_util::stream::empty())
    }

    /// The next message, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// The [`Status`] with which the other side ended the stream, or that of a lost connection.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: a message is taken only when the future is ready.
    pub async fn message(&mut self) -> Result<Option<T>, Status> {
        self.next().await.transpose()
    }

    /// All remaining messages.
    ///
    /// # Errors
    ///
    /// The [`Status`] that ended the stream. The messages before it are lost: use [`message`](Self::message)
    /// where they matter.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe: messages that were read are lost.
    pub async fn collect<C: Default + Extend<T>>(mut self) -> Result<C, Status> {
        let mut messages = C::default();
        while let Some(message) = self.message().await? {
            messages.extend(Some(message));
        }
        Ok(messages)
    }
}

impl<T: Message> Streaming<T> {
    pub(super) fn decoded(messages: impl Stream<Item = Result<Bytes, Status>> + Send + 'static) -> Self {
        Self::new(messages.map(|item| item.and_then(super::call::decode)))
    }

    pub(crate) fn encoded(self) -> MessageStream {
        Box::pin(self.map(|item| item.and_then(|message| super::call::encode(&message))))
    }
}

impl<T> Stream for Streaming<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = std::task::ready!(self.inner.as_mut().poll_next(context));
        self.ended = !matches!(item, Some(Ok(_)));
        Poll::Ready(item)
    }
}

impl<T> fmt::Debug for Streaming<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Streaming").field("ended", &self.ended).finish_non_exhaustive()
    }
}

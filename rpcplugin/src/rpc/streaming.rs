use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::call::{Batch, MessageStream, Source};
use crate::contract::Status;
use crate::limits::BINARY_COPIED_BYTES_MAX;
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
    inner: Inner<T>,
    ended: bool,
}

enum Inner<T> {
    Stream(Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>),
    /// Messages that came as bytes, and what makes one of the first of some bytes.
    Decoded(MessageStream, fn(&Bytes, usize) -> Result<T, Status>),
}

impl<T: Send + 'static> Streaming<T> {
    /// A stream of what another stream yields. An error ends it.
    #[must_use]
    pub fn new(stream: impl Stream<Item = Result<T, Status>> + Send + 'static) -> Self {
        Self { inner: Inner::Stream(Box::pin(stream)), ended: false }
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
    pub(super) const fn decoded(messages: MessageStream) -> Self {
        Self { inner: Inner::Decoded(messages, super::call::decode_first), ended: false }
    }

    pub(crate) fn encoded(self) -> MessageStream {
        MessageStream::of(Encoded { messages: self, is_large: false })
    }
}

impl<T> Streaming<T> {
    // Between the stream and the wire an item would be moved once more for each call.
    #[inline(always)]
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = ready!(match &mut self.inner {
            Inner::Stream(stream) => stream.as_mut().poll_next(context),
            Inner::Decoded(messages, decode) => messages.poll_next_with(context, *decode),
        });
        self.ended = !matches!(item, Some(Ok(_)));
        Poll::Ready(item)
    }
}

impl<T> Stream for Streaming<T> {
    type Item = Result<T, Status>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<T> fmt::Debug for Streaming<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Streaming").field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// A stream as it leaves its type: each message is written where it will be sent from, unless it is large, or somebody reads
/// it here and keeps it for as long as it likes.
struct Encoded<T> {
    messages: Streaming<T>,
    /// Whether the last message was a large one. The next may be as well, and gets memory of its own.
    is_large: bool,
}

impl<T: Message> Encoded<T> {
    fn put(&mut self, message: &T, batch: &mut Batch) {
        let length = if self.is_large || !batch.is_sent() {
            match super::call::encode(message) {
                Err(status) => return batch.end(Err(status)),
                Ok(bytes) => {
                    let length = bytes.len();
                    batch.push(bytes);
                    length
                }
            }
        } else {
            batch.write(|buffer| super::call::encode_into(message, buffer))
        };
        self.is_large = length > BINARY_COPIED_BYTES_MAX;
    }
}

impl<T: Message> Source for Encoded<T> {
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        while !batch.is_full() {
            match self.messages.poll(context) {
                Poll::Pending => break,
                Poll::Ready(Some(Ok(message))) => self.put(&message, batch),
                Poll::Ready(Some(Err(status))) => batch.end(Err(status)),
                Poll::Ready(None) => batch.end(Ok(())),
            }
        }
        batch.gathered()
    }
}

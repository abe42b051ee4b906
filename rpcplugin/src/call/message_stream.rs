use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;

use super::Batch;
use crate::contract::Status;

/// The messages of one direction of a call, as bytes. After an error nothing follows.
///
/// An interceptor gets one in [`Messages::Many`](crate::Messages::Many), and may put another one in its place: any stream of
/// bytes, over this one or of its own. Dropping it gives the messages up.
///
/// # Examples
///
/// ```
/// use bytes::Bytes;
/// use futures_util::{StreamExt, stream};
/// use rpcplugin::{MessageStream, Status};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let letters = MessageStream::new(stream::iter(["a", "b"].map(|letter| Ok(Bytes::from(letter)))));
/// // Nothing is asked for before somebody wants it.
/// let mut loud = MessageStream::new(letters.map(|letter| Ok(Bytes::from(letter?.to_ascii_uppercase()))));
/// assert_eq!(loud.next().await.unwrap()?, "A");
/// assert_eq!(loud.next().await.unwrap()?, "B");
/// assert!(loud.next().await.is_none());
/// # Ok::<(), Status>(())
/// # }).unwrap();
/// ```
pub struct MessageStream {
    source: Box<dyn Source>,
    /// What came together and is asked for one by one. `None` where nobody has asked so.
    ready: Option<Box<Batch>>,
}

/// What gives messages: as many at a time as it has, if they are wanted.
pub(crate) trait Source: Send {
    /// Adds messages, or the end behind them. Ready when there is either; the batch is empty before.
    ///
    /// What has ended is not asked again. Messages that are in the batch when this panics are as good as others.
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()>;
}

impl MessageStream {
    /// Messages of a stream. Its first error is its end.
    #[must_use]
    pub fn new(stream: impl Stream<Item = Result<Bytes, Status>> + Send + 'static) -> Self {
        Self::of(Plain(Box::pin(stream)))
    }

    pub(crate) fn of(source: impl Source + 'static) -> Self {
        Self { source: Box::new(source), ready: None }
    }

    /// The same, of which something is there already.
    #[cfg(feature = "client")]
    pub(crate) fn begun(ready: Batch, source: impl Source + 'static) -> Self {
        Self { source: Box::new(source), ready: Some(Box::new(ready)) }
    }

    /// The next message, given to `take` as [`Batch::next_with`] does.
    #[inline]
    pub(crate) fn poll_next_with<R>(
        &mut self,
        context: &mut Context<'_>,
        take: impl FnOnce(&Bytes, usize) -> Result<R, Status>,
    ) -> Poll<Option<Result<R, Status>>> {
        let ready = ready!(self.poll_ready(context));
        Poll::Ready(match ready.next_with(take) {
            Some(taken) => Some(taken),
            None => failure(ready).map(Err),
        })
    }

    /// Ready with messages, or with the end.
    #[inline]
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<&mut Batch> {
        let ready = self.ready.get_or_insert_with(|| Box::new(Batch::to_read()));
        if ready.gathered().is_pending() {
            ready!(self.source.poll_batch(context, ready));
        }
        Poll::Ready(ready)
    }

    /// As [`Source::poll_batch`], whoever has asked before and how.
    pub(crate) fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        match &mut self.ready {
            Some(ready) if ready.gathered().is_ready() => {
                batch.append(ready);
                Poll::Ready(())
            }
            _ => self.source.poll_batch(context, batch),
        }
    }
}

impl Stream for MessageStream {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let ready = ready!(self.poll_ready(context));
        Poll::Ready(match ready.next() {
            Some(message) => Some(Ok(message)),
            None => failure(ready).map(Err),
        })
    }
}

/// The error in which the messages ended, once.
fn failure(ready: &mut Batch) -> Option<Status> {
    ready.take_end().and_then(Result::err)
}

impl fmt::Debug for MessageStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may be secret.
        formatter.debug_struct("MessageStream").finish_non_exhaustive()
    }
}

/// A stream that knows nothing of batches.
struct Plain<S>(Pin<Box<S>>);

impl<S: Stream<Item = Result<Bytes, Status>> + Send> Source for Plain<S> {
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        while !batch.is_full() {
            match self.0.as_mut().poll_next(context) {
                Poll::Pending => break,
                Poll::Ready(Some(Ok(message))) => batch.push(message),
                Poll::Ready(Some(Err(status))) => batch.end(Err(status)),
                Poll::Ready(None) => batch.end(Ok(())),
            }
        }
        batch.gathered()
    }
}

#[cfg(test)]
mod tests;

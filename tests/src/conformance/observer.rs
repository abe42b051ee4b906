//! Whether the server noticed that a caller gave up: the other half of a cancelled call, which the caller cannot see.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use rpcplugin::{Code, Status, rpc_protocol};

use super::Observed;

/// Says what became of calls.
#[rpc_protocol(service = "grpc.testing.Observer")]
pub trait Observer {
    /// What became of the calls with a stream of requests until now.
    async fn observe(&self) -> Result<Observed, Status>;
}

/// What became of the calls of one server. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct CallsObserver {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    running: AtomicU64,
    given_up: AtomicU64,
}

impl CallsObserver {
    /// Counts a call from here to the end of what is returned.
    pub(super) fn watch(&self) -> Watched {
        self.counts.running.fetch_add(1, Ordering::SeqCst);
        Watched { counts: Arc::clone(&self.counts), ended: false }
    }
}

impl Observer for CallsObserver {
    async fn observe(&self) -> Result<Observed, Status> {
        let given_up = self.counts.given_up.load(Ordering::SeqCst);
        Ok(Observed { running: self.counts.running.load(Ordering::SeqCst), given_up })
    }
}

/// A call that is counted. Dropped before its end, it was given up.
#[derive(Debug)]
pub(super) struct Watched {
    counts: Arc<Counts>,
    ended: bool,
}

impl Watched {
    /// The call has come to this end.
    pub(super) fn ended(&mut self, end: Result<(), &Status>) {
        self.ended = !matches!(end, Err(status) if status.code() == Code::Cancelled);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.counts.running.fetch_sub(1, Ordering::SeqCst);
        if !self.ended {
            self.counts.given_up.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// The answers of a call that is counted.
pub(super) struct WatchedStream<S> {
    pub(super) answers: S,
    pub(super) watched: Watched,
}

impl<T, S: Stream<Item = Result<T, Status>> + Unpin> Stream for WatchedStream<S> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = std::task::ready!(self.answers.poll_next_unpin(context));
        match &item {
            None => self.watched.ended(Ok(())),
            Some(Err(status)) => self.watched.ended(Err(status)),
            Some(Ok(_)) => {}
        }
        Poll::Ready(item)
    }
}

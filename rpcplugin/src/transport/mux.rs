//! One connection that carries many, by yamux as go-plugin's hosts and plugins speak it.
//!
//! A stream is a connection of its own to everybody else. The library polls: a task drives the shared connection, and opens what
//! it is asked for in the order in which it is asked.
#![cfg(feature = "broker")]

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use futures_util::io::AsyncWrite as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt, TokioAsyncReadCompatExt};

use super::{Connection, Tally};
use crate::call::Peer;
use crate::limits::{
    KNOCK_TIMEOUT, KNOCKS_MAX, MUX_CLOSE_TIMEOUT, MUX_STREAMS_HARD_MAX, MUX_STREAMS_MAX, MUX_WAITING_MAX,
    MUX_WINDOW_BYTES,
};

/// Which end of a shared connection this is. The host is the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Client,
    Server,
}

/// Where streams of the other side go.
pub(crate) type Streams = mpsc::Sender<Connection>;

/// A place for streams that wait to be served.
pub(crate) fn waiting_streams() -> (Streams, mpsc::Receiver<Connection>) {
    mpsc::channel(MUX_WAITING_MAX)
}

/// A connection that is shared by streams. Clones are of one; it is closed when the last of them and of its streams is dropped.
#[derive(Clone)]
pub(crate) struct Mux {
    shared: Arc<Shared>,
}

/// One that does not keep the connection open.
#[derive(Clone, Debug)]
pub(crate) struct WeakMux {
    shared: Weak<Shared>,
}

struct Shared {
    peer: Arc<Peer>,
    wanted: mpsc::UnboundedSender<Wanted>,
    /// Places for streams of this side.
    places: Arc<Semaphore>,
    expected: Mutex<VecDeque<Expected>>,
    /// For those that nobody has announced.
    other: Option<Streams>,
    /// Told of the streams of the other side.
    has_streams: Notify,
    /// Whether somebody has called on a stream of the other side. That it has opened one proves nothing.
    is_called: AtomicBool,
}

/// Somebody wants a stream. It is opened also for one who has gone: the other side expects it.
struct Wanted {
    opened: oneshot::Sender<Connection>,
    place: Option<Place>,
}

/// One of the streams that this side may have at once. It is free again when the value is dropped.
#[derive(Debug)]
pub(crate) struct Place(#[expect(dead_code, reason = "it is held, and not looked at")] OwnedSemaphorePermit);

/// The next stream of the other side goes here.
struct Expected {
    to: Streams,
    until: Instant,
}

impl Mux {
    /// Shares a connection. The future is what drives it, and ends with it.
    ///
    /// Streams of the other side that are not expected go to `other`, and without one are closed.
    pub(crate) fn share(
        connection: Connection,
        end: End,
        other: Option<Streams>,
    ) -> (Self, impl Future<Output = ()> + Send + use<>) {
        Self::share_among(connection, end, other, Arc::default())
    }

    /// The same for one of many connections: of streams that are too many on one of them the log hears as of one trouble.
    pub(crate) fn share_among(
        connection: Connection,
        end: End,
        other: Option<Streams>,
        too_many: Arc<Tally>,
    ) -> (Self, impl Future<Output = ()> + Send + use<>) {
        let (wanted, wants) = mpsc::unbounded_channel();
        let peer = Arc::clone(connection.peer());
        let shared = Arc::new(Shared {
            peer,
            wanted,
            places: places(),
            expected: Mutex::default(),
            other,
            has_streams: Notify::new(),
            is_called: AtomicBool::new(false),
        });
        let driver = Driver {
            yamux: yamux::Connection::new(connection.compat(), config(), end.mode()),
            shared: Arc::downgrade(&shared),
            wants,
            next: None,
            accepted: places(),
            too_many,
        };
        (Self { shared }, driver.run())
    }

    /// Opens a stream. Cancel-safe, and the stream is opened all the same.
    pub(crate) async fn open(&self) -> io::Result<Connection> {
        let none = || {
            io::Error::new(
                io::ErrorKind::NotConnected,
                "the shared connection has ended, or carries as many streams as it may",
            )
        };
        let place = self.reserve().ok_or_else(none)?;
        let (opened, open) = oneshot::channel();
        self.open_for(opened, Some(place));
        open.await.map_err(|_| none())
    }

    /// A place for a stream, unless this side has as many as it may.
    pub(crate) fn reserve(&self) -> Option<Place> {
        let place = Arc::clone(&self.shared.places).try_acquire_owned();
        if place.is_err() {
            tracing::warn!(limit = MUX_STREAMS_MAX, "a shared connection carries as many streams as it may");
        }
        place.ok().map(Place)
    }

    /// Opens a stream for somebody. The order is that of the calls. One that is closed at once needs no place.
    pub(crate) fn open_for(&self, opened: oneshot::Sender<Connection>, place: Option<Place>) {
        // An error means that the connection has ended, which whoever waits is told by the dropped end.
        let _ = self.shared.wanted.send(Wanted { opened, place });
    }

    /// The next stream of the other side goes there, if it comes in time. False where too many are expected.
    pub(crate) fn expect(&self, to: Streams) -> bool {
        let now = Instant::now();
        let mut expected = self.shared.expected();
        // All of them have the same time: the oldest are in front.
        while expected.front().is_some_and(|oldest| oldest.until < now) {
            expected.pop_front();
        }
        let has_room = expected.len() < KNOCKS_MAX;
        if has_room {
            expected.push_back(Expected { to, until: now + KNOCK_TIMEOUT });
        }
        has_room
    }

    pub(crate) fn downgrade(&self) -> WeakMux {
        WeakMux { shared: Arc::downgrade(&self.shared) }
    }

    /// Waits for the first stream of the other side. For one who waits; cancel-safe.
    pub(crate) async fn first_stream(&self) {
        self.shared.has_streams.notified().await;
    }
}

impl WeakMux {
    pub(crate) fn upgrade(&self) -> Option<Mux> {
        self.shared.upgrade().map(|shared| Mux { shared })
    }

    /// Somebody has called on one of its streams.
    pub(crate) fn call(&self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.is_called.store(true, Ordering::Relaxed);
        }
    }

    /// Whether somebody has.
    pub(crate) fn is_called(&self) -> bool {
        self.shared.upgrade().is_some_and(|shared| shared.is_called.load(Ordering::Relaxed))
    }
}

impl Shared {
    fn expected(&self) -> MutexGuard<'_, VecDeque<Expected>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the next stream of the other side goes.
    fn destination(&self) -> Option<Streams> {
        let now = Instant::now();
        let mut expected = self.expected();
        while let Some(Expected { to, until }) = expected.pop_front() {
            if now <= until {
                return Some(to);
            }
        }
        self.other.clone()
    }
}

impl fmt::Debug for Mux {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mux").field("peer", &self.shared.peer).finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl End {
    const fn mode(self) -> yamux::Mode {
        match self {
            Self::Client => yamux::Mode::Client,
            Self::Server => yamux::Mode::Server,
        }
    }
}

fn places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MUX_STREAMS_MAX))
}

fn config() -> yamux::Config {
    let mut config = yamux::Config::default();
    // In this order: the window is held against the number.
    config.set_max_connection_receive_window(None);
    config.set_max_num_streams(MUX_STREAMS_HARD_MAX);
    config.set_max_connection_receive_window(Some(MUX_WINDOW_BYTES));
    config
}

/// What drives a shared connection.
struct Driver {
    yamux: yamux::Connection<Compat<Connection>>,
    shared: Weak<Shared>,
    wants: mpsc::UnboundedReceiver<Wanted>,
    /// Who waits for a stream until the other side has taken those before it.
    next: Option<Wanted>,
    accepted: Arc<Semaphore>,
    /// Streams of the other side for which there was no place.
    too_many: Arc<Tally>,
}

impl Driver {
    async fn run(mut self) {
        if let Err(error) = poll_fn(|context| self.poll(context)).await {
            return tracing::debug!(%error, "a shared connection ended");
        }
        // Nobody uses it any more. What was written last may not be sent.
        let closed = poll_fn(|context| self.yamux.poll_close(context));
        drop(tokio::time::timeout(MUX_CLOSE_TIMEOUT, closed).await);
    }

    /// Ready when the connection has ended, or when nobody uses it any more.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), yamux::ConnectionError>> {
        loop {
            // This is what reads, writes and forgets as well.
            match self.yamux.poll_next_inbound(context) {
                Poll::Ready(Some(Ok(stream))) => {
                    self.take(stream, context);
                    continue;
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Err(yamux::ConnectionError::Closed)),
                Poll::Pending => {}
            }
            if self.next.is_none() {
                match self.wants.poll_recv(context) {
                    Poll::Ready(Some(wants)) => self.next = Some(wants),
                    Poll::Ready(None) => return Poll::Ready(Ok(())),
                    Poll::Pending => return Poll::Pending,
                }
            }
            // Above its own bound the library would give the whole connection up: that is what the places are for.
            match self.yamux.poll_new_outbound(context) {
                Poll::Ready(Ok(stream)) => self.give(stream, context),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// A stream of the other side.
    fn take(&self, mut stream: yamux::Stream, context: &mut Context<'_>) {
        let Some(shared) = self.shared.upgrade() else { return };
        shared.has_streams.notify_one();
        // Also where there is no place: it was this stream that was expected, and not the next one.
        let Some(to) = shared.destination() else {
            return tracing::debug!("closed a stream that nobody expects");
        };
        let Ok(place) = Arc::clone(&self.accepted).try_acquire_owned() else {
            if let Some(left_out) = self.too_many.happened() {
                tracing::warn!(
                    limit = MUX_STREAMS_MAX,
                    left_out,
                    "closed a stream: a shared connection carries as many as it may"
                );
            }
            return;
        };
        say_so(&mut stream, context);
        if to.try_send(Shared::connection(shared, stream, Some(Place(place)))).is_err() {
            tracing::debug!("closed a stream that nobody takes");
        }
    }

    /// A stream for whoever waits for it. Where nobody does any more it is closed behind its beginning.
    fn give(&mut self, mut stream: yamux::Stream, context: &mut Context<'_>) {
        say_so(&mut stream, context);
        if let (Some(Wanted { opened, place }), Some(shared)) = (self.next.take(), self.shared.upgrade()) {
            let _ = opened.send(Shared::connection(shared, stream, place));
        }
    }
}

impl Shared {
    fn connection(shared: Arc<Self>, stream: yamux::Stream, place: Option<Place>) -> Connection {
        // A value of its own: connections are told apart by it.
        let peer = Arc::new(Peer::clone(&shared.peer));
        let mux = WeakMux { shared: Arc::downgrade(&shared) };
        let stream = Stream { stream: stream.compat(), _place: place, _shared: shared };
        let mut connection = Connection::with_peer(stream, peer);
        connection.mux = Some(mux);
        connection
    }
}

/// Says at once that a stream is opened, or taken: the library waits for the first byte, and Go's gives the connection up for a
/// stream that nobody has taken.
fn say_so(stream: &mut yamux::Stream, context: &mut Context<'_>) {
    // An error is found by whoever uses the stream. There is room for the first frame.
    let _ = Pin::new(stream).poll_write(context, &[]);
}

/// One of the streams. It keeps the connection open.
struct Stream {
    stream: Compat<yamux::Stream>,
    _place: Option<Place>,
    _shared: Arc<Shared>,
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;

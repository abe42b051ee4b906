use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::state::{Direction, LaneState, State};
use crate::testing::FaultyStream;

/// What goes wrong on one connection, in each direction. It is a handle: clones are of the same connection.
///
/// It can be changed at any time, also while bytes are on their way.
/// What happens is decided by the number of bytes and by tokio's clock, so the same test does the same thing each time; a
/// paused clock works in memory. With TLS the bytes are those of TLS.
///
/// # Examples
///
/// A connection of a client and a handler is given to
/// [`Setup::faults`](crate::testing::Setup::faults). Here with streams of one's own:
///
/// ```
/// use rpcplugin::testing::Faults;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let faults = Faults::new();
/// faults.requests().split_at(2).cut_at(4);
///
/// let (client, handler) = tokio::io::duplex(64);
/// let (mut client, mut handler) = (faults.client_end(client), faults.handler_end(handler));
/// client.write_all(b"hello").await?;
///
/// let mut buffer = [0; 8];
/// assert_eq!(handler.read(&mut buffer).await?, 2);
/// assert_eq!(handler.read(&mut buffer).await?, 2);
/// assert!(handler.read(&mut buffer).await.is_err());
/// assert!(client.write_all(b"world").await.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Faults {
    state: Arc<Mutex<State>>,
}

impl Faults {
    /// A connection on which nothing goes wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From the client to the handlers.
    #[must_use]
    pub fn requests(&self) -> Lane {
        self.lane(Direction::Requests)
    }

    /// From the handlers to the client.
    #[must_use]
    pub fn responses(&self) -> Lane {
        self.lane(Direction::Responses)
    }

    fn lane(&self, direction: Direction) -> Lane {
        Lane { faults: self.clone(), direction }
    }

    /// Loses the connection now: both ends read and write errors from here on, and what is under way is gone.
    pub fn cut(&self) {
        self.lock().cut();
    }

    /// The client's end of the connection, with the faults. Both ends are needed for all of them to work.
    pub fn client_end<S>(&self, stream: S) -> FaultyStream<S> {
        FaultyStream::new(stream, self.clone(), Direction::Responses)
    }

    /// The handlers' end of the connection, with the faults.
    pub fn handler_end<S>(&self, stream: S) -> FaultyStream<S> {
        FaultyStream::new(stream, self.clone(), Direction::Requests)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().fmt(formatter)
    }
}

/// One direction of a connection that fails. Made by [`Faults::requests`] and [`Faults::responses`].
///
/// Bytes are counted from the beginning of the connection, as they reach whoever reads them. Each method says what shall
/// happen from now on, and gives the lane back.
#[derive(Clone, Debug)]
pub struct Lane {
    faults: Faults,
    direction: Direction,
}

impl Lane {
    /// How many bytes have passed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.faults.lock().lane(self.direction).passed
    }

    /// Lets a read end behind this many bytes. It can be said of several places.
    pub fn split_at(&self, bytes: u64) -> &Self {
        self.change(|lane| {
            lane.splits.insert(bytes);
        })
    }

    /// Gives at most so many bytes to a read; at least one.
    pub fn pieces_of(&self, bytes: usize) -> &Self {
        self.change(|lane| lane.piece_bytes_max = Some(bytes.max(1)))
    }

    /// Lets each byte come so much later than it would.
    pub fn delay(&self, by: Duration) -> &Self {
        self.change(|lane| lane.delay = by)
    }

    /// Lets nothing through behind this many bytes, until [`resume`](Self::resume). Whoever writes waits, once the buffers
    /// between are full.
    pub fn stall_at(&self, bytes: u64) -> &Self {
        self.change(|lane| lane.stalled_at = Some(bytes))
    }

    /// Lets nothing through from now on, until [`resume`](Self::resume).
    pub fn stall(&self) -> &Self {
        self.stall_at(0)
    }

    /// Ends a stall.
    pub fn resume(&self) -> &Self {
        self.change(|lane| lane.stalled_at = None)
    }

    /// Ends this direction behind so many bytes, as if whoever writes had shut it down. The other direction goes on, and what
    /// is still written here is lost.
    pub fn close_at(&self, bytes: u64) -> &Self {
        self.change(|lane| lane.closed_at = Some(bytes))
    }

    /// Ends this direction now.
    pub fn close(&self) -> &Self {
        self.close_at(0)
    }

    /// Loses the connection, both directions of it, as soon as so many bytes have passed here.
    pub fn cut_at(&self, bytes: u64) -> &Self {
        self.change(|lane| lane.cut_at = Some(bytes));
        // The place may be behind us.
        self.faults.lock().pass(self.direction, 0);
        self
    }

    fn change(&self, change: impl FnOnce(&mut LaneState)) -> &Self {
        let mut state = self.faults.lock();
        change(state.lane(self.direction));
        state.wake();
        drop(state);
        self
    }
}

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::state::{Direction, Verdict};
use crate::limits::{TESTING_PIPE_BYTES, TESTING_READ_BYTES_MAX};
use crate::testing::Faults;

/// One end of a connection with faults. Made by [`Faults::client_end`] and [`Faults::handler_end`].
pub struct FaultyStream<S> {
    stream: S,
    faults: Faults,
    /// The direction that is read here. The other one is written.
    read: Direction,
    late: Late,
}

/// What was read ahead of its time, where there is a delay.
#[derive(Default)]
struct Late {
    /// With the time from which each may be given. No bytes are the end.
    pieces: VecDeque<(Instant, Bytes)>,
    bytes: usize,
    /// Ready when the first piece is due.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> FaultyStream<S> {
    pub(super) fn new(stream: S, faults: Faults, read: Direction) -> Self {
        Self { stream, faults, read, late: Late::default() }
    }
}

impl<S: AsyncRead + Unpin> FaultyStream<S> {
    /// At most `bytes` of what the stream has, none at its end.
    fn take(&mut self, context: &mut Context<'_>, bytes: usize) -> Poll<io::Result<Bytes>> {
        let mut room = [0; TESTING_READ_BYTES_MAX];
        let mut buffer = ReadBuf::new(room.get_mut(..bytes).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
        Poll::Ready(Ok(Bytes::copy_from_slice(buffer.filled())))
    }

    /// Reads what is there, so that each byte is as late as it shall be. Bounded: whoever writes more must wait.
    fn read_ahead(&mut self, context: &mut Context<'_>, delay: std::time::Duration) -> io::Result<()> {
        while self.late.bytes < TESTING_PIPE_BYTES && !self.late.has_end() {
            match self.take(context, TESTING_READ_BYTES_MAX) {
                Poll::Pending => return Ok(()),
                Poll::Ready(piece) => self.late.push(Instant::now() + delay, piece?),
            }
        }
        Ok(())
    }

    /// The next bytes, at most so many. An error of the stream is never late.
    fn give(&mut self, context: &mut Context<'_>, bytes: usize) -> Poll<io::Result<Bytes>> {
        let delay = self.faults.lock().lane(self.read).delay;
        if delay.is_zero() && self.late.pieces.is_empty() {
            return self.take(context, bytes);
        }
        self.read_ahead(context, delay)?;
        self.late.poll(context, bytes).map(Ok)
    }
}

impl Late {
    fn has_end(&self) -> bool {
        self.pieces.back().is_some_and(|(_, bytes)| bytes.is_empty())
    }

    fn push(&mut self, due: Instant, bytes: Bytes) {
        self.bytes = self.bytes.saturating_add(bytes.len());
        self.pieces.push_back((due, bytes));
    }

    /// At most `bytes` of the first piece, once it is due. If there is none, the stream wakes us for more.
    fn poll(&mut self, context: &mut Context<'_>, bytes: usize) -> Poll<Bytes> {
        let Some((due, piece)) = self.pieces.front_mut() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(*due)));
        if timer.deadline() != *due {
            timer.as_mut().reset(*due);
        }
        ready!(timer.as_mut().poll(context));
        let given = piece.split_to(bytes.min(piece.len()));
        // The end stays where it is: whoever asks again hears of it again.
        if !given.is_empty() && piece.is_empty() {
            self.pieces.pop_front();
        }
        self.bytes = self.bytes.saturating_sub(given.len());
        Poll::Ready(given)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FaultyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let read = this.read;
        let verdict = {
            let mut state = this.faults.lock();
            // Also where the stream has our waker: it does not know when the connection is cut.
            state.reader_waits(read, context.waker());
            state.verdict(read)
        };
        let bytes = match verdict {
            Verdict::Give { bytes } => bytes.min(buffer.remaining()).min(TESTING_READ_BYTES_MAX),
            Verdict::Stalled => return Poll::Pending,
            Verdict::Ended => return Poll::Ready(Ok(())),
            Verdict::Cut => return Poll::Ready(Err(lost(io::ErrorKind::ConnectionReset))),
        };
        let given = ready!(this.give(context, bytes))?;
        buffer.put_slice(&given);
        this.faults.lock().pass(read, given.len());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FaultyStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let written = this.read.opposite();
        {
            let mut state = this.faults.lock();
            if state.is_cut() {
                return Poll::Ready(Err(lost(io::ErrorKind::BrokenPipe)));
            }
            if state.lane(written).is_closed() {
                return Poll::Ready(Ok(bytes.len()));
            }
            state.writer_waits(written, context.waker());
        }
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.faults.lock().is_cut() {
            return Poll::Ready(Err(lost(io::ErrorKind::BrokenPipe)));
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn lost(kind: io::ErrorKind) -> io::Error {
    io::Error::new(kind, "the connection was cut by a fault of the test")
}

impl<S> fmt::Debug for FaultyStream<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FaultyStream")
            .field("read", &self.read)
            .field("late_bytes", &self.late.bytes)
            .finish_non_exhaustive()
    }
}

//! A connection that is written to as it is, and read in a way of its own.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How a connection is read.
pub(crate) trait Reading<T> {
    /// As [`AsyncRead::poll_read`] of what has the connection.
    fn poll_read(
        &mut self,
        connection: Pin<&mut T>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>;
}

/// A connection, read so.
pub(crate) struct ReadBy<R, T> {
    reading: R,
    connection: T,
}

impl<R, T> ReadBy<R, T> {
    pub(crate) const fn new(reading: R, connection: T) -> Self {
        Self { reading, connection }
    }
}

impl<R: Reading<T> + Unpin, T: AsyncRead + Unpin> AsyncRead for ReadBy<R, T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { reading, connection } = self.get_mut();
        reading.poll_read(Pin::new(connection), context, buffer)
    }
}

impl<R: Unpin, T: AsyncWrite + Unpin> AsyncWrite for ReadBy<R, T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }
}

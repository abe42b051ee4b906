use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that gives and takes one byte at a time, and makes everybody wait before each.
#[derive(Debug, Default)]
pub(super) struct Drip {
    /// What is read, first byte first; then the stream ends.
    pub(super) given: std::collections::VecDeque<u8>,
    /// What was written.
    pub(super) taken: Vec<u8>,
    waited: bool,
}

impl Drip {
    pub(super) fn giving(bytes: &[u8]) -> Self {
        Self { given: bytes.iter().copied().collect(), ..Self::default() }
    }

    fn wait(&mut self, context: &Context<'_>) -> Poll<()> {
        self.waited = !self.waited;
        if self.waited {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Drip {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let waited = self.wait(context);
        waited.map(|()| {
            if let Some(byte) = self.given.pop_front() {
                buffer.put_slice(&[byte]);
            }
            Ok(())
        })
    }
}

impl AsyncWrite for Drip {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let waited = self.wait(context);
        waited.map(|()| {
            self.taken.extend(bytes.first());
            Ok(1)
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

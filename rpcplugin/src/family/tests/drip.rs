use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that gives and takes one byte at a time, and makes everybody wait before each, before a flush and before the
/// end.
#[derive(Debug, Default)]
pub(super) struct Drip {
    /// What is read, first byte first; then the stream ends, unless answers are to come.
    pub(super) given: VecDeque<u8>,
    /// What was written.
    pub(super) taken: Vec<u8>,
    /// The bytes of what was written that were flushed.
    pub(super) flushed: usize,
    /// How often this side was ended.
    pub(super) ended: usize,
    /// The bytes of a question, and what is given when so many more were taken.
    asked: usize,
    answers: VecDeque<Vec<u8>>,
    waited: bool,
}

impl Drip {
    pub(super) fn giving(bytes: &[u8]) -> Self {
        Self { given: bytes.iter().copied().collect(), ..Self::default() }
    }

    /// Gives the next of the answers whenever so many bytes were written.
    pub(super) fn answering(asked: usize, answers: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self { asked, answers: answers.into_iter().collect(), ..Self::default() }
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
        if self.given.is_empty() && !self.answers.is_empty() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
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
            assert_eq!(self.ended, 0, "written behind the end");
            self.taken.extend(bytes.first());
            if self.asked > 0 && self.taken.len().is_multiple_of(self.asked) {
                let answer = self.answers.pop_front().unwrap_or_default();
                self.given.extend(answer);
            }
            Ok(1)
        })
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let waited = self.wait(context);
        waited.map(|()| {
            self.flushed = self.taken.len();
            Ok(())
        })
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let waited = self.wait(context);
        waited.map(|()| {
            self.ended += 1;
            Ok(())
        })
    }
}

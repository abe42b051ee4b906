//! What a plugin answers first, kept for the case that it is no HTTP/2: the library tells no more than that a frame was wrong.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use crate::transport::{ReadBy, Reading};
use crate::wire::Protocol;
use crate::wire::first_bytes::{ForeignError, HTTP2_PREFACE, Speech, of_plugin};

/// As many bytes as any verdict takes.
const KEPT_BYTES: usize = HTTP2_PREFACE.len();

/// The first bytes of an answer. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct FirstBytes {
    kept: Arc<Mutex<Vec<u8>>>,
}

impl FirstBytes {
    /// What is wrong with them. `None` while there are too few, and where nothing is.
    pub(super) fn refusal(&self) -> Option<ForeignError> {
        let first = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match of_plugin(&first)? {
            Speech::Foreign(found) => Some(ForeignError::Plugin { found, first }),
            Speech::Known(Protocol::Grpc) => None,
            Speech::Known(found) => Some(ForeignError::OtherWire { asked: Protocol::Grpc, found }),
        }
    }

    /// Keeps more of them. `false` if there are enough.
    fn keep(&self, bytes: &[u8]) -> bool {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = KEPT_BYTES.saturating_sub(kept.len());
        kept.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        kept.len() < KEPT_BYTES
    }
}

/// A connection whose first incoming bytes are kept.
pub(super) fn overheard<T>(connection: T) -> (ReadBy<Overheard, T>, FirstBytes) {
    let first = FirstBytes::default();
    (ReadBy::new(Overheard { first: Some(first.clone()) }, connection), first)
}

pub(super) struct Overheard {
    /// `None` when they are there.
    first: Option<FirstBytes>,
}

impl<T: AsyncRead> Reading<T> for Overheard {
    fn poll_read(
        &mut self,
        connection: Pin<&mut T>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(connection.poll_read(context, buffer))?;
        let Some(first) = &self.first else { return Poll::Ready(Ok(())) };
        let is_open = first.keep(buffer.filled().get(before..).unwrap_or_default());
        // HTTP/2 would wait for more, where what came is shorter than a frame.
        let refusal = first.refusal().map(io::Error::other);
        if !is_open {
            self.first = None;
        }
        Poll::Ready(refusal.map_or(Ok(()), Err))
    }
}

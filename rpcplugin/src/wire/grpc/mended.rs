//! The connection as HTTP/2 sees it: from its first byte on, and with mended authorities.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};

use super::authority::Mender;
use crate::transport::{ReadBy, Reading};

/// A connection whose incoming authorities are mended. `first` are the bytes that were read from it already.
pub(super) fn mended<T>(first: BytesMut, connection: T) -> ReadBy<Mended, T> {
    ReadBy::new(Mended { first, mender: Mender::default() }, connection)
}

pub(super) struct Mended {
    /// What was read before HTTP/2 was known to be spoken.
    first: BytesMut,
    mender: Mender,
}

impl<T: AsyncRead> Reading<T> for Mended {
    fn poll_read(
        &mut self,
        connection: Pin<&mut T>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if self.first.has_remaining() {
            let length = self.first.len().min(buffer.remaining());
            buffer.put_slice(&self.first.split_to(length));
        } else {
            ready!(connection.poll_read(context, buffer))?;
        }
        self.mender.mend(buffer.filled_mut().get_mut(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

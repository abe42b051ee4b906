use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::timing::within;
use super::{FamilyError, FamilyOptions};
use crate::message::{Family, FrameReader};

/// The direction from the peer. What came and is not yet a message stays here, whoever stops waiting for it.
#[derive(Debug)]
pub(super) struct Incoming<F> {
    frames: FrameReader<F>,
}

impl<F: Family> Incoming<F> {
    pub(super) fn new(options: &FamilyOptions) -> Self {
        Self { frames: FrameReader::new(options.max_payload_size) }
    }

    /// The next message; nothing if the peer ended the stream between two frames. Cancel-safe.
    pub(super) async fn receive<R: AsyncRead + Unpin>(
        &mut self,
        stream: &mut R,
        options: &FamilyOptions,
    ) -> Result<Option<F>, FamilyError> {
        // What is there already costs neither a read nor a look at the clock.
        if let Some(message) = self.frames.next_frame()? {
            return Ok(Some(message));
        }
        within("receive a message", options.read_timeout, self.read(stream)).await
    }

    /// Whether an answer can be told from what came before its request. Looks at the stream once, and never waits for it:
    /// what is under way comes later.
    pub(super) async fn check_quiet<R: AsyncRead + Unpin>(
        &mut self,
        stream: &mut R,
    ) -> Result<(), FamilyError> {
        if let Some(error) = self.frames.lost() {
            return Err(error.clone().into());
        }
        if self.frames.buffered() == 0 {
            let looked = poll_fn(|context| {
                Poll::Ready(match pin!(stream.read_buf(self.frames.room())).poll(context) {
                    Poll::Ready(read) => read,
                    Poll::Pending => Ok(0),
                })
            });
            // The end of the stream is found again by whoever reads for the answer.
            looked.await.map_err(FamilyError::io("receive a message"))?;
        }
        if self.frames.buffered() > 0 { Err(FamilyError::Broken { reason: UNASKED }) } else { Ok(()) }
    }

    /// What came and is in no message yet.
    pub(super) fn into_buffered(self) -> Bytes {
        self.frames.into_buffered()
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.frames.capacity()
    }

    async fn read<R: AsyncRead + Unpin>(&mut self, stream: &mut R) -> Result<Option<F>, FamilyError> {
        loop {
            // The only await: what was read is in the reader before this can be dropped again.
            let read = stream.read_buf(self.frames.room()).await;
            if read.map_err(FamilyError::io("receive a message"))? == 0 {
                return match self.frames.buffered() {
                    0 => Ok(None),
                    received => Err(FamilyError::Closed { received, needed: self.frames.needed() }),
                };
            }
            if let Some(message) = self.frames.next_frame()? {
                return Ok(Some(message));
            }
        }
    }
}

const UNASKED: &str = "something came before the request was sent, and would be taken for its answer; receive it \
                       first, or connect again";

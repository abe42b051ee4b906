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

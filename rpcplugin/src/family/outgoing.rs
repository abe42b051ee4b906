use std::io;
use std::marker::PhantomData;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::timing::within;
use super::{FamilyError, FamilyOptions};
use crate::limits::FAMILY_KEPT_BYTES_MAX;
use crate::message::{Family, append_frame, append_not_found};

/// The direction to the peer.
///
/// A frame goes out in two steps, so that a future that sends holds no reference to the message: `stage`, then `write`.
#[derive(Debug)]
pub(super) struct Outgoing<F> {
    /// The frame that is sent.
    frame: Vec<u8>,
    /// Why nothing more may be sent: behind a part of a frame, whatever follows would be read as its rest.
    broken: Option<&'static str>,
    request: Request,
    family: PhantomData<fn() -> F>,
}

/// How far a request is, for which an answer is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    /// No answer is to come.
    None,
    /// It is ready to be written. Given up here, nothing was sent and nothing will come.
    Staged,
    /// The peer got some of it.
    Outstanding,
}

impl<F: Family> Outgoing<F> {
    pub(super) const fn new() -> Self {
        Self { frame: Vec::new(), broken: None, request: Request::None, family: PhantomData }
    }

    /// Whether a frame may still be sent.
    pub(super) const fn is_open(&self) -> bool {
        self.broken.is_none()
    }

    /// Sends nothing more from here on.
    pub(super) const fn give_up(&mut self, reason: &'static str) {
        self.broken = Some(reason);
    }

    /// Makes a message's frame ready to be written.
    pub(super) fn stage(&mut self, message: &F, options: &FamilyOptions) -> Result<(), FamilyError> {
        self.check()?;
        let (limit, found) = (options.max_payload_size, message.payload_len());
        if found > limit {
            return Err(FamilyError::TooLarge { limit, found });
        }
        self.clear();
        append_frame(message, &mut self.frame)?;
        Ok(())
    }

    /// Makes a message's frame ready to be written, to which the next message is the answer.
    pub(super) fn stage_request(&mut self, message: &F, options: &FamilyOptions) -> Result<(), FamilyError> {
        if self.request == Request::Outstanding {
            return Err(FamilyError::Broken { reason: ANSWER_OUTSTANDING });
        }
        self.stage(message, options)?;
        self.request = Request::Staged;
        Ok(())
    }

    /// Something came that may be the answer.
    pub(super) const fn answered(&mut self) {
        self.request = Request::None;
    }

    /// Makes the answer to an unknown type ready to be written.
    pub(super) fn stage_not_found(&mut self) -> Result<(), FamilyError> {
        self.check()?;
        self.clear();
        append_not_found::<F>(&mut self.frame);
        Ok(())
    }

    /// Writes the frame that is ready. If this is dropped after a part of it was taken, nothing more can be sent.
    pub(super) async fn write<W: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut W,
        options: &FamilyOptions,
    ) -> Result<(), FamilyError> {
        within("send a message", options.write_timeout, self.write_frame(stream)).await
    }

    async fn write_frame<W: AsyncWrite + Unpin>(&mut self, stream: &mut W) -> Result<(), FamilyError> {
        let mut rest = self.frame.as_slice();
        while !rest.is_empty() {
            let taken = stream.write(rest).await.map_err(FamilyError::io("send a message"))?;
            if taken == 0 {
                return Err(FamilyError::io("send a message")(io::ErrorKind::WriteZero.into()));
            }
            rest = rest.get(taken..).unwrap_or_default();
            // Said before the next await, for whoever drops this there.
            if self.request == Request::Staged {
                self.request = Request::Outstanding;
            }
            self.broken = if rest.is_empty() { None } else { Some(PARTLY_SENT) };
        }
        // A stream with a buffer of its own would keep the frame until more follows.
        stream.flush().await.map_err(FamilyError::io("send a message"))
    }

    /// Ends this direction: the peer sees the end of the stream.
    pub(super) async fn shutdown<W: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut W,
        options: &FamilyOptions,
    ) -> Result<(), FamilyError> {
        if self.is_open() {
            self.give_up(ENDED);
        }
        let what = "end the connection";
        within(what, options.write_timeout, async { stream.shutdown().await.map_err(FamilyError::io(what)) })
            .await
    }

    fn check(&self) -> Result<(), FamilyError> {
        self.broken.map_or(Ok(()), |reason| Err(FamilyError::Broken { reason }))
    }

    fn clear(&mut self) {
        if self.request == Request::Staged {
            self.request = Request::None;
        }
        self.frame.clear();
        self.frame.shrink_to(FAMILY_KEPT_BYTES_MAX);
    }
}

const PARTLY_SENT: &str =
    "a message was sent in part, because sending it failed, took too long or was cancelled";

const ENDED: &str = "this side has ended it";

const ANSWER_OUTSTANDING: &str =
    "the answer to an earlier request has not come, and would be taken for the answer to this one";

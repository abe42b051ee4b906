use std::io;
use std::marker::PhantomData;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::timing::within;
use super::{FamilyError, FamilyOptions};
use crate::limits::{FAMILY_KEPT_BYTES_MAX, FAMILY_LINGER_TIMEOUT};
use crate::message::{Family, append_frame, append_not_found};

/// The direction to the peer.
///
/// A frame goes out in two steps, so that a future that sends holds no reference to the message: `stage`, then `write`.
#[derive(Debug)]
pub(super) struct Outgoing<F> {
    /// The frame that is sent.
    frame: Vec<u8>,
    /// The bytes of it that the stream has taken.
    taken: usize,
    /// Why nothing more may be sent: behind a part of a frame, whatever follows would be read as its rest.
    broken: Option<&'static str>,
    request: Request,
    refusal: Refusal,
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

/// How far the answer to an unknown type is. Whoever waits for it may stop at any await, and another one goes on here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// No unknown type has come.
    None,
    /// `NOT_FOUND` is the frame that is being sent.
    Answering,
    /// What can be answered was, and this side is to be ended.
    Ending,
    /// Nothing is left to be done.
    Done,
}

impl<F: Family> Outgoing<F> {
    pub(super) const fn new() -> Self {
        Self {
            frame: Vec::new(),
            taken: 0,
            broken: None,
            request: Request::None,
            refusal: Refusal::None,
            family: PhantomData,
        }
    }

    /// Makes a message's frame ready to be written.
    pub(super) fn stage(&mut self, message: &F, options: &FamilyOptions) -> Result<(), FamilyError> {
        self.check()?;
        refuse_above(options.max_payload_size, message.payload_len(), message)?;
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

    /// Makes the answer to a message that is not known ready to be written.
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
        let written = within("send a message", options.write_timeout, self.write_rest(stream)).await;
        // Not when the next one is sent: an idle connection must not hold the memory of its longest frame.
        self.clear();
        written
    }

    /// Answers an unknown type with `NOT_FOUND`, and ends this direction. Dropped at any await and called again, it goes on
    /// where it was: the answer goes out once, and whole.
    pub(super) async fn refuse<W: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut W,
        options: &FamilyOptions,
    ) -> Result<(), FamilyError> {
        self.begin_refusal();
        let what = "answer an unknown message type";
        let limit =
            options.write_timeout.map_or(FAMILY_LINGER_TIMEOUT, |limit| limit.min(FAMILY_LINGER_TIMEOUT));
        let deadline = Instant::now() + limit;
        let late = || Err(FamilyError::Timeout { what, limit });
        let mut answered = Ok(());
        if self.refusal == Refusal::Answering {
            answered = timeout_at(deadline, self.write_rest(stream)).await.unwrap_or_else(|_| late());
            self.clear();
            self.refusal = Refusal::Ending;
        }
        if self.refusal == Refusal::Ending {
            // Even where the time is over this asks the stream once, and most end at once.
            let ended = timeout_at(deadline, stream.shutdown()).await;
            self.refusal = Refusal::Done;
            answered =
                answered.and(ended.map_or_else(|_| late(), |ended| ended.map_err(FamilyError::io(what))));
        }
        answered
    }

    fn begin_refusal(&mut self) {
        if self.refusal != Refusal::None {
            return;
        }
        // Behind a part of a frame the answer would be read as its rest: then there is only the end.
        self.refusal = if self.stage_not_found().is_ok() { Refusal::Answering } else { Refusal::Ending };
        self.broken.get_or_insert(UNKNOWN_RECEIVED);
    }

    /// Writes what the stream has not taken of the frame yet.
    async fn write_rest<W: AsyncWrite + Unpin>(&mut self, stream: &mut W) -> Result<(), FamilyError> {
        while let Some(rest) = self.frame.get(self.taken..).filter(|rest| !rest.is_empty()) {
            let taken = stream.write(rest).await.map_err(FamilyError::io("send a message"))?;
            if taken == 0 {
                return Err(FamilyError::io("send a message")(io::ErrorKind::WriteZero.into()));
            }
            // Said before the next await, for whoever drops this there.
            self.took(taken);
        }
        // A stream with a buffer of its own would keep the frame until more follows.
        stream.flush().await.map_err(FamilyError::io("send a message"))
    }

    fn took(&mut self, bytes: usize) {
        self.taken = self.taken.saturating_add(bytes);
        if self.request == Request::Staged {
            self.request = Request::Outstanding;
        }
        if self.refusal == Refusal::None {
            self.broken = (self.taken < self.frame.len()).then_some(PARTLY_SENT);
        }
    }

    /// Ends this direction: the peer sees the end of the stream.
    pub(super) async fn shutdown<W: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut W,
        options: &FamilyOptions,
    ) -> Result<(), FamilyError> {
        self.broken.get_or_insert(ENDED);
        if self.refusal == Refusal::Answering {
            self.refusal = Refusal::Ending;
        }
        let what = "end the connection";
        within(what, options.write_timeout, async { stream.shutdown().await.map_err(FamilyError::io(what)) })
            .await
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.frame.capacity()
    }

    fn check(&self) -> Result<(), FamilyError> {
        self.broken.map_or(Ok(()), |reason| Err(FamilyError::Broken { reason }))
    }

    fn clear(&mut self) {
        if self.request == Request::Staged {
            self.request = Request::None;
        }
        self.taken = 0;
        self.frame.clear();
        self.frame.shrink_to(FAMILY_KEPT_BYTES_MAX);
    }
}

/// Refuses to send a message that has more bytes than it may.
pub(super) fn refuse_above<F: Family>(limit: usize, found: usize, message: &F) -> Result<(), FamilyError> {
    if found <= limit {
        return Ok(());
    }
    // The one value without a name of its own is the one that stands for `NOT_FOUND`.
    let message = F::message_name(message.message_type()).unwrap_or("NOT_FOUND");
    Err(FamilyError::TooLarge { family: F::FAMILY_NAME, message, limit, found })
}

const PARTLY_SENT: &str = "a message was sent in part, because sending it failed, took too long or was cancelled; \
                           connect again";

const ENDED: &str = "this side has ended it; connect again";

const ANSWER_OUTSTANDING: &str = "the answer to an earlier request has not come, and would be taken for the answer to \
                                  this one; receive it first, or connect again";

const UNKNOWN_RECEIVED: &str = "the peer sent a message type that the family does not have; declare the message on \
                                this side, and connect again";

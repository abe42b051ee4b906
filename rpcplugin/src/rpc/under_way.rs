use std::task::{Context, Poll, ready};

use crate::call::{Batch, InUse, MessageStream, Messages, ResponseFuture, Source};
use crate::contract::Status;

/// The responses of a call, which is under way until the last of them, or until nobody wants them any more.
pub(super) struct UnderWay {
    stage: Stage,
    /// `None` where nobody counts, and once the stream has ended.
    in_use: Option<InUse>,
}

enum Stage {
    /// Nothing of the answer is there.
    Call(ResponseFuture),
    Messages(MessageStream),
    Over,
}

impl UnderWay {
    /// Of a call that has not been answered yet. What it fails with is in the stream.
    pub(super) const fn of_call(call: ResponseFuture, in_use: Option<InUse>) -> Self {
        Self { stage: Stage::Call(call), in_use }
    }

    /// # Errors
    ///
    /// If the answer is no stream.
    pub(super) fn new(answer: Messages, in_use: Option<InUse>) -> Result<Self, Status> {
        stream(answer).map(|messages| Self { stage: Stage::Messages(messages), in_use })
    }
}

impl Source for UnderWay {
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        if let Stage::Call(call) = &mut self.stage {
            let answer = ready!(call.as_mut().poll(context));
            self.stage = match answer.and_then(stream) {
                Ok(messages) => Stage::Messages(messages),
                Err(status) => {
                    batch.end(Err(status));
                    Stage::Over
                }
            };
        }
        match &mut self.stage {
            Stage::Messages(messages) => ready!(messages.poll_batch(context, batch)),
            _ => batch.end(Ok(())),
        }
        if batch.has_ended() {
            self.in_use = None;
        }
        Poll::Ready(())
    }
}

fn stream(answer: Messages) -> Result<MessageStream, Status> {
    match answer {
        Messages::Many(messages) => Ok(messages),
        Messages::One(_) => {
            Err(Status::internal("expected a stream of responses, found one: report this bug"))
        }
    }
}

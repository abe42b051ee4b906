use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::explain::{Explain, Explanation};
use crate::call::{Batch, InUse, MessageStream, Messages, ResponseFuture, Source};
use crate::contract::Status;

/// The responses of a call, which is under way until the last of them, or until nobody wants them any more.
pub(super) struct UnderWay {
    stage: Stage,
    /// `None` where nobody counts, and once the stream has ended.
    in_use: Option<InUse>,
    /// Says why the connection was lost, if it was.
    explain: Option<Arc<dyn Explain>>,
}

enum Stage {
    /// Nothing of the answer is there.
    Call(ResponseFuture),
    Messages(MessageStream),
    /// The connection was lost.
    Lost(Explanation),
    Over,
}

impl UnderWay {
    /// Of a call that has not been answered yet. What it fails with is in the stream.
    pub(super) const fn of_call(
        call: ResponseFuture,
        in_use: Option<InUse>,
        explain: Option<Arc<dyn Explain>>,
    ) -> Self {
        Self { stage: Stage::Call(call), in_use, explain }
    }

    /// Of a call that has been answered.
    pub(super) const fn of_messages(
        messages: MessageStream,
        in_use: Option<InUse>,
        explain: Option<Arc<dyn Explain>>,
    ) -> Self {
        Self { stage: Stage::Messages(messages), in_use, explain }
    }

    fn poll_stage(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
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
            Stage::Messages(messages) => messages.poll_batch(context, batch),
            Stage::Lost(explanation) => {
                batch.end(Err(ready!(explanation.as_mut().poll(context)).settled()));
                Poll::Ready(())
            }
            _ => {
                batch.end(Ok(()));
                Poll::Ready(())
            }
        }
    }
}

impl Source for UnderWay {
    fn poll_batch(&mut self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<()> {
        ready!(self.poll_stage(context, batch));
        if !batch.has_ended() {
            return Poll::Ready(());
        }
        self.in_use = None;
        // Each loss is explained once.
        let Some(explain) = self.explain.take() else { return Poll::Ready(()) };
        let Some(status) = batch.reopen(|status| status.as_lost().is_some()) else { return Poll::Ready(()) };
        self.stage = Stage::Lost(explain.explain(status));
        match batch.is_empty() {
            // What came before the loss is not kept waiting.
            false => Poll::Ready(()),
            true => self.poll_stage(context, batch),
        }
    }
}

/// The stream of an answer.
pub(super) fn stream(answer: Messages) -> Result<MessageStream, Status> {
    match answer {
        Messages::Many(messages) => Ok(messages),
        Messages::One(_) => {
            Err(Status::internal("expected a stream of responses, found one: report this bug"))
        }
    }
}

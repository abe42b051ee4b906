//! A call while its handler runs: what stands around every handler, whatever it does.
//!
//! From outside: a panic ends the call and nothing else; the deadline; the current context, for the calls that the handler
//! makes; and that the call is over, for those who wait for it.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use futures_util::Stream;

use super::deadline::Deadline;
use super::running::Running;
use crate::call::{Ambient, Call, MessageStream, Messages, OverGuard, ResponseFuture};
use crate::contract::Status;

/// What is kept until a call is over, its stream of responses included.
struct Kept {
    deadline: Deadline,
    guard: OverGuard,
    /// Counts the call, where calls are counted.
    _running: Option<Running>,
}

/// A call that runs.
pub(super) struct Serving {
    /// `None` once the handler has returned.
    handler: Option<ResponseFuture>,
    kept: Option<Kept>,
}

impl Serving {
    /// Runs a call. `handler` makes the future that does it, and may panic as well.
    pub(super) fn begin(
        call: Call,
        running: Option<Running>,
        handler: impl FnOnce(Call) -> ResponseFuture,
    ) -> Self {
        let context = call.context().clone();
        let kept = Kept {
            deadline: Deadline::new(context.deadline()),
            guard: OverGuard::new(context),
            _running: running,
        };
        let made = {
            let _ambient = Ambient::enter(kept.guard.context());
            catch_unwind(AssertUnwindSafe(|| handler(call)))
        };
        let handler = made.unwrap_or_else(|panic| Box::pin(std::future::ready(Err(panicked(panic)))));
        Self { handler: Some(handler), kept: Some(kept) }
    }
}

impl Future for Serving {
    type Output = Result<Messages, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let (Some(handler), Some(kept)) = (&mut this.handler, &mut this.kept) else {
            return Poll::Ready(Err(Status::internal(
                "a call was asked again after its end: report this bug",
            )));
        };
        let polled = match kept.deadline.poll(context) {
            Poll::Ready(status) => Poll::Ready(Err(status)),
            Poll::Pending => {
                let _ambient = Ambient::enter(kept.guard.context());
                catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context)))
                    .unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic))))
            }
        };
        let Poll::Ready(answer) = polled else { return Poll::Pending };
        drop_guarded(&mut this.handler);
        let kept = this.kept.take();
        Poll::Ready(answer.map(|messages| match (messages, kept) {
            (Messages::Many(messages), Some(kept)) => {
                Messages::Many(Box::pin(ServedStream { messages: Some(messages), kept: Some(kept) }))
            }
            (messages, _) => messages,
        }))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop_guarded(&mut self.handler);
    }
}

/// The responses of a handler that has returned: they run on, and so does all that stands around the handler.
struct ServedStream {
    /// `None` once the stream has ended.
    messages: Option<MessageStream>,
    kept: Option<Kept>,
}

impl Stream for ServedStream {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let (Some(messages), Some(kept)) = (&mut this.messages, &mut this.kept) else {
            return Poll::Ready(None);
        };
        let polled = match kept.deadline.poll(context) {
            Poll::Ready(status) => Poll::Ready(Some(Err(status))),
            Poll::Pending => {
                let _ambient = Ambient::enter(kept.guard.context());
                catch_unwind(AssertUnwindSafe(|| messages.as_mut().poll_next(context)))
                    .unwrap_or_else(|panic| Poll::Ready(Some(Err(panicked(panic)))))
            }
        };
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            drop_guarded(&mut this.messages);
            this.kept = None;
        }
        polled
    }
}

impl Drop for ServedStream {
    fn drop(&mut self) {
        drop_guarded(&mut self.messages);
    }
}

/// A handler that is dropped runs code of its own, and that may panic too.
fn drop_guarded<T>(held: &mut Option<T>) {
    if let Some(held) = held.take()
        && let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(held)))
    {
        forget_panic(panic);
    }
}

/// What a panic says may hold a payload, so the caller is not told.
fn panicked(panic: Box<dyn Any + Send>) -> Status {
    forget_panic(panic);
    Status::internal("the handler panicked; the plugin's stderr says where")
}

/// The value that a panic carries is of any type, and one whose drop panics is enough to end a thread.
fn forget_panic(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
}

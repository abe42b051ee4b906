//! A call while its handler runs: what stands around every handler, whatever it does.
//!
//! From outside: an answer that is none becomes an error; a panic ends the call and nothing else; the deadline; the current
//! context, for the calls that the handler makes; and that the call is over, for those who wait for it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use super::running::Running;
use crate::call::{
    Batch, Call, Deadline, MessageStream, Messages, OverGuard, Panicked, ResponseFuture, Source, contain,
};
use crate::contract::{Code, MethodSpec, Status};

/// What is kept until a call is over, its stream of responses included.
struct Kept {
    deadline: Deadline,
    guard: OverGuard,
    /// Counts the call, where calls are counted.
    _running: Option<Running>,
}

impl Kept {
    /// Runs code of the handler's in its context. A panic goes no further.
    fn run<R>(&mut self, work: impl FnOnce() -> R) -> Result<R, Panicked> {
        let _ambient = self.guard.enter();
        contain(work)
    }

    /// Asks a handler, or its stream, while there is time. What has ended is let go of at once: its context is there already.
    fn ask<T, R>(
        &mut self,
        held: &mut Option<T>,
        context: &mut TaskContext<'_>,
        poll: impl FnOnce(&mut T, &mut TaskContext<'_>) -> Poll<R>,
        is_end: impl FnOnce(&R) -> bool,
    ) -> Poll<Result<R, Status>> {
        if let Poll::Ready(status) = self.deadline.poll(context) {
            return Poll::Ready(Err(status));
        }
        let Some(asked) = held else { return Poll::Ready(Err(asked_again())) };
        let _ambient = self.guard.enter();
        match contain(|| poll(asked, context)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(answer)) => {
                if is_end(&answer) {
                    drop(contain(|| *held = None));
                }
                Poll::Ready(Ok(answer))
            }
            Err(panic) => Poll::Ready(Err(panicked(panic))),
        }
    }

    /// A handler that is dropped runs code of its own, and that may panic too.
    fn let_go<T>(&mut self, held: &mut Option<T>) {
        if held.is_some() {
            drop(self.run(|| *held = None));
        }
    }
}

/// A call that runs.
pub(crate) struct Serving {
    /// `None` once the handler has returned.
    handler: Option<ResponseFuture>,
    kept: Option<Kept>,
    method: &'static MethodSpec,
}

impl Serving {
    /// Runs a call. `handler` makes the future that does it, and may panic as well.
    pub(crate) fn begin(
        call: Call,
        running: Option<Running>,
        handler: impl FnOnce(Call) -> ResponseFuture,
    ) -> Self {
        let (context, method) = (call.context().clone(), call.method());
        let mut kept = Kept {
            deadline: Deadline::new(context.deadline()),
            guard: OverGuard::new(context),
            _running: running,
        };
        let made = kept.run(|| handler(call));
        let handler = made.unwrap_or_else(|panic| Box::pin(std::future::ready(Err(panicked(panic)))));
        Self { handler: Some(handler), kept: Some(kept), method }
    }
}

impl Future for Serving {
    type Output = Result<Messages, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(kept) = &mut this.kept else { return Poll::Ready(Err(asked_again())) };
        let poll =
            |handler: &mut ResponseFuture, context: &mut TaskContext<'_>| handler.as_mut().poll(context);
        let answer = ready!(kept.ask(&mut this.handler, context, poll, |_| true)).and_then(|answer| answer);
        kept.let_go(&mut this.handler);
        let served = match answer {
            // Made before it is judged: a stream that is none is dropped within its context as well.
            Ok(Messages::Many(messages)) => {
                let kept = this.kept.take();
                Ok(Messages::Many(MessageStream::of(ServedStream { messages: Some(messages), kept })))
            }
            answer => {
                this.kept = None;
                answer
            }
        };
        Poll::Ready(served.map_err(failure).and_then(|messages| of_its_kind(messages, this.method)))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.let_go(&mut self.handler);
        }
    }
}

/// The responses of a handler that has returned: they run on, and so does all that stands around the handler.
struct ServedStream {
    /// `None` once the stream has ended.
    messages: Option<MessageStream>,
    kept: Option<Kept>,
}

impl Source for ServedStream {
    fn poll_batch(&mut self, context: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<()> {
        let Some(kept) = &mut self.kept else {
            batch.end(Ok(()));
            return Poll::Ready(());
        };
        let poll = |messages: &mut MessageStream, context: &mut TaskContext<'_>| {
            messages.poll_batch(context, batch).map(|()| batch.has_ended())
        };
        match ready!(kept.ask(&mut self.messages, context, poll, |has_ended| *has_ended)) {
            Ok(_) => batch.map_error(failure),
            // Behind the messages that were there before a panic.
            Err(status) => batch.end(Err(status)),
        }
        if batch.has_ended() {
            kept.let_go(&mut self.messages);
            self.kept = None;
        }
        Poll::Ready(())
    }
}

impl Drop for ServedStream {
    fn drop(&mut self) {
        if let Some(kept) = &mut self.kept {
            kept.let_go(&mut self.messages);
        }
    }
}

/// An interceptor or a service by hand may answer in another way than the table says.
fn of_its_kind(messages: Messages, method: &MethodSpec) -> Result<Messages, Status> {
    match (&messages, method.kind.streams_responses()) {
        (Messages::One(_), false) | (Messages::Many(_), true) => Ok(messages),
        _ => Err(Status::internal(format!(
            "the handler of `{}` answered with another kind than {}, which its table says",
            method.path, method.kind
        ))),
    }
}

/// A failure with the code of a success would cross a wire as one, and a stream that it ends would look complete.
fn failure(status: Status) -> Status {
    match status.code() {
        Code::Ok => Status::internal("the handler failed with the code OK; return another code, or a value"),
        _ => status,
    }
}

fn asked_again() -> Status {
    Status::internal("a call was asked again after its end: report this bug")
}

/// What a panic says may hold a payload, so the caller is not told.
fn panicked(_panic: Panicked) -> Status {
    Status::internal("the handler panicked; the plugin's stderr says where")
}

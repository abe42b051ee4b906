//! A call while its handler runs: what stands around every handler, whatever it does.
//!
//! From outside: an answer that is none becomes an error; a panic ends the call and nothing else; the deadline; the current
//! context, for the calls that the handler makes; and that the call is over, for those who wait for it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use futures_util::Stream;

use super::running::Running;
use crate::call::{
    Ambient, Call, Deadline, MessageStream, Messages, OverGuard, Panicked, ResponseFuture, contain,
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
    fn run<R>(&self, work: impl FnOnce() -> R) -> Result<R, Panicked> {
        let _ambient = Ambient::enter(Some(self.guard.context().clone()));
        contain(work)
    }

    /// A handler that is dropped runs code of its own, and that may panic too.
    fn let_go<T>(&self, held: &mut Option<T>) {
        if let Some(held) = held.take() {
            drop(self.run(|| drop(held)));
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
        let kept = Kept {
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
        let (Some(handler), Some(kept)) = (&mut this.handler, &mut this.kept) else {
            return Poll::Ready(Err(Status::internal(
                "a call was asked again after its end: report this bug",
            )));
        };
        let polled = match kept.deadline.poll(context) {
            Poll::Ready(status) => Poll::Ready(Err(status)),
            Poll::Pending => {
                let polled = kept.run(|| handler.as_mut().poll(context));
                polled.unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic))))
            }
        };
        let Poll::Ready(answer) = polled else { return Poll::Pending };
        kept.let_go(&mut this.handler);
        let kept = this.kept.take();
        let served = match (answer, kept) {
            (Ok(Messages::Many(messages)), Some(kept)) => {
                // Made before it is judged: a stream that is none is dropped within its context as well.
                Ok(Messages::Many(Box::pin(ServedStream { messages: Some(messages), kept: Some(kept) })))
            }
            (answer, _) => answer,
        };
        Poll::Ready(served.map_err(failure).and_then(|messages| of_its_kind(messages, this.method)))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(kept) = &self.kept {
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
                let polled = kept.run(|| messages.as_mut().poll_next(context));
                polled.unwrap_or_else(|panic| Poll::Ready(Some(Err(panicked(panic)))))
            }
        };
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            kept.let_go(&mut this.messages);
            this.kept = None;
        }
        polled.map(|item| item.map(|message| message.map_err(failure)))
    }
}

impl Drop for ServedStream {
    fn drop(&mut self) {
        if let Some(kept) = &self.kept {
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

/// What a panic says may hold a payload, so the caller is not told.
fn panicked(_panic: Panicked) -> Status {
    Status::internal("the handler panicked; the plugin's stderr says where")
}

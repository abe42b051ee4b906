//! A call that is watched until its end, in whichever way it ends: answered, failed, given up, out of time, or by a panic.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::call::{Call, Context, MessageStream, Messages, Side};
use crate::contract::{Code, Status};
use crate::rpc::Next;

/// Is told of a call. The two directions of a call may be polled by two tasks, so it is shared.
pub(super) trait Observer: Send + Sync + 'static {
    /// One message of the caller's has passed.
    fn requested(&self);
    /// One message of the handler's has passed.
    fn responded(&self);
    /// The call is over. Told once, of every call.
    fn ended(&self, code: Code);
    /// Stands around the work of a stream that runs on when the call itself has returned.
    fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        work()
    }
}

/// Runs a call under the eyes of an observer.
pub(super) async fn observe<O: Observer>(
    observer: Arc<O>,
    mut call: Call,
    next: Next<'_>,
) -> Result<Messages, Status> {
    let mut ending = Ending::new(observer, call.context().clone());
    observe_requests(&mut call, &ending.observer);
    let mut running = pin!(next.run(call));
    let answer = poll_fn(|context| watch(&mut ending.is_polled, || running.as_mut().poll(context))).await;
    match answer {
        Ok(Messages::One(bytes)) => {
            ending.observer.responded();
            ending.end(Code::Ok);
            Ok(Messages::One(bytes))
        }
        Ok(Messages::Many(messages)) => {
            Ok(Messages::Many(MessageStream::new(Responses { messages: Some(messages), ending })))
        }
        Err(status) => {
            ending.end(status.code());
            Err(status)
        }
    }
}

fn observe_requests<O: Observer>(call: &mut Call, observer: &Arc<O>) {
    let side = call.side();
    let messages = std::mem::replace(call.messages_mut(), Messages::One(Bytes::new()));
    *call.messages_mut() = match messages {
        Messages::One(bytes) => {
            observer.requested();
            Messages::One(bytes)
        }
        Messages::Many(messages) => {
            let observer = Arc::clone(observer);
            Messages::Many(MessageStream::new(Requests { messages: Some(messages), observer, side }))
        }
    };
}

/// The end of a call that was not told yet. Dropping it is the end of the call as well.
struct Ending<O: Observer> {
    observer: Arc<O>,
    context: Context,
    is_told: bool,
    /// Set while the call is polled. Who finds it set in a drop is being unwound through.
    is_polled: bool,
}

impl<O: Observer> Ending<O> {
    const fn new(observer: Arc<O>, context: Context) -> Self {
        Self { observer, context, is_told: false, is_polled: false }
    }

    fn end(&mut self, code: Code) {
        if !std::mem::replace(&mut self.is_told, true) {
            self.observer.ended(code);
        }
    }

    /// Why a call ends that is dropped before it was answered. Its deadline is kept further out, and drops it as well.
    fn code_of_drop(&self) -> Code {
        if self.is_polled {
            Code::Internal
        } else if self.context.time_left() == Some(Duration::ZERO) {
            Code::DeadlineExceeded
        } else {
            Code::Cancelled
        }
    }
}

impl<O: Observer> Drop for Ending<O> {
    fn drop(&mut self) {
        self.end(self.code_of_drop());
    }
}

/// Polls, and leaves the flag set if that panics.
fn watch<R>(is_polled: &mut bool, poll: impl FnOnce() -> R) -> R {
    *is_polled = true;
    let polled = poll();
    *is_polled = false;
    polled
}

/// Messages of a caller.
struct Requests<O: Observer> {
    /// `None` only while it is dropped.
    messages: Option<MessageStream>,
    observer: Arc<O>,
    side: Side,
}

impl<O: Observer> Requests<O> {
    /// At the caller's side whatever task the wire has polls them. A handler polls them itself.
    fn within<R>(side: Side, observer: &O, work: impl FnOnce() -> R) -> R {
        match side {
            Side::Client => observer.within(work),
            Side::Server => work(),
        }
    }
}

impl<O: Observer> Stream for Requests<O> {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(messages) = &mut this.messages else { return Poll::Ready(None) };
        let item = Self::within(this.side, &this.observer, || messages.poll_next_unpin(context));
        if matches!(item, Poll::Ready(Some(Ok(_)))) {
            this.observer.requested();
        }
        item
    }
}

impl<O: Observer> Drop for Requests<O> {
    fn drop(&mut self) {
        let messages = self.messages.take();
        Self::within(self.side, &self.observer, || drop(messages));
    }
}

/// Messages of a handler: the call ends with the last of them.
struct Responses<O: Observer> {
    /// `None` once the stream has ended.
    messages: Option<MessageStream>,
    ending: Ending<O>,
}

impl<O: Observer> Responses<O> {
    fn finish(&mut self, code: Code) {
        let messages = self.messages.take();
        self.ending.observer.within(|| drop(messages));
        self.ending.end(code);
    }
}

impl<O: Observer> Stream for Responses<O> {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(messages) = &mut this.messages else { return Poll::Ready(None) };
        let Ending { observer, is_polled, .. } = &mut this.ending;
        let polled = watch(is_polled, || observer.within(|| messages.poll_next_unpin(context)));
        let item = ready!(polled);
        match &item {
            Some(Ok(_)) => observer.responded(),
            Some(Err(status)) => this.finish(status.code()),
            None => this.finish(Code::Ok),
        }
        Poll::Ready(item)
    }
}

impl<O: Observer> Drop for Responses<O> {
    fn drop(&mut self) {
        if self.messages.is_some() {
            self.finish(self.ending.code_of_drop());
        }
    }
}

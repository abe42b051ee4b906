//! Handlers in this process. What works here works over a connection: messages become bytes, and limits are limits.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use super::within::Within;
use crate::call::{
    Call, Context, MessageStream, Messages, Peer, ResponseFuture, ResponseMetadata, Side, SizeLimit,
};
use crate::contract::Status;
use crate::rpc::Router;
use crate::wire::{Caller, Dispatch, Serving};

#[derive(Debug)]
pub(super) struct Local {
    router: Router,
    peer: Arc<Peer>,
}

impl Local {
    pub(super) fn new(router: Router) -> Self {
        Self { router, peer: Arc::new(Peer::memory()) }
    }

    fn begin(&self, call: Call) -> Result<Handing, Status> {
        let method = call.method();
        let route = self.router.find(method.path).ok_or_else(|| self.router.unknown(method.path))?;
        // There is no connection that could have a limit. Both sides may know the method by tables of their own.
        let limit = SizeLimit::of_connection(usize::MAX, call.is_own()).and(method).and(route.spec);
        let (caller, messages) = call.into_parts();
        let messages = messages.map(move |bytes| limit.check(bytes.len()).map(|_| bytes))?;
        // The handler polls them, but not in its own context: a caller's, if there is one, is around them already.
        let messages = Within::messages(messages, None);
        // What crosses a wire crosses here, and nothing else.
        let handler =
            Context::received(caller.metadata().clone(), caller.time_left(), Arc::clone(&self.peer));
        let call = Call::new(route.spec, Side::Server, handler.clone(), messages);
        let answer = self.router.dispatch(route, call);
        Ok(Handing { answer, limit, metadata: Crossing { handler, caller } })
    }
}

impl Caller for Local {
    fn call(&self, call: Call) -> ResponseFuture {
        match self.begin(call) {
            Ok(handing) => Box::pin(handing.over()),
            Err(status) => Box::pin(std::future::ready(Err(status))),
        }
    }
}

/// The metadata of an answer, on its way from the handler to the caller.
struct Crossing {
    handler: Context,
    caller: Context,
}

impl Crossing {
    fn initial(&self) {
        let initial = self.handler.response_in_use().map(ResponseMetadata::initial);
        self.caller.keep_initial(initial.unwrap_or_default());
    }

    fn trailing(&self) {
        let trailing = self.handler.response_in_use().map(ResponseMetadata::trailing);
        self.caller.keep_trailing(trailing.unwrap_or_default());
    }
}

/// An answer on its way to the caller, and the metadata that the handler wrote.
struct Handing {
    answer: Serving,
    limit: SizeLimit,
    metadata: Crossing,
}

impl Handing {
    async fn over(self) -> Result<Messages, Status> {
        let Self { answer, limit, metadata } = self;
        let answer = answer.await;
        metadata.initial();
        match answer {
            Ok(Messages::Many(messages)) => {
                let handed = HandedOver { messages: Some(messages), limit, metadata };
                Ok(Messages::Many(MessageStream::new(handed)))
            }
            Ok(Messages::One(bytes)) => {
                metadata.trailing();
                limit.check(bytes.len()).map(|_| Messages::One(bytes))
            }
            Err(status) => {
                metadata.trailing();
                Err(status)
            }
        }
    }
}

/// The responses of a stream.
struct HandedOver {
    /// `None` once the stream has ended.
    messages: Option<MessageStream>,
    limit: SizeLimit,
    metadata: Crossing,
}

impl Stream for HandedOver {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(messages) = &mut this.messages else { return Poll::Ready(None) };
        let item = ready!(messages.poll_next_unpin(task));
        let item = item.map(|item| item.and_then(|bytes| this.limit.check(bytes.len()).map(|_| bytes)));
        if !matches!(item, Some(Ok(_))) {
            this.messages = None;
            // Before the caller hears of the end, in whichever way it ends.
            this.metadata.trailing();
        }
        Poll::Ready(item)
    }
}

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;

use crate::call::{InUse, MessageStream};
use crate::contract::Status;

/// The responses of a call, which is under way until the last of them, or until nobody wants them any more.
pub(super) struct UnderWay {
    messages: MessageStream,
    /// `None` where nobody counts, and once the stream has ended.
    in_use: Option<InUse>,
}

impl UnderWay {
    pub(super) const fn new(messages: MessageStream, in_use: Option<InUse>) -> Self {
        Self { messages, in_use }
    }
}

impl Stream for UnderWay {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.messages.as_mut().poll_next(context));
        if !matches!(item, Some(Ok(_))) {
            self.in_use = None;
        }
        Poll::Ready(item)
    }
}

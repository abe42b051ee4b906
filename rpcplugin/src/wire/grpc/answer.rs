//! The answer to a call, from its headers on.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use http::HeaderMap;

use super::reader::{Read, Reader};
use super::requests::Interest;
use super::{loss, metadata, status};
use crate::call::Context;
use crate::contract::Status;
use crate::limits::HEADER_LIST_BYTES_MAX;

/// The rest of an answer: messages, and then how the call ended.
pub(super) struct Answer {
    reader: Reader,
    context: Context,
    /// The requests end with it.
    interest: Interest,
}

impl Answer {
    pub(super) const fn new(reader: Reader, context: Context, interest: Interest) -> Self {
        Self { reader, context, interest }
    }

    fn poll(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        if let Poll::Ready(status) = self.interest.poll_failed(context) {
            return Poll::Ready(Some(Err(status)));
        }
        let end = match ready!(self.reader.poll(context)) {
            Read::Message(bytes) => return Poll::Ready(Some(Ok(bytes))),
            // A plugin that fails while it sends says more than what it left behind.
            Read::Bad(status) => Err(self.reader.trailers().and_then(failure).unwrap_or(status)),
            Read::Lost(error) => Err(loss::of_call(error, &self.context)),
            Read::End { trailers: Some(trailers), .. } => self.ended(&trailers),
            Read::End { trailers: None, is_complete: true } => Err(no_status()),
            Read::End { trailers: None, is_complete: false } => Err(loss::broken_off()),
        };
        Poll::Ready(end.err().map(Err))
    }

    fn ended(&self, trailers: &HeaderMap) -> Result<(), Status> {
        // What a status says matters more than metadata that is spoiled.
        let read = metadata::read(trailers);
        self.context.keep_trailing(read.as_ref().cloned().unwrap_or_default());
        status::read(trailers).unwrap_or_else(|| Err(no_status()))?;
        read.map(drop)
    }

    /// The one response of a call that has one.
    pub(super) async fn only(mut self) -> Result<Bytes, Status> {
        let response = self.next().await.unwrap_or_else(|| Err(no_response()))?;
        // The status comes after the message: reading on is what makes it an answer.
        match self.next().await {
            None => Ok(response),
            Some(Err(status)) => Err(status),
            Some(Ok(_)) => Err(Status::internal("the plugin sent two responses where one was expected")),
        }
    }

    async fn next(&mut self) -> Option<Result<Bytes, Status>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }
}

/// The messages of an answer. The call ends with the last of them, or when the stream is dropped.
pub(super) struct AnswerStream(Option<Answer>);

impl AnswerStream {
    pub(super) const fn new(answer: Answer) -> Self {
        Self(Some(answer))
    }
}

impl Stream for AnswerStream {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let Some(answer) = &mut self.0 else { return Poll::Ready(None) };
        let item = ready!(answer.poll(context));
        if !matches!(item, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(item)
    }
}

fn failure(trailers: &HeaderMap) -> Option<Status> {
    status::read(trailers)?.err()
}

pub(super) fn no_response() -> Status {
    Status::internal("the plugin ended the call without a response")
}

fn no_status() -> Status {
    Status::internal(format!(
        "the plugin ended the answer without saying how the call ended; metadata behind it over {HEADER_LIST_BYTES_MAX} bytes \
         is one cause"
    ))
}

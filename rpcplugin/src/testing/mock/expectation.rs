use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;

use super::script::{Answer, Lasting};
use crate::call::{Call, Context, MessageStream, Messages, ResponseFuture};
use crate::contract::{MethodKind, MethodSpec, Status};
use crate::message::Message;
use crate::rpc::{
    Row, Streamed, Streaming, Unary, serve_stream_stream, serve_stream_unary, serve_unary_stream,
    serve_unary_unary,
};
use crate::testing::{MockService, TestingError};

/// The types of a method as a test gives them.
struct Typed<A, B>(PhantomData<fn() -> (A, B)>);

impl<A: Message, B: Message> Unary for Typed<A, B> {
    type Request = A;
    type Response = B;
    type Outcome = Result<B, Status>;
}

impl<A: Message, B: Message> Streamed for Typed<A, B> {
    type Request = A;
    type Response = B;
    type Outcome = Result<Streaming<B>, Status>;
}

/// A call of a mock that has no answer yet. Made by [`MockService::on`] and [`MockService::always`].
///
/// A fixed answer to a stream of requests comes when all of them are read.
#[must_use = "a call without an answer is not expected"]
pub struct Expectation<'a> {
    mock: &'a MockService,
    method: &'static MethodSpec,
    lasting: Lasting,
}

impl<'a> Expectation<'a> {
    pub(super) const fn new(mock: &'a MockService, method: &'static MethodSpec, lasting: Lasting) -> Self {
        Self { mock, method, lasting }
    }

    /// Answers with one message.
    ///
    /// # Errors
    ///
    /// [`TestingError::WrongKind`] if the method answers with a stream, [`TestingError::Encode`] if the message has no bytes.
    pub fn answer<B: Message>(self, message: B) -> Result<(), TestingError> {
        self.check("one message", !self.method.kind.streams_responses())?;
        let bytes = encode(&message)?;
        self.script(move |call| fixed(call, Messages::One(bytes.clone())));
        Ok(())
    }

    /// Answers with a stream of these messages.
    ///
    /// # Errors
    ///
    /// [`TestingError::WrongKind`] if the method answers with one message, [`TestingError::Encode`] if a message has no bytes.
    pub fn answer_stream<B: Message>(
        self,
        messages: impl IntoIterator<Item = B>,
    ) -> Result<(), TestingError> {
        self.check("a stream of messages", self.method.kind.streams_responses())?;
        let all = messages.into_iter().map(|message| encode(&message)).collect::<Result<Vec<_>, _>>()?;
        self.script(move |call| {
            let messages = futures_util::stream::iter(all.clone().into_iter().map(Ok));
            fixed(call, Messages::Many(MessageStream::new(messages)))
        });
        Ok(())
    }

    /// Fails, before anything is read or answered.
    pub fn fail(self, status: Status) {
        self.script(move |_call| Box::pin(std::future::ready(Err(status.clone()))));
    }

    /// Never answers.
    pub fn hang(self) {
        self.script(|call| {
            Box::pin(async move {
                // Held, so that the caller's requests are neither read nor refused.
                let _call = call;
                std::future::pending().await
            })
        });
    }

    /// Answers as this function does. It is given what a handler is given.
    ///
    /// # Errors
    ///
    /// [`TestingError::WrongKind`] if the method is of another kind.
    pub fn unary_unary<A, B, F, R>(self, handler: F) -> Result<(), TestingError>
    where
        A: Message,
        B: Message,
        F: Fn(Context, A) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<B, Status>> + Send + 'static,
    {
        let row = Row::<Typed<A, B>>::unary(*self.method);
        self.handle(MethodKind::UnaryUnary, move |call| serve_unary_unary(&row, call, handler.clone()))
    }

    /// Answers as this function does. It is given what a handler is given.
    ///
    /// # Errors
    ///
    /// [`TestingError::WrongKind`] if the method is of another kind.
    pub fn unary_stream<A, B, F, R>(self, handler: F) -> Result<(), TestingError>
    where
        A: Message,
        B: Message,
        F: Fn(Context, A) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Streaming<B>, Status>> + Send + 'static,
    {
        let row = Row::<Typed<A, B>>::streamed(*self.method);
        self.handle(MethodKind::UnaryStream, move |call| serve_unary_stream(&row, call, handler.clone()))
    }

    /// Answers as this function does. It is given what a handler is given.
    ///
    /// # Errors
    ///
    /// [`TestingError::WrongKind`] if the method is of another kind.
    pub fn stream_unary<A, B, F, R>(self, handler: F) -> Result<(), TestingError>
    where
        A: Message,
        B: Message,
        F: Fn(Context, Streaming<A>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<B, Status>> + Send + 'static,
    {
        let row = Row::<Typed<A, B>>::unary(*self.method);
        self.handle(MethodKind::StreamUnary, move |call| serve_stream_unary(&row, call, handler.clone()))
    }

    /// Answers as this function does. It is given what a handler is given.
    ///
    /// # Errors
    ///
    /// [`TestingError::WrongKind`] if the method is of another kind.
    pub fn stream_stream<A, B, F, R>(self, handler: F) -> Result<(), TestingError>
    where
        A: Message,
        B: Message,
        F: Fn(Context, Streaming<A>) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Streaming<B>, Status>> + Send + 'static,
    {
        let row = Row::<Typed<A, B>>::streamed(*self.method);
        self.handle(MethodKind::StreamStream, move |call| serve_stream_stream(&row, call, handler.clone()))
    }

    fn handle(
        self,
        kind: MethodKind,
        handler: impl Fn(Call) -> ResponseFuture + Send + Sync + 'static,
    ) -> Result<(), TestingError> {
        self.check(kind.as_str(), self.method.kind == kind)?;
        self.script(handler);
        Ok(())
    }

    fn check(&self, scripted: &'static str, is_right: bool) -> Result<(), TestingError> {
        if is_right {
            return Ok(());
        }
        Err(TestingError::WrongKind { path: self.method.path, kind: self.method.kind, scripted })
    }

    fn script(&self, answer: impl Fn(Call) -> ResponseFuture + Send + Sync + 'static) {
        let answer: Answer = Arc::new(answer);
        self.mock.script().add(self.method, self.lasting, answer);
    }
}

fn encode<B: Message>(message: &B) -> Result<Bytes, TestingError> {
    message.encode().map_err(|source| TestingError::Encode { source })
}

/// An answer that does not depend on the requests, behind the last of them.
fn fixed(call: Call, answer: Messages) -> ResponseFuture {
    Box::pin(async move {
        if let Messages::Many(mut requests) = call.into_messages() {
            while let Some(request) = requests.next().await {
                request?;
            }
        }
        Ok(answer)
    })
}

impl fmt::Debug for Expectation<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Expectation")
            .field("path", &self.method.path)
            .field("lasting", &self.lasting)
            .finish_non_exhaustive()
    }
}

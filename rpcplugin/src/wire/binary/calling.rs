//! A call that a host makes, from its beginning to its answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use super::answer::Answer;
use super::client::{Inner, Requests};
use super::parcel::Parcel;
use super::sending::Outgoing;
use crate::call::{Call, Messages, ResponseFuture};
use crate::contract::{MethodKind, Status};

/// Begins when it is first asked for. Dropping it gives the call up.
///
/// The usual call, of one message each way, takes no more memory than it needs: an async function has room for all that any
/// call may need, and all of it is moved to where the call stands.
pub(super) struct Calling {
    connection: Arc<Inner>,
    stage: Stage,
}

enum Stage {
    New(Call),
    /// It is sent, and waits for its one response.
    Sent(Answer),
    /// It waits for others to end, or is one with streams.
    Other(ResponseFuture),
    Over,
}

impl Calling {
    pub(super) const fn new(connection: Arc<Inner>, call: Call) -> Self {
        Self { connection, stage: Stage::New(call) }
    }

    /// `reader` is woken when something of the answer is there.
    fn begin(connection: &Arc<Inner>, call: Call, reader: &Waker) -> Result<Stage, Status> {
        let (shape, opening) = (connection.shape(&call), connection.opening(&call)?);
        let compressor = connection.compressor(&call);
        let (context, messages) = call.into_parts();
        let messages = match messages {
            Messages::One(message) if shape.kind == MethodKind::UnaryUnary => {
                shape.limit.check(message.len())?;
                let mut message = Some(Parcel::pack(message, &compressor));
                if let Some(ticket) = connection.begin(&opening, shape, &mut message, Some(reader))? {
                    return Ok(Stage::Sent(connection.answer(ticket, shape, context, None)));
                }
                Requests::One(message)
            }
            Messages::One(message) => {
                shape.limit.check(message.len())?;
                Requests::One(Some(Parcel::pack(message, &compressor)))
            }
            Messages::Many(messages) => Requests::Many(Outgoing::new(messages, shape.limit, compressor)),
        };
        let call = Arc::clone(connection).call(opening, shape, context, messages);
        Ok(Stage::Other(Box::pin(call)))
    }
}

impl Future for Calling {
    type Output = Result<Messages, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match &mut this.stage {
            Stage::Sent(answer) => {
                let response = ready!(answer.poll_one(context));
                this.stage = Stage::Over;
                return Poll::Ready(response.map(Messages::One));
            }
            Stage::Other(call) => return call.as_mut().poll(context),
            Stage::New(_) | Stage::Over => {}
        }
        let Stage::New(call) = std::mem::replace(&mut this.stage, Stage::Over) else {
            let status = Status::internal("a call was asked again after its end: report this bug");
            return Poll::Ready(Err(status));
        };
        this.stage = Self::begin(&this.connection, call, context.waker())?;
        match &mut this.stage {
            Stage::Other(call) => call.as_mut().poll(context),
            // Its reader is known already.
            _ => Poll::Pending,
        }
    }
}

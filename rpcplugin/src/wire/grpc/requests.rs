//! The requests of a call, on their way out.
//!
//! A call whose caller is gone must end, also where the caller still had requests to send: the two halves of a call are
//! tied, and dropping the answer resets the stream, whatever the requests wait for.
//!
//! The other way round, a stream of requests may end in an error. HTTP/2 knows only that it stopped: the caller must be
//! told why.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::frame::Framed;
use super::outgoing::Outgoing;
use super::sending::{Sending, Stopped};
use crate::call::{Messages, SizeLimit};
use crate::compression::{Compressor, Encoding};
use crate::contract::Status;
use crate::task::OwnedTask;

/// The requests of a call before its stream is there.
pub(super) enum Requests {
    One(Framed),
    // In a box: most calls have one request.
    Many(Box<Outgoing>),
}

impl Requests {
    /// # Errors
    ///
    /// A single message over the limit.
    pub(super) fn new(messages: Messages, limit: SizeLimit, compressor: Compressor) -> Result<Self, Status> {
        match messages {
            Messages::One(bytes) => Framed::compressed(bytes, limit, &compressor).map(Self::One),
            Messages::Many(messages) => Ok(Self::Many(Box::new(Outgoing::new(messages, limit, compressor)))),
        }
    }

    /// In what they are sent, if that has to be said: a plugin that reads nothing compressed need not refuse a message that
    /// is not.
    pub(super) fn encoding(&self, compressor: Encoding) -> Option<Encoding> {
        let needs_word = match self {
            Self::One(framed) => framed.is_compressed(),
            Self::Many(_) => true,
        };
        Some(compressor).filter(|encoding| needs_word && *encoding != Encoding::Identity)
    }

    /// Begins to send them.
    pub(super) fn send(self, mut sending: Sending, runtime: &Handle) -> Interest {
        match self {
            Self::One(framed) => {
                sending.send(framed, true);
                Interest { _stream: Some(sending), _task: None, failure: None }
            }
            Self::Many(outgoing) => {
                let (outcome, failure) = oneshot::channel();
                // A task of its own: what the caller's stream does between two messages is no business of the connection,
                // and the requests go on while nobody looks at the answer.
                let task = OwnedTask::spawn_on(runtime, send_all(*outgoing, sending, outcome));
                Interest { _stream: None, _task: Some(task), failure: Some(failure) }
            }
        }
    }
}

async fn send_all(
    mut outgoing: Outgoing,
    mut sending: Sending,
    outcome: oneshot::Sender<Result<(), Status>>,
) {
    let ended = match sending.send_all(&mut outgoing).await {
        Stopped::Gone => Ok(()),
        Stopped::Ended(Ok(())) => {
            sending.finish();
            Ok(())
        }
        // Ending here would tell the plugin that the stream is complete: dropping it resets it.
        Stopped::Ended(Err(status)) => Err(status),
    };
    // If nobody listens any more, the call is over anyway.
    drop(outcome.send(ended));
}

/// Held with the answer of a call. Dropping it ends the requests, and with them the stream.
pub(super) struct Interest {
    /// Of a single request, which may still be on its way: without a handle left, HTTP/2 takes it back.
    _stream: Option<Sending>,
    /// Of many, what sends them.
    _task: Option<OwnedTask>,
    /// How they ended, until that is known.
    failure: Option<oneshot::Receiver<Result<(), Status>>>,
}

impl Interest {
    /// Waits until the requests end in an error: for ever, if they do not.
    pub(super) fn failed(&mut self) -> impl Future<Output = Status> {
        std::future::poll_fn(|context| self.poll_failed(context))
    }

    pub(super) fn poll_failed(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let Some(failure) = &mut self.failure else { return Poll::Pending };
        let outcome = ready!(Pin::new(failure).poll(context));
        self.failure = None;
        // Without a word it ended by a panic of the caller's stream.
        match outcome.unwrap_or_else(|_| Err(panicked())) {
            Ok(()) => Poll::Pending,
            Err(status) => Poll::Ready(status),
        }
    }
}

fn panicked() -> Status {
    Status::internal("the stream of requests panicked; the standard error of this process says where")
}

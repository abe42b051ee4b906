//! A call on its way to its answer, in a task of its own or where it was read.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use bytes::{Bytes, BytesMut};

use super::machine::{Machine, Outcome, Ticket};
use super::parcel::Parcel;
use super::requests::only_request;
use super::sending::Outgoing;
use super::shared::Shared;
use super::{metadata, status};
use crate::call::{Call, Context, Messages, Metadata, ResponseMetadata, Side, SizeLimit, out_of_time};
use crate::compression::{Compressor, Decompressor};
use crate::contract::Status;
use crate::wire::{Dispatch, Route, Serving};

/// A call that is being answered.
pub(super) struct Answering {
    pub(super) shared: Shared,
    pub(super) call: Ticket,
    pub(super) context: Context,
    pub(super) limit: SizeLimit,
    pub(super) compressor: Compressor,
    pub(super) decompressor: Decompressor,
}

impl Answering {
    /// Runs a call to its end, or until its caller gives it up.
    pub(super) async fn run(self, serving: Serving) {
        let mut serving = Some(serving);
        let answer = poll_fn(|context| {
            if let Poll::Ready(outcome) = self.poll_given_up(context) {
                return Poll::Ready(Err(outcome));
            }
            let Some(serving) = &mut serving else { return Poll::Pending };
            Pin::new(serving).poll(context).map(Ok)
        })
        .await;
        // The handler goes before the caller hears of the end.
        drop(serving.take());
        match answer {
            Ok(answer) => self.reply(answer).await,
            Err(outcome) => self.confirm(outcome),
        }
    }

    /// The same for a call whose request comes in parts.
    pub(super) async fn run_when_complete(self, dispatch: Arc<dyn Dispatch>, route: Route) {
        let request = self.request();
        let request = match self.context.deadline() {
            None => request.await,
            Some(deadline) => {
                tokio::time::timeout_at(deadline, request).await.unwrap_or_else(|_elapsed| Err(out_of_time()))
            }
        };
        match request.and_then(|request| request.unpack(&self.decompressor, self.limit)) {
            Err(status) => self.reply(Err(status)).await,
            Ok(request) => {
                let (context, messages) = (self.context.clone(), Messages::One(request));
                let call = Call::new(route.spec, Side::Server, context, messages);
                self.run(dispatch.dispatch(route, call)).await;
            }
        }
    }

    async fn request(&self) -> Result<Parcel, Status> {
        poll_fn(|context| {
            self.shared.with(|machine| match only_request(machine, self.call) {
                Ok(None) => {
                    machine.wait_to_read(self.call, context.waker());
                    Poll::Pending
                }
                Ok(Some(request)) => Poll::Ready(Ok(request)),
                Err(status) => Poll::Ready(Err(status)),
            })
        })
        .await
    }

    /// Ready when nobody wants an answer any more.
    fn poll_given_up(&self, context: &TaskContext<'_>) -> Poll<Outcome> {
        self.shared.look(|machine| match machine.outcome(self.call) {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                machine.wait_to_send(self.call, context.waker());
                Poll::Pending
            }
        })
    }

    /// A call that was given up is ended all the same: its number is free with that.
    fn confirm(&self, outcome: Outcome) {
        self.send(self.failed(&given_up(outcome), Metadata::new()));
    }

    /// Sends a single response, and hands on the context. It leaves with whatever is sent next.
    pub(super) fn reply_one(self, response: Bytes) -> Context {
        if self.context.response_in_use().is_none() && self.limit.check(response.len()).is_ok() {
            let response = Parcel::pack(response, &self.compressor);
            self.shared.hold(|machine| machine.end(self.call, Some(response)));
        } else {
            let reply = self.one(Ok(response));
            self.shared.hold(|machine| reply.send(machine, self.call));
        }
        self.context
    }

    fn one(&self, response: Result<Bytes, Status>) -> Reply {
        let response = response.and_then(|bytes| {
            self.limit.check(bytes.len())?;
            Ok(Parcel::pack(bytes, &self.compressor))
        });
        match (response, self.context.response_in_use()) {
            (Ok(message), None) => Reply::of(message),
            (Ok(message), Some(metadata)) => match self.initial(metadata) {
                Err(status) => self.failed(&status, Metadata::new()),
                Ok(initial) => Reply { initial, ..self.well(Some(message), metadata.trailing()) },
            },
            (Err(status), None) => self.failed(&status, Metadata::new()),
            (Err(status), Some(metadata)) => match self.initial(metadata) {
                // The handler's own mistake, which its caller must not take for an answer.
                Err(status) => self.failed(&status, Metadata::new()),
                Ok(initial) => Reply { initial, ..self.failed(&status, metadata.trailing()) },
            },
        }
    }

    /// The metadata before an answer, if there is any.
    fn initial(&self, metadata: &ResponseMetadata) -> Result<Option<Bytes>, Status> {
        let initial = metadata.initial();
        if initial.is_empty() {
            return Ok(None);
        }
        let mut bytes = BytesMut::new();
        metadata::encode(&initial, self.shared.metadata_bytes_max(), &mut bytes)?;
        Ok(Some(bytes.freeze()))
    }

    fn trailing(&self) -> Metadata {
        self.context.response_in_use().map(ResponseMetadata::trailing).unwrap_or_default()
    }

    /// A good end. Without metadata it needs no STATUS.
    fn well(&self, message: Option<Parcel>, trailing: Metadata) -> Reply {
        let status = (!trailing.is_empty()).then(|| status_payload(&self.shared, Ok(()), &trailing));
        Reply { initial: None, message, status, breaks_off: false }
    }

    fn failed(&self, status: &Status, trailing: Metadata) -> Reply {
        Reply::failed(&self.shared, status, &trailing)
    }

    /// Sends an answer.
    pub(super) async fn reply(&self, answer: Result<Messages, Status>) {
        let messages = match answer {
            Ok(Messages::Many(messages)) => messages,
            Ok(Messages::One(bytes)) => return self.send(self.one(Ok(bytes))),
            Err(status) => return self.send(self.one(Err(status))),
        };
        let mut outgoing = match self.context.response_in_use().map_or(Ok(None), |used| self.initial(used)) {
            Ok(None) => Outgoing::unheard(messages, self.limit, self.compressor.clone()),
            Ok(Some(initial)) => {
                self.shared.with(|machine| machine.send_initial(self.call, &initial));
                Outgoing::new(messages, self.limit, self.compressor.clone())
            }
            Err(status) => return self.send(self.failed(&status, Metadata::new())),
        };
        let end = self.send_all(&mut outgoing).await;
        // What the stream holds goes with it, before the caller hears of the end.
        drop(outgoing);
        self.send(match end {
            Ended::Stream(Ok(())) => self.well(None, self.trailing()),
            // The messages before it are sent.
            Ended::Stream(Err(status)) => {
                Reply { breaks_off: false, ..self.failed(&status, self.trailing()) }
            }
            Ended::Early(status) => self.failed(&status, self.trailing()),
        });
    }

    async fn send_all(&self, outgoing: &mut Outgoing) -> Ended {
        let mut all = std::pin::pin!(outgoing.send_all(&self.shared, self.call));
        let all = poll_fn(|context| match self.poll_given_up(context) {
            Poll::Ready(outcome) => Poll::Ready(Ended::Early(given_up(outcome))),
            Poll::Pending => all.as_mut().poll(context).map(Ended::Stream),
        });
        match self.context.deadline() {
            None => all.await,
            // Also where the caller takes nothing: then nobody asks the stream, and it cannot look at the time itself.
            Some(deadline) => tokio::time::timeout_at(deadline, all)
                .await
                .unwrap_or_else(|_elapsed| Ended::Early(out_of_time())),
        }
    }

    fn send(&self, reply: Reply) {
        self.shared.with(|machine| reply.send(machine, self.call));
    }
}

/// How a stream of responses ended.
enum Ended {
    /// By itself.
    Stream(Result<(), Status>),
    /// Before its end: what was not sent yet is not sent any more.
    Early(Status),
}

/// The last words of an answer.
#[derive(Debug)]
pub(super) struct Reply {
    initial: Option<Bytes>,
    message: Option<Parcel>,
    /// The payload of a STATUS; without one the call ends well.
    status: Option<Bytes>,
    /// Whether what is not sent yet is left out.
    breaks_off: bool,
}

impl Reply {
    /// The usual one.
    const fn of(message: Parcel) -> Self {
        Self { initial: None, message: Some(message), status: None, breaks_off: false }
    }

    /// No answer, and why. What was not sent yet is left out.
    pub(super) fn failed(shared: &Shared, status: &Status, trailing: &Metadata) -> Self {
        let status = Some(status_payload(shared, Err(status), trailing));
        Self { initial: None, message: None, status, breaks_off: true }
    }

    /// Ends the call with it.
    pub(super) fn send(self, machine: &mut Machine, call: Ticket) {
        if let Some(initial) = self.initial {
            machine.send_initial(call, &initial);
        }
        match self.status {
            None => machine.end(call, self.message),
            Some(status) => {
                if let Some(message) = self.message {
                    machine.send(call, message);
                }
                machine.end_with(call, status, self.breaks_off);
            }
        }
    }
}

/// How a call ends that nobody wants an answer of any more.
fn given_up(outcome: Outcome) -> Status {
    match outcome {
        Outcome::Failed(status) => status,
        _ => Status::cancelled("the caller gave the call up"),
    }
}

fn status_payload(shared: &Shared, outcome: Result<(), &Status>, trailing: &Metadata) -> Bytes {
    let mut payload = BytesMut::new();
    status::encode(outcome, trailing, shared.metadata_bytes_max(), &mut payload);
    payload.freeze()
}

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::hash::BuildHasherDefault;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Waker;

use bytes::BytesMut;
use futures_util::FutureExt;
use tokio::runtime::Handle;

use super::answer::Answer;
use super::calling::Calling;
use super::frame::Opening;
use super::id_hasher::IdHasher;
use super::inbox::Inbox;
use super::machine::{Machine, NotNow, Role, Shape, Ticket};
use super::opening::Table;
use super::parcel::Parcel;
use super::sending::Outgoing;
use super::shared::{LoseAtTheEnd, Loss, Shared};
use super::sync::in_a_task;
use super::{OpenError, greeting, loss, metadata};
use crate::call::{Call, Context, Messages, ResponseFuture, SizeLimit, contain};
use crate::compression::{Compressor, Decompressor, Encoding, Encodings, MessageTerms};
use crate::contract::{MethodKind, MethodSpec, Status};
use crate::task::OwnedTask;
use crate::transport::Connection;
use crate::wire::Caller;

/// The caller's end of a connection. The connection is closed when the value is dropped.
pub(crate) struct BinaryConnection {
    inner: Arc<Inner>,
}

impl BinaryConnection {
    /// Begins to speak on a connection.
    pub(crate) async fn open(
        mut connection: Connection,
        terms: impl Into<MessageTerms>,
    ) -> Result<Self, OpenError> {
        let terms = terms.into();
        let own = greeting::settings(terms);
        let mut buffer = BytesMut::new();
        let (peer, table) = greeting::ask(&mut connection, &own, &mut buffer).await?;
        let machine = Machine::new(Role::Host, greeting::bounds(&own), greeting::bounds(&peer));
        let shared = Shared::new(machine, connection, peer.metadata_bytes_max);
        // It ends by itself with the connection, at most a moment later: there may be a last word to say.
        tokio::spawn(drive(LoseAtTheEnd(shared.clone()), Inbox::new(buffer)));
        let numbers = RwLock::default();
        let (runtime, waiting) = (Handle::current(), AtomicUsize::new(0));
        let encoding = terms.compression.sent_to(Encodings::from_bits(peer.encodings));
        let inner = Inner { shared, table, numbers, runtime, terms, encoding, waiting };
        Ok(Self { inner: Arc::new(inner) })
    }
}

impl Drop for BinaryConnection {
    fn drop(&mut self) {
        self.inner.shared.lose(Loss::Dropped);
    }
}

impl Inner {
    /// The method's place in the plugin's table.
    fn number(&self, method: &'static MethodSpec) -> Result<u32, Status> {
        let row = std::ptr::from_ref(method).addr();
        if let Some(number) = self.numbers.read().unwrap_or_else(PoisonError::into_inner).get(&row) {
            return Ok(*number);
        }
        let number = self.table.resolve(method)?;
        self.numbers.write().unwrap_or_else(PoisonError::into_inner).insert(row, number);
        Ok(number)
    }

    /// What a call says before its messages.
    pub(super) fn opening(&self, call: &Call) -> Result<Opening, Status> {
        let context = call.context();
        let metadata = match context.metadata() {
            none if none.is_empty() => None,
            some => {
                let mut bytes = BytesMut::new();
                metadata::encode(some, self.shared.metadata_bytes_max(), &mut bytes)?;
                Some(bytes.freeze())
            }
        };
        Ok(Opening { method: self.number(call.method())?, timeout: timeout(context), metadata })
    }

    /// What the machine has to know of a call.
    pub(super) fn shape(&self, call: &Call) -> Shape {
        let limit = SizeLimit::of_connection(self.terms.bytes_max, call.is_own()).and(call.method());
        Shape { kind: call.method().kind, limit }
    }

    /// What compresses the requests of a call. Those of what every plugin has are small.
    pub(super) fn compressor(&self, call: &Call) -> Compressor {
        match call.is_own() {
            true => Compressor::off(),
            false => Compressor::new(self.encoding, &self.terms.compression, call.context()),
        }
    }

    /// A call with streams, or one that waits for others to end.
    pub(super) async fn call(
        self: Arc<Self>,
        opening: Opening,
        shape: Shape,
        context: Context,
        messages: Requests,
    ) -> Result<Messages, Status> {
        let (one, many) = match messages {
            Requests::One(message) => (message, None),
            Requests::Many(requests) => (None, Some(requests)),
        };
        let ticket = self.begin_or_wait(opening, shape, one, &context).await?;
        let requests = many.map(|requests| self.send(ticket, requests));
        let answer = self.answer(ticket, shape, context, requests);
        match shape.kind.streams_responses() {
            false => answer.one().await.map(Messages::One),
            true => answer.many().await.map(Messages::Many),
        }
    }

    pub(super) fn answer(
        &self,
        call: Ticket,
        shape: Shape,
        context: Context,
        requests: Option<OwnedTask>,
    ) -> Answer {
        let decompressor = Decompressor::new(Encoding::Identity, &self.terms.compression, &context);
        Answer::new(self.shared.clone(), call, context, decompressor, shape.limit, requests)
    }

    /// Begins a call, or says how it ended before it began. `None` where it has to wait for others to end.
    ///
    /// `reader` is woken when something of its answer is there.
    pub(super) fn begin(
        &self,
        opening: &Opening,
        shape: Shape,
        message: &mut Option<Parcel>,
        reader: Option<&Waker>,
    ) -> Result<Option<Ticket>, Status> {
        let before = self.waiting.load(Ordering::Relaxed);
        self.begin_behind(before, opening, shape, message, reader)
    }

    /// The same, where so many others wait for a place: those that come free are theirs.
    fn begin_behind(
        &self,
        others: usize,
        opening: &Opening,
        shape: Shape,
        message: &mut Option<Parcel>,
        reader: Option<&Waker>,
    ) -> Result<Option<Ticket>, Status> {
        let began = self.shared.with(|machine| {
            if machine.has_failed() {
                return Err(None);
            } else if machine.is_closing() {
                return Err(Some(loss::closing()));
            } else if !machine.has_room_behind(others) {
                return Ok(Err(NotNow::Full));
            }
            let began = machine.begin(opening, shape, message);
            if let (Ok(call), Some(reader)) = (began, reader) {
                machine.wait_to_read(call, reader);
            }
            Ok(began)
        });
        match began {
            Ok(Ok(call)) => Ok(Some(call)),
            Ok(Err(NotNow::Full)) => Ok(None),
            Ok(Err(NotNow::Unread)) => Err(loss::unread()),
            Err(status) => Err(status.unwrap_or_else(|| loss::not_sent(self.shared.loss()))),
        }
    }

    /// Begins a call at once, or as soon as fewer are under way.
    async fn begin_or_wait(
        self: &Arc<Self>,
        opening: Opening,
        shape: Shape,
        mut message: Option<Parcel>,
        context: &Context,
    ) -> Result<Ticket, Status> {
        if let Some(call) = self.begin(&opening, shape, &mut message, None)? {
            return Ok(call);
        }
        // In a task: a caller that does not look at its call would keep the place that comes free for it.
        let (connection, context) = (Arc::clone(self), context.clone());
        let waiting = async move { connection.wait_and_begin(opening, shape, message, &context).await };
        match in_a_task(&self.runtime, waiting).await {
            Some(begun) => begun.map(Begun::take),
            // With its runtime.
            None => Err(loss::not_sent(self.shared.loss())),
        }
    }

    /// Begins a call as soon as fewer are under way, behind those that wait already.
    async fn wait_and_begin(
        &self,
        mut opening: Opening,
        shape: Shape,
        mut message: Option<Parcel>,
        context: &Context,
    ) -> Result<Begun, Status> {
        let mut waits = Waits::new(self);
        let mut others = waits.before;
        loop {
            let mut room = pin!(self.shared.room().notified());
            // Before the machine is asked: a call may end in between.
            room.as_mut().enable();
            if let Some(call) = self.begin_behind(others, &opening, shape, &mut message, None)? {
                waits.has_begun = true;
                if self.shared.look(|machine| machine.has_room_behind(0)) {
                    // Several places came free, and not as many were told.
                    self.shared.room().notify_one();
                }
                return Ok(Begun { shared: self.shared.clone(), call, is_taken: false });
            }
            room.await;
            // It is this one's turn, and some time has gone.
            (others, opening.timeout) = (0, timeout(context));
        }
    }

    /// Sends a stream of requests, whoever polls the call.
    fn send(&self, call: Ticket, mut requests: Outgoing) -> OwnedTask {
        let shared = self.shared.clone();
        OwnedTask::spawn_on(&self.runtime, async move {
            let end = AssertUnwindSafe(requests.send_all(&shared, call)).catch_unwind().await;
            let end = end.unwrap_or_else(|_panic| Err(panicked()));
            // What the stream holds goes before the plugin hears of its end, and may panic in going.
            let gone = contain(|| drop(requests));
            let end = gone.map_or_else(|_panic| Err(panicked()), |()| end);
            shared.with(|machine| match end {
                Ok(()) => machine.finish(call),
                Err(status) => machine.give_up(call, status),
            });
        })
    }
}

/// The requests of a call as they are sent.
pub(super) enum Requests {
    /// It is there until the call has begun.
    One(Option<Parcel>),
    Many(Outgoing),
}

/// What a connection is to its calls.
pub(super) struct Inner {
    shared: Shared,
    table: Table,
    /// The numbers of the methods that were called, by where their rows are: a row that is asked for again is the same one.
    numbers: RwLock<HashMap<usize, u32, BuildHasherDefault<IdHasher>>>,
    /// What runs the streams of requests, whoever polls the calls.
    runtime: Handle,
    terms: MessageTerms,
    /// What the plugin reads of what this side sends.
    encoding: Encoding,
    /// Calls that wait for a place, as a number. Nobody overtakes them.
    waiting: AtomicUsize,
}

/// A call that has begun. If nobody takes it, it is given up.
struct Begun {
    shared: Shared,
    call: Ticket,
    is_taken: bool,
}

impl Begun {
    fn take(mut self) -> Ticket {
        self.is_taken = true;
        self.call
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.is_taken {
            self.shared.with(|machine| machine.forget(self.call));
        }
    }
}

/// A call that waits for a place.
struct Waits<'a> {
    connection: &'a Inner,
    /// How many waited before it.
    before: usize,
    has_begun: bool,
}

impl<'a> Waits<'a> {
    fn new(connection: &'a Inner) -> Self {
        let before = connection.waiting.fetch_add(1, Ordering::Relaxed);
        Self { connection, before, has_begun: false }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.connection.waiting.fetch_sub(1, Ordering::Relaxed);
        if !self.has_begun {
            // The place that was left to it is the next one's.
            self.connection.shared.room().notify_one();
        }
    }
}

impl fmt::Debug for BinaryConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BinaryConnection").finish_non_exhaustive()
    }
}

impl Caller for BinaryConnection {
    fn call(&self, call: Call) -> ResponseFuture {
        Box::pin(Calling::new(Arc::clone(&self.inner), call))
    }

    fn is_connected(&self) -> bool {
        self.inner.shared.loss().is_none()
    }

    #[cfg(feature = "client")]
    fn lose(&self) {
        self.inner.shared.lose(Loss::Dropped);
    }

    fn may_wait(&self) -> bool {
        self.inner.shared.look(|machine| machine.was_full())
    }
}

/// Reads until the connection ends.
async fn drive(ends: LoseAtTheEnd, mut inbox: Inbox) {
    // It is there also where this never runs.
    let LoseAtTheEnd(shared) = &ends;
    let no_shape = |_| Shape { kind: MethodKind::UnaryUnary, limit: SizeLimit::of_connection(0, false) };
    poll_fn(|context| shared.poll_drive(context, &mut inbox, &mut VecDeque::new(), &no_shape)).await;
    if let Some(loss) = shared.loss() {
        tracing::debug!(%loss, "the connection to the plugin ended");
    }
    shared.close().await;
}

/// What a call has left of its time, in nanoseconds.
fn timeout(context: &Context) -> Option<u64> {
    context.time_left().map(|left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX))
}

fn panicked() -> Status {
    Status::internal("the stream of requests panicked; the standard error of this process says where")
}

#[cfg(all(test, feature = "_shuttle"))]
mod interleaved;
#[cfg(all(test, feature = "server", not(feature = "_shuttle")))]
mod tests;

//! A connection as a machine: frames go in, frames come out, and what follows for whom. No socket, no clock, no task.
//!
//! Both sides are this machine; [`Role`] says what one may do and the other not.
//! Whoever waits for something of a call leaves a waker; the machine hands the wakers on when it is there, and its owner wakes
//! them when nobody is in its way.

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasherDefault;
use std::task::Waker;

use bytes::Bytes;

use super::frame::Kind;
use super::id_hasher::IdHasher;
use super::incoming::{Effect, Incoming};
use super::outbox::Outbox;
use super::parcel::Parcel;
use super::window::{Credit, Window};
use crate::call::{Batch, Piece, SizeLimit};
use crate::contract::{MethodKind, Status};
use crate::limits::BINARY_TAKEN_TOGETHER_BYTES_MAX;

mod host;
#[cfg(any(test, feature = "_fuzz"))]
mod inspect;
mod plugin;
mod received;
mod records;
#[cfg(test)]
mod tests;
mod turns;

#[cfg(feature = "client")]
pub(super) use host::{Conclusion, NotNow};
pub(super) use plugin::Arrived;
use records::{Beginning, Key, Queued, Record, Records};

/// Which side this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Host,
    Plugin,
}

/// What one side takes, as its HELLO says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) frame_bytes_max: u32,
    pub(super) window_bytes: u32,
    pub(super) connection_window_bytes: u32,
    pub(super) calls_max: u32,
}

/// The shape of a method's messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) kind: MethodKind,
    pub(super) limit: SizeLimit,
}

/// A call, for whoever on this side has to do with it. It never means another call, also when that one has ended long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    key: Key,
    serial: u64,
}

/// How a call ended on the plugin's word.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// Well, and without another word.
    Ok,
    /// As the payload of a STATUS says.
    Status(Bytes),
    /// This side ended it.
    Failed(Status),
    /// The connection ended first.
    Lost,
}

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Machine {
    role: Role,
    own: Bounds,
    peer: Bounds,
    calls: Records,
    /// Of a plugin, whose ids the host chooses. A host's ids say where their call is.
    keys: HashMap<u32, Key, BuildHasherDefault<IdHasher>>,
    /// Of a host: makes its ids differ from those before.
    generation: u16,
    serial: u64,
    /// Calls of which a direction has not ended.
    under_way: usize,
    outbox: Outbox,
    /// Calls with something to send, in the order of their turns.
    turns: VecDeque<Ticket>,
    /// Those that wait for a grant of the connection, and some that did.
    starved: Vec<Ticket>,
    credit: Credit,
    window: Window,
    woken: Vec<Waker>,
    /// Whether the other side said that it will end.
    is_closing: bool,
    /// What this side said of that.
    said: Option<Goodbye>,
    has_failed: bool,
    /// Whether a call could not begin, ever: then somebody may wait for others to end.
    was_full: bool,
}

impl Machine {
    pub(super) fn new(role: Role, own: Bounds, peer: Bounds) -> Self {
        Self {
            role,
            own,
            peer,
            calls: Records::default(),
            keys: HashMap::default(),
            generation: 0,
            serial: 0,
            under_way: 0,
            outbox: Outbox::default(),
            turns: VecDeque::new(),
            starved: Vec::new(),
            credit: Credit::new(peer.connection_window_bytes),
            window: Window::new(own.connection_window_bytes),
            woken: Vec::new(),
            is_closing: false,
            said: None,
            has_failed: false,
            was_full: false,
        }
    }

    /// What waits to be written.
    pub(super) fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    /// The wakers of those for whom something is there now.
    pub(super) fn woken(&mut self) -> &mut Vec<Waker> {
        &mut self.woken
    }

    /// Has somebody woken with the others.
    pub(super) fn wake(&mut self, waker: Option<&Waker>) {
        self.woken.extend(waker.cloned());
    }

    /// Whether this side said that it will close the connection.
    pub(super) const fn said_goodbye(&self) -> bool {
        self.said.is_some()
    }

    /// Whether this side said that it closes the connection now, whatever runs on it.
    pub(super) const fn ends_now(&self) -> bool {
        matches!(self.said, Some(Goodbye::Violation | Goodbye::Refused))
    }

    /// Whether the connection is over with its last call: this side said so, or a host that makes no call any more.
    pub(super) const fn ends_with_its_calls(&self) -> bool {
        self.said.is_some() || (self.is_closing && matches!(self.role, Role::Plugin))
    }

    /// Calls of which a direction has not ended, as a number.
    pub(super) const fn under_way(&self) -> usize {
        self.under_way
    }

    /// Whether the other side said that it will end.
    pub(super) const fn is_closing(&self) -> bool {
        self.is_closing
    }

    /// Whether somebody may wait for calls to end.
    pub(super) const fn was_full(&self) -> bool {
        self.was_full
    }

    /// Whether the connection has failed.
    pub(super) const fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Whether nothing more is sent of a call, or its end is decided.
    pub(super) fn is_ending(&mut self, call: Ticket) -> bool {
        self.record(call).is_none_or(|record| record.outgoing.is_ending())
    }

    /// Whether this side is a plugin's.
    pub(super) fn is_plugin(&self) -> bool {
        self.role == Role::Plugin
    }

    /// Whether a call can be given a message, or need not be given it.
    pub(super) fn can_send(&mut self, call: Ticket) -> bool {
        self.record(call).is_none_or(|record| record.outgoing.is_free())
    }

    /// Has somebody woken when the call can be given a message.
    pub(super) fn wait_to_send(&mut self, call: Ticket, waker: &Waker) {
        if let Some(record) = self.record(call) {
            keep(&mut record.writer, waker);
        }
    }

    /// Sends a message of a call; `can_send` must say that it can. One that nobody wants any more goes nowhere.
    pub(super) fn send(&mut self, call: Ticket, message: impl Into<Parcel>) {
        if let Some(record) = self.record(call)
            && !record.outgoing.is_ending()
        {
            record.outgoing.put(message.into());
            self.push(call.key);
        }
    }

    /// Has somebody woken when something comes for the call.
    pub(super) fn wait_to_read(&mut self, call: Ticket, waker: &Waker) {
        if let Some(record) = self.record(call) {
            keep(&mut record.reader, waker);
        }
    }

    /// The next message of a call that is there.
    pub(super) fn take_next(&mut self, call: Ticket) -> Option<Parcel> {
        let record = self.record(call)?;
        let (message, effect) = record.incoming.take()?;
        let (id, is_stream) = (record.id, record.incoming.is_stream());
        self.follow(id, is_stream, effect);
        Some(message)
    }

    /// Takes the messages of a stream that are there, as they came and up to a bound. A compressed one is taken alone, and is
    /// handed on: to decompress it is long work for whoever has the machine to himself.
    pub(super) fn take_together(&mut self, call: Ticket, batch: &mut Batch) -> Option<Parcel> {
        if self.is_next_compressed(call) {
            return self.take_next(call);
        }
        let mut bytes = 0;
        while bytes < BINARY_TAKEN_TOGETHER_BYTES_MAX
            && !self.is_next_compressed(call)
            && let Some(record) = self.record(call)
            && let Some((piece, effect)) = record.incoming.take_together()
        {
            let (id, is_stream) = (record.id, record.incoming.is_stream());
            self.follow(id, is_stream, effect);
            let (Piece::One(messages) | Piece::Several(messages)) = &piece;
            bytes += messages.len() + size_of::<Piece>();
            batch.put_piece(piece);
        }
        None
    }

    fn is_next_compressed(&mut self, call: Ticket) -> bool {
        self.record(call).is_some_and(|record| record.incoming.is_next_compressed())
    }

    /// How a call ended on the other side's word, if it has. On a host messages that are there come first. A call of a plugin
    /// that has outlived its record was lost.
    pub(super) fn outcome(&mut self, call: Ticket) -> Option<Outcome> {
        self.record(call).map_or(Some(Outcome::Lost), |record| record.outcome.clone())
    }

    fn record(&mut self, call: Ticket) -> Option<&mut Record> {
        self.calls.of(call)
    }

    /// Begins a call.
    fn insert(&mut self, id: u32, shape: Shape) -> Ticket {
        self.serial += 1;
        let serial = self.serial;
        let (requests, responses) = (shape.kind.streams_requests(), shape.kind.streams_responses());
        let (streams_in, streams_out) = match self.role {
            Role::Host => (responses, requests),
            Role::Plugin => (requests, responses),
        };
        let key = self.calls.insert(Beginning {
            id,
            serial,
            limit: shape.limit,
            incoming_window: self.own.window_bytes,
            outgoing_window: self.peer.window_bytes,
            streams_in,
            streams_out,
        });
        self.under_way += 1;
        Ticket { key, serial }
    }

    /// Grants what was taken.
    fn follow(&mut self, id: u32, is_stream: bool, effect: Effect) {
        if let Some(grant) = effect.grant {
            self.outbox.frame(Kind::Window, 0, id, &grant.to_le_bytes());
        }
        if is_stream {
            self.give_back(effect.taken);
        }
    }

    fn give_back(&mut self, taken: i64) {
        if let Some(grant) = self.window.take(taken) {
            self.outbox.frame(Kind::Window, 0, 0, &grant.to_le_bytes());
        }
    }

    /// Nobody reads what comes for the call any more.
    fn discard(&mut self, key: Key) {
        let Some(record) = self.calls.get_mut(key) else { return };
        let held = record.incoming.discard();
        if record.incoming.is_stream() {
            self.give_back(held);
        }
    }

    /// A direction of a call may have ended. With both the id is free again.
    fn settle(&mut self, key: Key) {
        let Some(record) = self.calls.get_mut(key) else { return };
        if record.is_over || !(record.incoming.has_ended() && record.outgoing.has_ended()) {
            return;
        }
        record.is_over = true;
        self.under_way -= 1;
        // What a host has read waits for its caller.
        if self.role == Role::Plugin || record.is_forgotten {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: Key) {
        self.discard(key);
        if let Some(record) = self.calls.get_mut(key) {
            self.keys.remove(&record.id);
            self.woken.extend(record.writer.take());
            self.woken.extend(record.reader.take());
            self.calls.remove(key);
        }
    }

    fn find(&self, id: u32) -> Option<Key> {
        match self.role {
            Role::Plugin => self.keys.get(&id).copied(),
            Role::Host => {
                let key = host::key_of(id)?;
                self.calls.get(key).filter(|record| record.id == id && !record.is_over).map(|_| key)
            }
        }
    }

    /// Asks for a sign of life.
    pub(super) fn ping(&mut self) {
        self.outbox.frame(Kind::Ping, 0, 0, &[0; 8]);
    }

    /// Says why this side will close the connection. It is said once, and once more if it may not wait for calls any longer.
    pub(super) fn goodbye(&mut self, reason: Goodbye, text: &str) {
        if self.ends_now() || (self.said.is_some() && reason == Goodbye::Orderly) {
            return;
        }
        self.said = Some(reason);
        self.outbox.frame(Kind::Goodbye, 0, 0, &reason.payload(text));
    }

    /// The connection has ended, and with it every call. `outcome` says how.
    pub(super) fn fail(&mut self, outcome: &Outcome) {
        self.has_failed = true;
        self.turns.clear();
        self.starved.clear();
        let keys: Vec<Key> = self.calls.iter().map(|(key, _)| key).collect();
        for key in keys {
            let Some(record) = self.calls.get_mut(key) else { continue };
            record.outgoing.stop();
            if !record.incoming.has_ended() {
                record.incoming.end();
                record.outcome.get_or_insert_with(|| outcome.clone());
            }
            self.woken.extend(record.reader.take().into_iter().chain(record.writer.take()));
            self.settle(key);
        }
    }
}

/// The longest text of a GOODBYE, in bytes.
const GOODBYE_TEXT_BYTES_MAX: usize = 512;

/// Why a side closes the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goodbye {
    Orderly,
    Violation,
    Refused,
}

impl Goodbye {
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Orderly => 0,
            Self::Violation => 1,
            Self::Refused => 3,
        }
    }

    /// What stands in a GOODBYE. A text that is too long is cut between two characters.
    pub(super) fn payload(self, text: &str) -> Vec<u8> {
        let fits = |end: &usize| text.is_char_boundary(*end);
        let end = (0..=GOODBYE_TEXT_BYTES_MAX.min(text.len())).rfind(fits).unwrap_or_default();
        let text = text.get(..end).unwrap_or_default();
        [&[self.number()], text.as_bytes()].concat()
    }
}

/// Remembers a waker, and leaves it where it is the same already.
fn keep(slot: &mut Option<Waker>, waker: &Waker) {
    match slot {
        Some(before) if before.will_wake(waker) => {}
        slot => *slot = Some(waker.clone()),
    }
}

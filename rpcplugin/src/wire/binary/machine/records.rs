//! What is known of the calls of a connection, and where it is kept.

use std::task::Waker;

use bytes::Bytes;

use super::{Outcome, Ticket};
use crate::call::SizeLimit;
use crate::wire::binary::incoming::Incoming;
use crate::wire::binary::outgoing::Outgoing;

/// Where a call is in the table.
pub(super) type Key = usize;

/// Where a call waits to send, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queued {
    No,
    Turns,
    /// For a grant of the connection.
    Starved,
}

/// A call that begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning {
    pub(super) id: u32,
    /// Of all calls of the connection no two have the same, and none has 0.
    pub(super) serial: u64,
    /// Of a message that comes.
    pub(super) limit: SizeLimit,
    pub(super) incoming_window: u32,
    pub(super) outgoing_window: u32,
    pub(super) streams_in: bool,
    pub(super) streams_out: bool,
}

/// What is known of a call.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: u32,
    /// 0 of no call: the place is free, and holds nothing.
    pub(super) serial: u64,
    pub(super) incoming: Incoming,
    pub(super) outgoing: Outgoing,
    /// The payload of a HEADERS.
    pub(super) initial: Option<Bytes>,
    pub(super) had_initial: bool,
    /// How it ended: on the host by the plugin's word, on the plugin by the host's.
    pub(super) outcome: Option<Outcome>,
    /// Nobody on this side is interested any more: it goes when both directions have ended.
    pub(super) is_forgotten: bool,
    /// Both directions have ended.
    pub(super) is_over: bool,
    /// The host gave it up.
    pub(super) is_cancelled: bool,
    pub(super) queued: Queued,
    /// Whoever waits for what comes in.
    pub(super) reader: Option<Waker>,
    /// Whoever waits for room to send.
    pub(super) writer: Option<Waker>,
}

impl Record {
    fn new(call: Beginning) -> Self {
        Self {
            id: call.id,
            serial: call.serial,
            incoming: Incoming::new(call.incoming_window, call.limit, call.streams_in),
            outgoing: Outgoing::new(call.outgoing_window, call.streams_out),
            initial: None,
            had_initial: false,
            outcome: None,
            is_forgotten: false,
            is_over: false,
            is_cancelled: false,
            queued: Queued::No,
            reader: None,
            writer: None,
        }
    }

    /// The place of a call that is gone holds nothing: only what can be copied is to be set.
    fn renew(&mut self, call: Beginning) {
        (self.id, self.serial) = (call.id, call.serial);
        self.incoming.renew(call.incoming_window, call.limit, call.streams_in);
        self.outgoing.renew(call.outgoing_window, call.streams_out);
        (self.had_initial, self.is_forgotten, self.is_over, self.is_cancelled) = (false, false, false, false);
        self.queued = Queued::No;
    }

    /// Lets go of everything.
    fn clear(&mut self) {
        self.serial = 0;
        self.incoming.clear();
        self.outgoing.clear();
        (self.initial, self.outcome) = (None, None);
        (self.reader, self.writer) = (None, None);
    }

    /// Whether it is this call, and waits for a grant of the connection.
    pub(super) fn starves(&self, call: Ticket) -> bool {
        self.serial == call.serial && self.queued == Queued::Starved
    }
}

/// The calls of a connection. The place of one that has gone is the next one's: its record is not moved.
#[derive(Debug, Default)]
pub(super) struct Records {
    places: Vec<Record>,
    free: Vec<Key>,
}

impl Records {
    /// The calls, as a number.
    pub(super) fn len(&self) -> usize {
        self.places.len().saturating_sub(self.free.len())
    }

    /// Where the next call will be.
    pub(super) fn free_key(&self) -> Key {
        self.free.last().copied().unwrap_or(self.places.len())
    }

    pub(super) fn insert(&mut self, call: Beginning) -> Key {
        let key = self.free_key();
        match self.places.get_mut(key) {
            Some(record) => {
                record.renew(call);
                self.free.pop();
            }
            None => self.places.push(Record::new(call)),
        }
        key
    }

    pub(super) fn get(&self, key: Key) -> Option<&Record> {
        self.places.get(key).filter(|record| record.serial != 0)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Record> {
        self.places.get_mut(key).filter(|record| record.serial != 0)
    }

    /// The record of a call, unless it has gone.
    pub(super) fn of(&mut self, call: Ticket) -> Option<&mut Record> {
        self.places.get_mut(call.key).filter(|record| record.serial == call.serial)
    }

    pub(super) fn remove(&mut self, key: Key) {
        if let Some(record) = self.get_mut(key) {
            record.clear();
            self.free.push(key);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Record)> {
        self.places.iter().enumerate().filter(|(_, record)| record.serial != 0)
    }
}

//! What only a host does: it makes calls and gives them up.

use bytes::Bytes;

use super::{Key, Machine, Outcome, Shape, Ticket};
use crate::contract::Status;
use crate::limits::{BINARY_CALLS_MAX, BINARY_PLACES};
use crate::wire::binary::frame::{Kind, Opening};
use crate::wire::binary::outgoing::PayloadLimit;
use crate::wire::binary::parcel::Parcel;

/// A call that cannot begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wire::binary) enum NotNow {
    /// As many are under way as the plugin takes.
    Full,
    /// There is no place for another answer: too many have come that nobody has read. To wait could be for ever.
    Unread,
}

/// The answer of a call with one response.
#[derive(Debug)]
pub(in crate::wire::binary) struct Conclusion {
    pub(in crate::wire::binary) initial: Option<Bytes>,
    pub(in crate::wire::binary) message: Option<Parcel>,
    pub(in crate::wire::binary) outcome: Outcome,
}

/// The bits of an id that say where its call is; the others make it differ from those before.
const KEY_BITS: u32 = BINARY_PLACES.count_ones();

/// Where the call of an id would be.
pub(super) fn key_of(id: u32) -> Option<Key> {
    let place = id & ((1 << KEY_BITS) - 1);
    place.checked_sub(1).and_then(|key| key.try_into().ok())
}

impl Machine {
    /// Whether a call may begin though so many others wait for a place.
    pub(in crate::wire::binary) fn has_room_behind(&mut self, others: usize) -> bool {
        let has_room = self.under_way.saturating_add(others) < self.calls_max();
        self.was_full |= !has_room;
        has_room
    }

    /// Begins a call. `message` is its one request, and is taken if the call begins; a stream of them is sent later.
    pub(in crate::wire::binary) fn begin(
        &mut self,
        opening: &Opening,
        shape: Shape,
        message: &mut Option<Parcel>,
    ) -> Result<Ticket, NotNow> {
        if self.under_way >= self.calls_max() {
            self.was_full = true;
            return Err(NotNow::Full);
        }
        let place = u32::try_from(self.calls.free_key() + 1).unwrap_or(u32::MAX);
        if place > BINARY_PLACES {
            return Err(NotNow::Unread);
        }
        self.generation = self.generation.wrapping_add(1);
        let id = (u32::from(self.generation) << KEY_BITS) | place;
        let call = self.insert(id, shape);
        let limit = PayloadLimit::new(self.peer.frame_bytes_max);
        if let Some(record) = self.calls.get_mut(call.key) {
            if let Some(message) = message.take() {
                record.outgoing.put(message);
                record.outgoing.end();
            }
            record.outgoing.open(id, opening, limit, &mut self.credit, &mut self.outbox);
        }
        self.push(call.key);
        Ok(call)
    }

    /// Calls that may be under way at once, as a number.
    pub(in crate::wire::binary) fn calls_max(&self) -> usize {
        usize::try_from(self.peer.calls_max).unwrap_or(usize::MAX).min(BINARY_CALLS_MAX)
    }

    /// The requests of a call are all sent.
    pub(in crate::wire::binary) fn finish(&mut self, call: Ticket) {
        if let Some(record) = self.record(call)
            && !record.outgoing.is_ending()
        {
            record.outgoing.end();
            self.push(call.key);
        }
    }

    /// The whole answer of a call with one response, once it has ended. The call is forgotten with it.
    pub(in crate::wire::binary) fn conclude(&mut self, call: Ticket) -> Option<Conclusion> {
        let Some(record) = self.record(call) else {
            return Some(Conclusion { initial: None, message: None, outcome: Outcome::Lost });
        };
        if record.is_over && !record.incoming.is_stream() {
            // The usual end, without what others need.
            let outcome = record.outcome.take()?;
            let initial = record.initial.take();
            let message = record.incoming.take().map(|(message, _)| message);
            self.calls.remove(call.key);
            return Some(Conclusion { initial, message, outcome });
        }
        let outcome = record.outcome.clone()?;
        let initial = record.initial.take();
        let message = self.take_next(call);
        self.forget(call);
        Some(Conclusion { initial, message, outcome })
    }

    /// This side ends a call, if it has not ended: an answer that is there stays.
    pub(in crate::wire::binary) fn give_up(&mut self, call: Ticket, status: Status) {
        let Some(record) = self.record(call).filter(|record| record.outcome.is_none()) else { return };
        record.outcome = Some(Outcome::Failed(status));
        let reader = record.reader.take();
        self.woken.extend(reader);
        self.discard(call.key);
        self.cancel(call.key);
    }

    /// The payload of the HEADERS of an answer, once.
    pub(in crate::wire::binary) fn take_initial(&mut self, call: Ticket) -> Option<Bytes> {
        self.record(call)?.initial.take()
    }

    /// Whether anything of the answer is there: its metadata, a message, its end.
    pub(in crate::wire::binary) fn is_answered(&mut self, call: Ticket) -> bool {
        self.record(call).is_none_or(|record| {
            record.initial.is_some() || record.incoming.has_begun() || record.outcome.is_some()
        })
    }

    /// Nobody waits for a call any more: it is given up where it runs.
    pub(in crate::wire::binary) fn forget(&mut self, call: Ticket) {
        let Some(record) = self.record(call) else { return };
        record.is_forgotten = true;
        (record.reader, record.writer) = (None, None);
        if record.is_over {
            return self.remove(call.key);
        }
        self.cancel(call.key);
        self.discard(call.key);
    }

    /// Tells the plugin that a call is given up, or that its requests do not matter any more.
    pub(super) fn cancel(&mut self, key: Key) {
        let Some(record) = self.calls.get_mut(key) else { return };
        if !record.is_cancelled && !record.is_over && !self.has_failed {
            record.is_cancelled = true;
            record.outgoing.stop();
            self.outbox.frame(Kind::Cancel, 0, record.id, &[]);
            self.woken.extend(record.writer.take());
        }
    }
}

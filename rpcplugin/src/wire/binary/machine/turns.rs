//! Who sends next? Calls with something to send take turns, a part of a message each.

use super::{Key, Machine, Queued, Ticket};
use crate::call::Batch;
use crate::wire::binary::outgoing::{PayloadLimit, Turn};

impl Machine {
    /// Fills the outbox as far as it shall be: calls take turns, a part each.
    pub(in crate::wire::binary) fn fill(&mut self) {
        while self.outbox.has_room() {
            let Some(call) = self.turns.pop_front() else { return };
            self.turn(call);
        }
    }

    /// Gives a call its turn. One that has ended since it was queued has none, whoever is in its place.
    pub(super) fn turn(&mut self, call: Ticket) {
        let Some(record) = self.calls.of(call) else {
            return;
        };
        let limit = PayloadLimit::new(self.peer.frame_bytes_max);
        let turn = record.outgoing.turn(record.id, limit, &mut self.credit, &mut self.outbox);
        if record.outgoing.is_free() {
            self.woken.extend(record.writer.take());
        }
        record.queued = match turn {
            Turn::More => Queued::Turns,
            Turn::NoConnectionCredit => Queued::Starved,
            // A grant for it gives it another turn.
            Turn::Done | Turn::NoCredit => Queued::No,
        };
        match record.queued {
            Queued::Turns => self.turns.push_back(call),
            Queued::Starved => self.starve(call),
            Queued::No => self.settle(call.key),
        }
    }

    /// Has a call wait for a grant of the connection.
    pub(super) fn starve(&mut self, call: Ticket) {
        // Who ended without a grant has left its place behind.
        if self.starved.len() > 2 * self.calls.len() {
            let calls = &self.calls;
            self.starved.retain(|call| calls.get(call.key).is_some_and(|record| record.starves(*call)));
        }
        self.starved.push(call);
    }

    /// Lets a call send what it has, if nothing waits before it; or has it wait.
    pub(super) fn push(&mut self, key: Key) {
        let Some(record) = self.calls.get_mut(key) else { return };
        let has_its_turn = match record.queued {
            Queued::No => false,
            Queued::Turns => true,
            // An end needs no grant.
            Queued::Starved => !record.outgoing.is_free(),
        };
        if has_its_turn || !record.outgoing.has_something() {
            return;
        }
        let call = Ticket { key, serial: record.serial };
        if self.turns.is_empty() && self.outbox.has_room() {
            self.turn(call);
            // An end behind a message, and what is left of a long one.
            self.fill();
        } else {
            record.queued = Queued::Turns;
            self.turns.push_back(call);
        }
    }

    /// The connection was granted more: who waited for it gets a turn.
    pub(super) fn feed(&mut self) {
        for call in std::mem::take(&mut self.starved) {
            if let Some(record) = self.calls.get_mut(call.key)
                && record.starves(call)
            {
                record.queued = Queued::Turns;
                self.turns.push_back(call);
            }
        }
        self.fill();
    }

    /// Sends messages of a stream that are small together, as many as may go at once.
    pub(in crate::wire::binary) fn send_several(&mut self, call: Ticket, batch: &mut Batch) {
        let Some(record) = self.calls.of(call) else {
            return;
        };
        let limit = PayloadLimit::new(self.peer.frame_bytes_max);
        while record.queued == Queued::No && self.turns.is_empty() && self.outbox.has_room() {
            let room = record.outgoing.room_for_several(limit, &self.credit);
            // One alone needs no length.
            let Some(messages) = batch.several(room) else { return };
            record.outgoing.sent_several(messages.len(), &mut self.credit);
            self.outbox.several(record.id, &messages);
        }
    }
}

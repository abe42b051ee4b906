//! What only a plugin does: it takes calls and answers them.

use bytes::Bytes;

use super::{Machine, Shape, Ticket};
use crate::wire::binary::Violation;
use crate::wire::binary::frame::{Frame, Kind, Opening};
use crate::wire::binary::parcel::Parcel;

/// A call that has come.
#[derive(Clone, Debug)]
pub(in crate::wire::binary) struct Arrived {
    pub(in crate::wire::binary) call: Ticket,
    /// The method's place in the table. It may be none.
    pub(in crate::wire::binary) method: u32,
    /// In nanoseconds.
    pub(in crate::wire::binary) timeout: Option<u64>,
    /// As it travels.
    pub(in crate::wire::binary) metadata: Option<Bytes>,
    /// Its one request, where that came with it and was taken.
    pub(in crate::wire::binary) request: Option<Parcel>,
}

impl Machine {
    /// A call comes. `shape` knows the messages of a method.
    pub(super) fn arrive(
        &mut self,
        frame: &Frame,
        shape: impl FnOnce(u32) -> Shape,
    ) -> Result<Arrived, Violation> {
        let limit = self.own.calls_max;
        if self.under_way >= usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(Violation::TooManyCalls { call: frame.call, limit });
        }
        if frame.call == 0 {
            return Err(frame.out_of_place("0 is no id of a call"));
        }
        if self.keys.contains_key(&frame.call) {
            return Err(frame.out_of_place("the id is in use"));
        }
        let (Opening { method, timeout, metadata }, part) = Opening::read(frame)?;
        let call = self.insert(frame.call, shape(method));
        self.keys.insert(frame.call, call.key);
        self.incoming(call.key, frame, part)?;
        Ok(Arrived { call, method, timeout, metadata, request: None })
    }

    /// The request of a call that has one, if all of it is there.
    pub(in crate::wire::binary) fn take_only_request(&mut self, call: Ticket) -> Option<Parcel> {
        let record = self.record(call)?;
        let is_there =
            record.incoming.has_ended() && !record.incoming.is_stream() && record.outcome.is_none();
        if !is_there {
            return None;
        }
        // The window of a direction that has ended is nobody's.
        record.incoming.take().map(|(request, _)| request)
    }

    /// Whether all requests of a call are there, or will never be.
    pub(in crate::wire::binary) fn requests_ended(&mut self, call: Ticket) -> bool {
        self.record(call).is_none_or(|record| record.incoming.has_ended())
    }

    /// Nobody reads the requests of a call any more.
    pub(in crate::wire::binary) fn discard_requests(&mut self, call: Ticket) {
        if self.record(call).is_some() {
            self.discard(call.key);
        }
    }

    /// Sends the metadata that comes before the first message.
    pub(in crate::wire::binary) fn send_initial(&mut self, call: Ticket, metadata: &[u8]) {
        if let Some(record) = self.record(call)
            && !record.outgoing.is_ending()
        {
            let id = record.id;
            self.outbox.frame(Kind::Headers, 0, id, metadata);
        }
    }

    /// Says that a call is being answered, though no message is there: its caller may wait for that.
    pub(in crate::wire::binary) fn begin_answer(&mut self, call: Ticket) {
        self.send_initial(call, &[]);
    }

    /// Ends a call well, behind a last message if there is one.
    pub(in crate::wire::binary) fn end(&mut self, call: Ticket, message: Option<Parcel>) {
        let Some(record) = self.record(call) else { return };
        if record.outgoing.is_ending() {
            return;
        }
        if let Some(message) = message {
            record.outgoing.put(message);
        }
        record.outgoing.end();
        let has_come = record.incoming.has_ended() && !record.incoming.is_stream();
        if has_come && self.turns.is_empty() && self.outbox.has_room() {
            // The usual end, without what others need.
            return self.turn(call);
        }
        self.answered(call);
    }

    /// Ends a call with the payload of a STATUS. `breaks_off` leaves out what was not sent yet.
    pub(in crate::wire::binary) fn end_with(&mut self, call: Ticket, status: Bytes, breaks_off: bool) {
        let Some(record) = self.record(call) else { return };
        record.outgoing.end_with(status, breaks_off);
        self.answered(call);
    }

    /// Nobody reads the requests of a call that was answered.
    fn answered(&mut self, call: Ticket) {
        self.discard(call.key);
        self.push(call.key);
    }

    /// A call is over for the host.
    pub(super) fn given_up(&mut self, frame: &Frame) {
        let Some(key) = self.find(frame.call) else { return };
        let Some(record) = self.calls.get_mut(key) else { return };
        record.outcome.get_or_insert(super::Outcome::Lost);
        record.incoming.end();
        record.outgoing.give_up();
        self.woken.extend(record.reader.take().into_iter().chain(record.writer.take()));
        // An answer that waited for a grant ends now.
        self.push(key);
        self.settle(key);
    }
}

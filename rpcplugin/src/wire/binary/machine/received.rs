//! A frame that has come, and what follows from it.

use bytes::Bytes;

use super::plugin::Arrived;
use super::{Key, Machine, Outcome, Role, Shape};
use crate::contract::Status;
use crate::limits::{BINARY_COPIED_BYTES_MAX, BINARY_UNREAD_OUTBOX_BYTES_MAX};
use crate::wire::binary::Violation;
use crate::wire::binary::frame::{Flags, Frame, Kind};

impl Machine {
    /// Takes a frame in. A plugin gets the call that begins with it; `shape` knows the messages of a method.
    pub(in crate::wire::binary) fn receive(
        &mut self,
        frame: &Frame,
        shape: impl FnOnce(u32) -> Shape,
    ) -> Result<Option<Arrived>, Violation> {
        if frame.call != 0 && matches!(frame.kind, Kind::Ping | Kind::Goodbye) {
            return Err(frame.out_of_place("it is for the connection, and no call has it"));
        }
        match (frame.kind, self.role) {
            (Kind::Call, Role::Plugin) => return self.arrive(frame, shape).map(Some),
            (Kind::Message, _) => self.message(frame)?,
            (Kind::Headers, Role::Host) => self.headers(frame)?,
            (Kind::Status, Role::Host) => self.status(frame)?,
            (Kind::Cancel, Role::Plugin) => {
                if !frame.payload.is_empty() {
                    return Err(frame.bad_payload());
                }
                self.given_up(frame);
            }
            (Kind::Window, _) => self.granted(frame)?,
            (Kind::Ping, _) => self.pinged(frame)?,
            (Kind::Goodbye, _) => self.hear_goodbye(frame)?,
            (Kind::Extension, _) => {}
            (Kind::Hello | Kind::Methods, _) => {
                return Err(frame.out_of_place("it belongs to the beginning of the connection"));
            }
            (Kind::Call | Kind::Cancel, Role::Host) => {
                return Err(frame.out_of_place("a plugin makes no calls"));
            }
            (Kind::Headers | Kind::Status, Role::Plugin) => {
                return Err(frame.out_of_place("a host answers no calls"));
            }
        }
        Ok(None)
    }

    fn known(&self, frame: &Frame) -> Result<Key, Violation> {
        self.find(frame.call).ok_or_else(|| frame.out_of_place("no call has this id"))
    }

    fn message(&mut self, frame: &Frame) -> Result<(), Violation> {
        let key = self.known(frame)?;
        if !frame.flags.has(Flags::PART) && !frame.payload.is_empty() {
            return Err(frame.bad_payload());
        }
        self.incoming(key, frame, frame.payload.clone())
    }

    /// A part of a message, the end of a direction, or both.
    pub(super) fn incoming(&mut self, key: Key, frame: &Frame, part: Bytes) -> Result<(), Violation> {
        let Some(record) = self.calls.get_mut(key) else { return Ok(()) };
        let is_stream = record.incoming.is_stream();
        if is_stream && frame.flags.has(Flags::PART) {
            self.window.spend(0, super::Incoming::cost_of(&part))?;
        }
        let is_awaited = record.reader.is_some() && !record.incoming.has_message();
        let part = match is_stream && !is_awaited && part.len() <= BINARY_COPIED_BYTES_MAX {
            // It may wait for long, and is not to hold all that was read with it.
            true => Bytes::copy_from_slice(&part),
            false => part,
        };
        let (effect, refused) = record.incoming.receive(frame, part)?;
        let (has_ended, is_refused) = (record.incoming.has_ended(), refused.is_some());
        // What is refused has not ended well, also where its end comes with it.
        let outcome = refused.map(Outcome::Failed);
        let outcome = outcome.or_else(|| (has_ended && self.role == Role::Host).then_some(Outcome::Ok));
        if let Some(outcome) = outcome {
            record.outcome.get_or_insert(outcome);
        }
        self.woken.extend(record.reader.take());
        self.follow(frame.call, is_stream, effect);
        // What has ended need not be cancelled.
        if is_refused && (self.role == Role::Plugin || !has_ended) {
            self.refuse(key);
        }
        if has_ended {
            self.end_of_incoming(key);
        }
        Ok(())
    }

    /// A call cannot go on, and it is the other side's doing. What came before is there.
    fn refuse(&mut self, key: Key) {
        if self.role == Role::Host {
            self.cancel(key);
        } else if let Some(record) = self.calls.get_mut(key) {
            self.woken.extend(record.writer.take());
        }
    }

    /// A host that still sends requests of a call that was answered says that it stops.
    fn end_of_incoming(&mut self, key: Key) {
        if self.role == Role::Host && self.calls.get(key).is_some_and(|record| !record.outgoing.has_ended()) {
            self.cancel(key);
        }
        self.settle(key);
    }

    fn headers(&mut self, frame: &Frame) -> Result<(), Violation> {
        let key = self.known(frame)?;
        let Some(record) = self.calls.get_mut(key) else { return Ok(()) };
        if record.had_initial || record.incoming.has_begun() || record.incoming.has_ended() {
            return Err(frame.out_of_place("it comes once, and before the first message"));
        }
        record.had_initial = true;
        record.initial = Some(frame.payload.clone());
        self.woken.extend(record.reader.take());
        Ok(())
    }

    fn status(&mut self, frame: &Frame) -> Result<(), Violation> {
        let key = self.known(frame)?;
        let Some(record) = self.calls.get_mut(key) else { return Ok(()) };
        if record.incoming.has_ended() {
            return Err(frame.out_of_place("the call has ended"));
        }
        let outcome = match record.incoming.is_within_message() && frame.payload.first() == Some(&OK) {
            // Else it would look complete.
            true => Outcome::Failed(Status::internal(
                "the plugin ended the call well within a message: report this to its authors",
            )),
            false => Outcome::Status(frame.payload.clone()),
        };
        record.incoming.end();
        record.outcome.get_or_insert(outcome);
        self.woken.extend(record.reader.take());
        self.end_of_incoming(key);
        Ok(())
    }

    fn granted(&mut self, frame: &Frame) -> Result<(), Violation> {
        let grant = frame.granted()?;
        if frame.call == 0 {
            self.credit.grant(0, grant)?;
            self.feed();
            return Ok(());
        }
        // It may cross with the end of its call.
        let Some(key) = self.find(frame.call) else { return Ok(()) };
        let Some(record) = self.calls.get_mut(key) else { return Ok(()) };
        record.outgoing.credit().grant(frame.call, grant)?;
        self.push(key);
        Ok(())
    }

    fn pinged(&mut self, frame: &Frame) -> Result<(), Violation> {
        if frame.payload.len() != 8 {
            return Err(frame.bad_payload());
        }
        // Who asks and reads no answers needs no more of them.
        if !frame.flags.has(Flags::ANSWER) && self.outbox.len() <= BINARY_UNREAD_OUTBOX_BYTES_MAX {
            self.outbox.frame(Kind::Ping, Flags::ANSWER, 0, &frame.payload);
        }
        Ok(())
    }

    fn hear_goodbye(&mut self, frame: &Frame) -> Result<(), Violation> {
        let (reason, text) = frame.payload.split_first().ok_or_else(|| frame.bad_payload())?;
        if *reason == super::Goodbye::Orderly.number() {
            self.is_closing = true;
            return Ok(());
        }
        Err(Violation::accused(*reason, text))
    }
}

/// The code with which the payload of a STATUS begins where a call ended well.
const OK: u8 = 0;

//! The direction of a call that comes in: parts become messages, which wait until they are taken.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::Violation;
use super::frame::{Flags, Frame, PART_COST};
use super::parcel::Parcel;
use super::window::Window;
use crate::call::{Piece, SizeLimit, next_of};
use crate::contract::Status;

/// What this side has of a direction.
#[derive(Debug)]
pub(super) struct Incoming {
    limit: SizeLimit,
    is_stream: bool,
    window: Window,
    first: Option<Complete>,
    rest: VecDeque<Complete>,
    partial: Option<Partial>,
    had_message: bool,
    /// Its last part is there, or nothing of it matters any more.
    has_ended: bool,
    /// Nobody takes messages that are not complete yet: what comes is thrown away.
    is_discarded: bool,
}

#[derive(Debug)]
struct Complete {
    bytes: Bytes,
    form: Form,
    /// What is to be granted when it is taken.
    cost: i64,
}

/// What the bytes of a message are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Compressed,
    /// Several messages, each with its length before it.
    Several,
}

/// A message of which something is missing.
#[derive(Debug, Default)]
struct Partial {
    bytes: BytesMut,
    /// What it has cost and was not granted again.
    cost: i64,
}

/// What follows from a part, or from a message that was taken.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// A grant for the call.
    pub(super) grant: Option<u32>,
    /// What the connection may grant again, in bytes.
    pub(super) taken: i64,
}

impl Incoming {
    pub(super) fn new(window_bytes: u32, limit: SizeLimit, is_stream: bool) -> Self {
        Self {
            limit,
            is_stream,
            window: Window::new(window_bytes),
            first: None,
            rest: VecDeque::new(),
            partial: None,
            had_message: false,
            has_ended: false,
            is_discarded: false,
        }
    }

    /// For another call, after [`clear`](Self::clear).
    pub(super) fn renew(&mut self, window_bytes: u32, limit: SizeLimit, is_stream: bool) {
        (self.limit, self.is_stream, self.window) = (limit, is_stream, Window::new(window_bytes));
        (self.had_message, self.has_ended, self.is_discarded) = (false, false, false);
    }

    /// Lets go of all messages.
    pub(super) fn clear(&mut self) {
        (self.first, self.partial) = (None, None);
        if self.rest.capacity() > 0 {
            // What one stream took is not kept for the next call.
            self.rest = VecDeque::new();
        }
    }

    /// Whether it counts for the connection.
    pub(super) const fn is_stream(&self) -> bool {
        self.is_stream
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Whether something of it has come.
    pub(super) const fn has_begun(&self) -> bool {
        self.had_message || self.partial.is_some()
    }

    /// Whether a message has begun, and somebody would want it.
    pub(super) const fn is_within_message(&self) -> bool {
        self.partial.is_some() && !self.is_discarded
    }

    /// Whether a message is there to be taken.
    pub(super) const fn has_message(&self) -> bool {
        self.first.is_some()
    }

    /// The cost of a frame with a part of so many bytes.
    pub(super) fn cost_of(part: &Bytes) -> i64 {
        i64::try_from(part.len()).unwrap_or(i64::MAX - i64::from(PART_COST)) + i64::from(PART_COST)
    }

    /// Takes in what a frame says of this direction. `part` is the part of a message, if the flags say that there is one.
    ///
    /// A message over its limit is the error of one call, and the caller's to tell; breaking a rule is the end of the
    /// connection.
    pub(super) fn receive(
        &mut self,
        frame: &Frame,
        part: Bytes,
    ) -> Result<(Effect, Option<Status>), Violation> {
        if self.has_ended {
            return Err(frame.out_of_place("this direction of the call has ended"));
        }
        let mut effect = Effect::default();
        let mut refused = None;
        if frame.flags.has(Flags::PART) {
            let cost = Self::cost_of(&part);
            self.window.spend(frame.call, cost)?;
            if self.is_discarded {
                effect.taken = cost;
            } else if frame.has_several() {
                refused = self.several(frame, part, cost, &mut effect)?;
            } else {
                refused = self.part(frame, part, cost, &mut effect)?;
            }
        }
        if frame.flags.has(Flags::END) {
            if self.partial.is_some() && !self.is_discarded {
                return Err(frame.out_of_place("a message ends before its last part"));
            }
            self.has_ended = true;
        }
        Ok((effect, refused))
    }

    /// Whole messages, which stay together until they are taken.
    fn several(
        &mut self,
        frame: &Frame,
        messages: Bytes,
        cost: i64,
        effect: &mut Effect,
    ) -> Result<Option<Status>, Violation> {
        if !self.is_stream || self.partial.is_some() {
            return Err(
                frame.out_of_place("several messages are for a stream, and for none that has begun one")
            );
        }
        if messages.is_empty() {
            return Err(frame.bad_payload());
        }
        // A rule that is broken further on goes before a limit.
        let longest =
            frame.lengths().try_fold(0, |longest, length| length.map(|length| length.max(longest)))?;
        if self.limit.check(longest).is_ok() {
            self.complete(messages, Form::Several, cost);
            return Ok(None);
        }
        let mut before = 0;
        for length in frame.lengths() {
            let length = length?;
            if let Err(status) = self.limit.check(length) {
                // Those before it are as good as if they had come alone.
                let messages = messages.slice(..before);
                match messages.is_empty() {
                    true => effect.taken += cost,
                    false => self.complete(messages, Form::Several, cost),
                }
                effect.taken += self.refuse();
                return Ok(Some(status));
            }
            before += size_of::<u32>() + length;
        }
        Ok(None)
    }

    fn part(
        &mut self,
        frame: &Frame,
        part: Bytes,
        cost: i64,
        effect: &mut Effect,
    ) -> Result<Option<Status>, Violation> {
        if self.partial.is_none() && self.had_message && !self.is_stream {
            return Err(
                frame.out_of_place("the method has one message in this direction, and this is another")
            );
        }
        let before = self.partial.as_ref().map_or(0, |partial| partial.bytes.len());
        if let Err(status) = self.limit.check(before.saturating_add(part.len())) {
            // Before the end is looked at, which this part may have as well.
            effect.taken += cost + self.refuse();
            return Ok(Some(status));
        }
        let nobody_waits_behind = self.first.is_none();
        let form = if frame.flags.has(Flags::COMPRESSED) { Form::Compressed } else { Form::Plain };
        match (frame.flags.has(Flags::MORE), self.partial.take()) {
            (false, None) => self.complete(part, form, cost),
            (false, Some(mut partial)) => {
                partial.bytes.extend_from_slice(&part);
                self.complete(partial.bytes.freeze(), form, partial.cost + cost);
            }
            (true, partial) => {
                let mut partial = partial.unwrap_or_default();
                partial.bytes.extend_from_slice(&part);
                partial.cost += cost;
                if nobody_waits_behind {
                    // Or it could never be complete: it may be longer than the window.
                    self.return_cost(std::mem::take(&mut partial.cost), effect);
                }
                self.partial = Some(partial);
            }
        }
        Ok(None)
    }

    fn complete(&mut self, bytes: Bytes, form: Form, cost: i64) {
        let message = Complete { bytes, form, cost };
        self.had_message = true;
        match self.first {
            None => self.first = Some(message),
            Some(_) => self.rest.push_back(message),
        }
    }

    fn return_cost(&mut self, cost: i64, effect: &mut Effect) {
        effect.taken += cost;
        effect.grant = self.window.take(cost).or(effect.grant);
    }

    /// The next message that is there, and what follows from taking it.
    pub(super) fn take(&mut self) -> Option<(Parcel, Effect)> {
        if let Some(message) = self.first.as_mut().filter(|message| message.form == Form::Several) {
            let next = next_of(&mut message.bytes);
            if !message.bytes.is_empty() {
                return Some((next.into(), Effect::default()));
            }
            // What they cost goes with the last.
            message.bytes = next;
        }
        self.take_complete().map(|(Complete { bytes, form, .. }, effect)| {
            (Parcel { bytes, is_compressed: form == Form::Compressed }, effect)
        })
    }

    /// Whether the next message that is there is compressed. Such a one never comes together with others.
    pub(super) fn is_next_compressed(&self) -> bool {
        self.first.as_ref().is_some_and(|message| message.form == Form::Compressed)
    }

    /// The next messages that came together, and what follows from taking them.
    pub(super) fn take_together(&mut self) -> Option<(Piece, Effect)> {
        let (Complete { bytes, form, .. }, effect) = self.take_complete()?;
        Some((if form == Form::Several { Piece::Several(bytes) } else { Piece::One(bytes) }, effect))
    }

    fn take_complete(&mut self) -> Option<(Complete, Effect)> {
        let message = self.first.take()?;
        self.first = self.rest.pop_front();
        let mut cost = message.cost;
        if self.first.is_none()
            && let Some(partial) = &mut self.partial
        {
            cost += std::mem::take(&mut partial.cost);
        }
        let mut effect = Effect::default();
        if self.has_ended || self.is_discarded {
            // Nobody would spend a grant.
            effect.taken = cost;
        } else {
            self.return_cost(cost, &mut effect);
        }
        Some((message, effect))
    }

    /// Nobody takes messages any more. Hands on what they cost.
    pub(super) fn discard(&mut self) -> i64 {
        let mut held = self.refuse();
        while let Some(message) = self.first.take() {
            held += message.cost;
            self.first = self.rest.pop_front();
        }
        held
    }

    /// Nobody takes messages that are not complete. Hands on what the one that has begun cost.
    fn refuse(&mut self) -> i64 {
        self.is_discarded = true;
        self.partial.take().map_or(0, |partial| partial.cost)
    }

    /// The bytes of messages that are kept.
    #[cfg(any(test, feature = "_fuzz"))]
    pub(super) fn bytes_held(&self) -> usize {
        let complete = self.first.iter().chain(&self.rest);
        let complete: usize = complete.map(|message| message.bytes.len()).sum();
        complete + self.partial.as_ref().map_or(0, |partial| partial.bytes.len())
    }

    /// The other side says nothing more, or what it says does not matter.
    pub(super) fn end(&mut self) {
        self.has_ended = true;
    }
}

#[cfg(test)]
mod tests;

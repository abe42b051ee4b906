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
    /// A message; or several, each with its length before it.
    bytes: Bytes,
    is_several: bool,
    is_compressed: bool,
    /// What is to be granted when it is taken.
    cost: i64,
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
            self.complete(Complete { bytes: messages, is_several: true, is_compressed: false, cost });
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
                    false => {
                        let several =
                            Complete { bytes: messages, is_several: true, is_compressed: false, cost };
                        self.complete(several);
                    }
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
        let is_compressed = frame.flags.has(Flags::COMPRESSED);
        match (frame.flags.has(Flags::MORE), self.partial.take()) {
            (false, None) => {
                self.complete(Complete { bytes: part, is_several: false, is_compressed, cost });
            }
            (false, Some(mut partial)) => {
                partial.bytes.extend_from_slice(&part);
                let (bytes, cost) = (partial.bytes.freeze(), partial.cost + cost);
                self.complete(Complete { bytes, is_several: false, is_compressed, cost });
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

    fn complete(&mut self, message: Complete) {
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
        if let Some(message) = self.first.as_mut().filter(|message| message.is_several) {
            let next = next_of(&mut message.bytes);
            if !message.bytes.is_empty() {
                return Some((next.into(), Effect::default()));
            }
            // What they cost goes with the last.
            message.bytes = next;
        }
        self.take_complete().map(|(message, effect)| {
            let Complete { bytes, is_compressed, .. } = message;
            (Parcel { bytes, is_compressed }, effect)
        })
    }

    /// Whether the next message that is there is compressed. Such a one never comes together with others.
    pub(super) fn is_next_compressed(&self) -> bool {
        self.first.as_ref().is_some_and(|message| message.is_compressed)
    }

    /// The next messages that came together, and what follows from taking them.
    pub(super) fn take_together(&mut self) -> Option<(Piece, Effect)> {
        let (Complete { bytes, is_several, .. }, effect) = self.take_complete()?;
        Some((if is_several { Piece::Several(bytes) } else { Piece::One(bytes) }, effect))
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
mod tests {
    use super::super::frame::Kind;
    use super::*;

    fn frame(flags: u8, part: &[u8]) -> Frame {
        Frame { kind: Kind::Message, flags: Flags(flags), call: 1, payload: Bytes::copy_from_slice(part) }
    }

    fn receive(
        incoming: &mut Incoming,
        flags: u8,
        part: &[u8],
    ) -> Result<(Effect, Option<Status>), Violation> {
        let frame = frame(flags, part);
        incoming.receive(&frame, frame.payload.clone())
    }

    fn stream(window: u32) -> Incoming {
        Incoming::new(window, SizeLimit::of_connection(1000, false), true)
    }

    const PART: u8 = Flags::PART;
    const MORE: u8 = Flags::PART | Flags::MORE;
    const END: u8 = Flags::END;

    #[test]
    fn parts_become_messages_in_their_order() {
        let mut incoming = stream(1000);
        for (flags, part) in [(MORE, "ab"), (MORE, ""), (PART, "c"), (PART, ""), (PART | END, "d")] {
            receive(&mut incoming, flags, part.as_bytes()).unwrap();
        }
        let taken = std::iter::from_fn(|| incoming.take().map(|(message, _)| message.bytes));
        assert_eq!(taken.collect::<Vec<_>>(), ["abc", "", "d"]);
        assert!(incoming.has_ended());
        receive(&mut incoming, END, b"").unwrap_err();
    }

    const SEVERAL: u8 = Flags::PART | Flags::SEVERAL;

    /// Whole messages, each with its length before it.
    fn several(messages: &[&str]) -> Vec<u8> {
        let with_length = |message: &&str| {
            [&u32::try_from(message.len()).unwrap().to_le_bytes(), message.as_bytes()].concat()
        };
        messages.iter().flat_map(with_length).collect()
    }

    #[test]
    fn messages_that_come_together_are_taken_one_by_one() {
        let mut incoming = stream(100);
        receive(&mut incoming, PART, b"a").unwrap();
        receive(&mut incoming, SEVERAL | END, &several(&["bc", "", "d", ""])).unwrap();
        let taken: Vec<_> = std::iter::from_fn(|| incoming.take()).collect();
        let (messages, effects): (Vec<_>, Vec<_>) =
            taken.into_iter().map(|(message, effect)| (message.bytes, effect)).unzip();
        assert_eq!(messages, ["a", "bc", "", "d", ""]);
        let given_back: Vec<_> = effects.iter().map(|effect| effect.taken).collect();
        assert_eq!(given_back, [17, 0, 0, 0, 35], "what they cost goes with the last");
        assert_eq!(incoming.take(), None);
    }

    #[test]
    fn messages_that_come_together_are_taken_together() {
        let mut incoming = stream(80);
        receive(&mut incoming, PART, b"a").unwrap();
        receive(&mut incoming, SEVERAL, &several(&["bc", ""])).unwrap();
        let (alone, effect) = incoming.take_together().unwrap();
        assert!(matches!(alone, Piece::One(message) if message == "a"));
        assert_eq!(effect.taken, 17);
        let (together, effect) = incoming.take_together().unwrap();
        assert!(matches!(together, Piece::Several(messages) if messages == several(&["bc", ""])));
        assert_eq!(effect, Effect { grant: Some(43), taken: 26 });
        assert!(incoming.take_together().is_none());
    }

    #[test]
    fn several_messages_break_a_rule_where_they_do_not_fill_their_frame() {
        let payload = several(&["ab", "c"]);
        for length in (0..payload.len()).filter(|length| *length != 6) {
            let cut = &payload[..length];
            receive(&mut stream(100), SEVERAL, cut).unwrap_err();
        }
        let mut more = payload.clone();
        more[0] = 0xff;
        receive(&mut stream(100), SEVERAL, &more).unwrap_err();
        let mut begun = stream(100);
        receive(&mut begun, MORE, b"a").unwrap();
        receive(&mut begun, SEVERAL, &payload).unwrap_err();
        let mut single = Incoming::new(100, SizeLimit::of_connection(1000, false), false);
        receive(&mut single, SEVERAL, &payload).unwrap_err();
    }

    #[test]
    fn several_messages_before_one_that_is_too_long_are_not_lost() {
        let several = several(&["a", "", "bcd", "e"]);
        let mut incoming = Incoming::new(100, SizeLimit::of_connection(2, false), true);
        let (effect, refused) = receive(&mut incoming, SEVERAL | END, &several).unwrap();
        assert!(refused.is_some() && effect == Effect::default());
        let taken: Vec<_> = std::iter::from_fn(|| incoming.take()).collect();
        let (messages, effects): (Vec<_>, Vec<_>) =
            taken.into_iter().map(|(message, effect)| (message.bytes, effect)).unzip();
        assert_eq!(messages, ["a", ""]);
        assert_eq!(effects[1].taken, 37, "the frame is paid for as a whole");
        let mut incoming = Incoming::new(100, SizeLimit::of_connection(0, false), true);
        let (effect, refused) = receive(&mut incoming, SEVERAL, &several).unwrap();
        assert!(refused.is_some() && incoming.take().is_none());
        assert_eq!(effect.taken, 37);
    }

    #[test]
    fn a_message_longer_than_the_window_is_granted_while_it_comes() {
        let mut incoming = stream(64);
        let mut granted = 64;
        for _ in 0..50 {
            granted -= 32;
            let (effect, refused) = receive(&mut incoming, MORE, &[0; 16]).unwrap();
            assert!(refused.is_none());
            granted += effect.grant.unwrap_or(0);
            assert!(granted >= 32, "{granted}");
        }
    }

    #[test]
    fn nothing_is_granted_for_messages_that_nobody_takes() {
        let mut incoming = stream(100);
        let nothing = (Effect::default(), None::<Status>);
        let (effect, refused) = receive(&mut incoming, PART, &[0; 4]).unwrap();
        assert_eq!((effect, refused.is_none()), (nothing.0, true));
        // The next one waits behind it, complete or not.
        assert_eq!(receive(&mut incoming, MORE, &[0; 14]).unwrap().0, Effect::default());
        assert_eq!(receive(&mut incoming, PART, &[0; 14]).unwrap().0, Effect::default());
        receive(&mut incoming, PART, &[0; 5]).unwrap_err();
        let (_, effect) = incoming.take().unwrap();
        assert_eq!(effect, Effect { grant: None, taken: 20 });
        let (_, effect) = incoming.take().unwrap();
        assert_eq!(effect, Effect { grant: Some(80), taken: 60 });
    }

    #[test]
    fn a_message_over_its_limit_is_noticed_with_the_part_that_is_too_much() {
        let mut incoming = Incoming::new(10_000, SizeLimit::of_connection(10, false), true);
        assert!(receive(&mut incoming, MORE, &[0; 6]).unwrap().1.is_none());
        let (_, refused) = receive(&mut incoming, MORE, &[0; 5]).unwrap();
        assert!(refused.unwrap().message().contains("11 bytes is over the limit of 10"));
    }

    #[test]
    fn a_message_over_its_limit_breaks_no_rule_where_the_direction_ends_with_it() {
        let mut incoming = Incoming::new(10_000, SizeLimit::of_connection(10, false), true);
        receive(&mut incoming, MORE, &[0; 6]).unwrap();
        let (effect, refused) = receive(&mut incoming, PART | END, &[0; 5]).unwrap();
        assert!(refused.is_some() && incoming.has_ended());
        assert_eq!(effect, Effect { grant: None, taken: 21 }, "the first part was granted at once");
    }

    #[test]
    fn a_single_message_is_not_followed_by_another() {
        let mut incoming = Incoming::new(1000, SizeLimit::of_connection(10, false), false);
        receive(&mut incoming, MORE, b"a").unwrap();
        receive(&mut incoming, PART, b"b").unwrap();
        receive(&mut incoming, PART, b"c").unwrap_err();
    }

    #[test]
    fn a_message_that_ends_early_breaks_a_rule_unless_nobody_wants_it() {
        let mut incoming = stream(1000);
        receive(&mut incoming, MORE, b"a").unwrap();
        receive(&mut incoming, END, b"").unwrap_err();
        assert_eq!(incoming.discard(), 0, "what is incomplete was granted at once");
        receive(&mut incoming, END, b"").unwrap();
    }

    #[test]
    fn what_is_thrown_away_is_given_back_to_the_connection() {
        let mut incoming = stream(1000);
        receive(&mut incoming, PART, &[0; 4]).unwrap();
        receive(&mut incoming, MORE, &[0; 14]).unwrap();
        assert_eq!(incoming.discard(), 50);
        assert_eq!(receive(&mut incoming, PART, &[0; 34]).unwrap().0.taken, 50);
    }
}

//! The direction of a call that goes out: at most one message at a time, cut into parts where it is long.

use bytes::Bytes;

use super::frame::{Flags, Kind, Opening, PART_COST};
use super::outbox::Outbox;
use super::parcel::Parcel;
use super::window::Credit;
use crate::limits::{BINARY_PART_BYTES_MAX, BINARY_SEVERAL_BYTES_MAX};

/// What this side still has to say in a direction.
#[derive(Debug)]
pub(super) struct Outgoing {
    credit: Credit,
    is_stream: bool,
    /// What is left of a message.
    pending: Option<Bytes>,
    /// Whether that message is compressed.
    is_compressed: bool,
    end: End,
    /// Nobody on the other side wants it any more.
    is_given_up: bool,
}

/// The payload of a STATUS that says CANCELLED, without a text, details or metadata.
const CANCELLED: Bytes = Bytes::from_static(&[1, 0, 0, 0, 0]);

/// How a direction ends.
#[derive(Debug)]
enum End {
    Open,
    /// With the last part, or right away.
    Plain,
    /// With a STATUS.
    Status(Bytes),
    /// It has ended.
    Sent,
}

/// Where a direction stands that had its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// All that it had is on its way.
    Done,
    /// It has more and may send it.
    More,
    /// It waits for a grant of its own.
    NoCredit,
    /// It waits for a grant of the connection.
    NoConnectionCredit,
}

/// What a payload may take, in bytes: as much as the other side takes in a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct PayloadLimit(usize);

impl PayloadLimit {
    pub(super) fn new(frame_bytes_max: u32) -> Self {
        Self(usize::try_from(frame_bytes_max).unwrap_or(usize::MAX))
    }

    /// What is left of it behind something else in the payload.
    pub(super) const fn behind(self, bytes: usize) -> Self {
        Self(self.0.saturating_sub(bytes))
    }
}

impl Outgoing {
    pub(super) fn new(window_bytes: u32, is_stream: bool) -> Self {
        let credit = Credit::new(window_bytes);
        Self { credit, is_stream, pending: None, is_compressed: false, end: End::Open, is_given_up: false }
    }

    /// For another call, after [`clear`](Self::clear).
    pub(super) fn renew(&mut self, window_bytes: u32, is_stream: bool) {
        (self.credit, self.is_stream, self.is_given_up) = (Credit::new(window_bytes), is_stream, false);
        self.end = End::Open;
    }

    /// Lets go of what is left.
    pub(super) fn clear(&mut self) {
        (self.pending, self.end) = (None, End::Sent);
    }

    pub(super) fn credit(&mut self) -> &mut Credit {
        &mut self.credit
    }

    /// Whether nothing waits: the next message may come.
    pub(super) const fn is_free(&self) -> bool {
        self.pending.is_none()
    }

    pub(super) const fn has_ended(&self) -> bool {
        matches!(self.end, End::Sent)
    }

    /// Whether the end is decided, sent or not.
    pub(super) const fn is_ending(&self) -> bool {
        !matches!(self.end, End::Open)
    }

    /// Whether it has anything to send.
    pub(super) const fn has_something(&self) -> bool {
        self.pending.is_some() || matches!(self.end, End::Plain | End::Status(_))
    }

    /// Gives it a message. There must be none.
    pub(super) fn put(&mut self, message: Parcel) {
        if !self.is_given_up {
            (self.pending, self.is_compressed) = (Some(message.bytes), message.is_compressed);
        }
    }

    pub(super) fn end(&mut self) {
        if !self.is_ending() {
            // An end without what came before it would be a lie.
            self.end = if self.is_given_up { End::Status(CANCELLED) } else { End::Plain };
        }
    }

    /// The end with a STATUS. `breaks_off` throws away what is left of a message.
    pub(super) fn end_with(&mut self, status: Bytes, breaks_off: bool) {
        if breaks_off {
            self.pending = None;
        }
        if !self.has_ended() {
            self.end = End::Status(status);
        }
    }

    /// The other side gave it up: no grant will come for what is left of a message. It still ends.
    pub(super) fn give_up(&mut self) {
        self.is_given_up = true;
        if self.pending.take().is_some() && matches!(self.end, End::Plain) {
            self.end = End::Status(CANCELLED);
        }
    }

    /// Nothing more is sent.
    pub(super) fn stop(&mut self) {
        self.pending = None;
        self.end = End::Sent;
    }

    /// What several messages together may take, in bytes, with their lengths; nothing where something else is before them.
    pub(super) fn room_for_several(&self, limit: PayloadLimit, connection: &Credit) -> usize {
        if !self.is_stream || self.pending.is_some() || self.is_ending() || self.is_given_up {
            return 0;
        }
        let credit = self.credit.left().min(connection.left()) - i64::from(PART_COST);
        usize::try_from(credit).unwrap_or_default().min(limit.0).min(BINARY_SEVERAL_BYTES_MAX)
    }

    /// Several messages are sent, of so many bytes with their lengths.
    pub(super) fn sent_several(&mut self, bytes: usize, connection: &mut Credit) {
        let cost = i64::try_from(bytes).unwrap_or(i64::MAX).saturating_add(i64::from(PART_COST));
        self.credit.spend(cost);
        connection.spend(cost);
    }

    /// The part that may go now. Nothing where credit is missing.
    fn next_part(&mut self, limit: PayloadLimit, connection: &mut Credit) -> Result<(Bytes, bool), Turn> {
        let Some(pending) = &mut self.pending else { return Err(Turn::Done) };
        let room = |credit: i64| usize::try_from(credit - i64::from(PART_COST)).ok();
        // A part of no bytes is for an empty message alone.
        let needed = usize::from(!pending.is_empty());
        let own = room(self.credit.left()).filter(|room| *room >= needed).ok_or(Turn::NoCredit)?;
        let common = match self.is_stream {
            false => usize::MAX,
            true => room(connection.left()).filter(|room| *room >= needed).ok_or(Turn::NoConnectionCredit)?,
        };
        let length = pending.len().min(BINARY_PART_BYTES_MAX).min(limit.0).min(own).min(common);
        let part = pending.split_to(length);
        let is_last = pending.is_empty();
        if is_last {
            self.pending = None;
        }
        let cost = super::incoming::Incoming::cost_of(&part);
        self.credit.spend(cost);
        if self.is_stream {
            connection.spend(cost);
        }
        Ok((part, is_last))
    }

    /// Opens the call, with the first part of its first message if it has one and may send it.
    pub(super) fn open(
        &mut self,
        call: u32,
        opening: &Opening,
        limit: PayloadLimit,
        connection: &mut Credit,
        outbox: &mut Outbox,
    ) {
        let part = match outbox.has_room() || self.is_free() {
            true => self.next_part(limit.behind(opening.length()), connection),
            // It waits for its turn as any other.
            false => Err(Turn::More),
        };
        match part {
            Ok((part, is_last)) => {
                let flags = self.flags(is_last);
                outbox.call(flags, call, opening, part);
            }
            Err(_) => outbox.call(Flags(0), call, opening, Bytes::new()),
        }
    }

    /// Sends one frame of what there is.
    pub(super) fn turn(
        &mut self,
        call: u32,
        limit: PayloadLimit,
        connection: &mut Credit,
        outbox: &mut Outbox,
    ) -> Turn {
        match self.next_part(limit, connection) {
            Ok((part, is_last)) => {
                let flags = self.flags(is_last);
                outbox.part(flags, call, part);
                if self.has_something() { Turn::More } else { Turn::Done }
            }
            Err(Turn::Done) => {
                match std::mem::replace(&mut self.end, End::Sent) {
                    End::Open => self.end = End::Open,
                    End::Plain => outbox.frame(Kind::Message, Flags::END, call, &[]),
                    End::Status(status) => outbox.frame(Kind::Status, 0, call, &status),
                    End::Sent => {}
                }
                Turn::Done
            }
            Err(turn) => turn,
        }
    }

    fn flags(&mut self, is_last: bool) -> Flags {
        let flags = Flags::of_part(is_last, self.ends_with(is_last));
        if is_last && self.is_compressed { flags.compressed() } else { flags }
    }

    /// Whether this part ends the direction as well. Then it has ended.
    fn ends_with(&mut self, is_last: bool) -> bool {
        let ends = is_last && matches!(self.end, End::Plain);
        if ends {
            self.end = End::Sent;
        }
        ends
    }
}

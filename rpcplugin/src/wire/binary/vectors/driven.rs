//! A machine that is led through a conversation of the file: what its side says there it must say as well.

use std::collections::{BTreeMap, VecDeque};

use bytes::{Bytes, BytesMut};
use serde_json::Value;

use super::super::Violation;
use super::super::frame::{Flags, Frame, Kind, Opening};
use super::super::machine::{Goodbye, Machine, Role, Shape, Ticket};
use super::{FILE, bounds, list, messages, number, only_frame, settings, text};
use crate::call::{Batch, Framing, SizeLimit};
use crate::contract::MethodKind;

/// What a side says of a call, however it is cut into frames.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Call { method: u32, timeout: Option<u64>, metadata: Option<Bytes> },
    Message(Vec<u8>),
    End,
    Other { kind: Kind, flags: u8, payload: Bytes },
}

/// What a side says, by call; grants apart, because only their sum matters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Words {
    words: BTreeMap<u32, Vec<Word>>,
    granted: BTreeMap<u32, u32>,
    partial: BTreeMap<u32, Vec<u8>>,
}

impl Words {
    fn add(&mut self, frame: &Frame) {
        let part = match frame.kind {
            Kind::Call => {
                let (Opening { method, timeout, metadata }, part) = Opening::read(frame).unwrap();
                self.say(frame.call, Word::Call { method, timeout, metadata });
                part
            }
            Kind::Message => frame.payload.clone(),
            Kind::Window => {
                *self.granted.entry(frame.call).or_default() += frame.granted().unwrap();
                return;
            }
            kind => {
                let (flags, payload) = (frame.flags.0, frame.payload.clone());
                return self.say(frame.call, Word::Other { kind, flags, payload });
            }
        };
        if frame.kind == Kind::Message && frame.flags.has(Flags::SEVERAL) {
            for message in messages(frame) {
                self.say(frame.call, Word::Message(message.to_vec()));
            }
        } else if frame.flags.has(Flags::PART) {
            self.partial.entry(frame.call).or_default().extend_from_slice(&part);
            if !frame.flags.has(Flags::MORE) {
                let message = self.partial.remove(&frame.call).unwrap_or_default();
                self.say(frame.call, Word::Message(message));
            }
        }
        if frame.flags.has(Flags::END) {
            self.say(frame.call, Word::End);
        }
    }

    fn say(&mut self, call: u32, word: Word) {
        self.words.entry(call).or_default().push(word);
    }
}

/// The machine, and what it has said and should have.
pub(super) struct Driven {
    role: Role,
    machine: Machine,
    calls: BTreeMap<u32, Ticket>,
    /// Steps of the other side that are read behind the next one of this side.
    crossing: VecDeque<&'static Value>,
    said: Words,
    expected: Words,
}

fn shape(method: u32) -> Shape {
    let row = usize::try_from(method).ok().and_then(|number| list(&FILE, "methods").get(number));
    let name = row.map_or("unary_unary", |row| text(row, "kind"));
    let kind = MethodKind::ALL.into_iter().find(|kind| kind.as_str() == name).unwrap();
    let limit: usize = number(&FILE["settings"], "message_bytes_max");
    Shape { kind, limit: SizeLimit::of_connection(limit, false) }
}

impl Driven {
    pub(super) fn new(role: Role) -> Self {
        Self {
            role,
            machine: Machine::new(role, bounds(), bounds()),
            calls: BTreeMap::new(),
            crossing: VecDeque::new(),
            said: Words::default(),
            expected: Words::default(),
        }
    }

    /// One step of a conversation; `later` are those behind it. `takes` is an application that takes all that comes.
    pub(super) fn step(
        &mut self,
        step: &'static Value,
        later: &'static [Value],
        takes: bool,
    ) -> Result<(), Violation> {
        let frame = only_frame(step);
        let is_own = (step["from"] == "host") == (self.role == Role::Host);
        if is_own {
            self.act(&frame, later);
            self.listen();
            while let Some(step) = self.crossing.pop_front() {
                self.read(&only_frame(step), takes)?;
            }
        } else if step["crosses"] == true {
            self.crossing.push_back(step);
        } else {
            self.read(&frame, takes)?;
        }
        Ok(())
    }

    fn read(&mut self, frame: &Frame, takes: bool) -> Result<(), Violation> {
        self.receive(frame)?;
        let calls: Vec<(u32, Ticket)> = self.calls.iter().map(|(id, call)| (*id, *call)).collect();
        for (id, call) in calls {
            while takes && self.machine.take(call).is_some() {}
            // An answer that was read makes room for the next call.
            if takes && self.role == Role::Host && self.machine.outcome(call).is_some() {
                self.machine.forget(call);
                self.calls.remove(&id);
            }
        }
        self.listen();
        Ok(())
    }

    pub(super) fn receive(&mut self, frame: &Frame) -> Result<(), Violation> {
        if let Some(arrived) = self.machine.receive(frame, shape)? {
            self.calls.insert(frame.call, arrived.call);
        }
        Ok(())
    }

    /// Keeps what the machine says.
    fn listen(&mut self) {
        let mut bytes = BytesMut::new();
        self.machine.fill();
        while !self.machine.outbox().is_empty() {
            let first = self.machine.outbox().first().to_vec();
            bytes.extend_from_slice(&first);
            self.machine.outbox().advance(first.len());
            self.machine.fill();
        }
        while let Some(frame) = Frame::next(&mut bytes, settings().frame_bytes_max).unwrap() {
            self.said.add(&frame);
        }
    }

    /// Does what leads to a frame of this side, unless a part or a grant that belongs to one before has led to it.
    fn act(&mut self, frame: &Frame, later: &'static [Value]) {
        let call = self.calls.get(&frame.call).copied();
        let has_part = frame.flags.has(Flags::PART);
        match (frame.kind, call) {
            (Kind::Extension, _) => return,
            // For no call, which a machine does not say; or of a call whose end has led to it.
            (Kind::Window | Kind::Cancel, None)
                if frame.call != 0 && !self.said.words.contains_key(&frame.call) =>
            {
                return;
            }
            (Kind::Call, _) => self.begin(frame, later),
            (Kind::Message, Some(call)) if frame.flags.has(Flags::SEVERAL) => self.several(call, frame),
            (Kind::Message, Some(call)) => {
                let is_first = !self.expected.partial.contains_key(&frame.call);
                let (message, ends) = self.whole(frame, &frame.payload, later);
                match self.role {
                    Role::Plugin if ends && is_first => {
                        self.machine.end(call, has_part.then(|| message.into()))
                    }
                    _ if has_part && is_first => {
                        self.machine.send(call, message);
                        self.finish_if(call, ends);
                    }
                    Role::Host => self.finish_if(call, ends && !has_part),
                    Role::Plugin => {}
                }
            }
            (Kind::Headers, Some(call)) => self.machine.send_initial(call, &frame.payload),
            (Kind::Status, Some(call)) => self.machine.end_with(call, frame.payload.clone(), true),
            (Kind::Cancel, Some(call)) => self.machine.forget(call),
            // The machine asks with other bytes.
            (Kind::Ping, _) if !frame.flags.has(Flags::ANSWER) => return,
            (Kind::Goodbye, _) => self.machine.goodbye(Goodbye::Orderly, ""),
            _ => {}
        }
        self.expected.add(frame);
    }

    /// Sends what a frame has together, as far as this side does so, and the rest of it alone.
    fn several(&mut self, call: Ticket, frame: &Frame) {
        let mut messages = VecDeque::from(messages(frame));
        let ends = frame.flags.has(Flags::END);
        // The last one leaves with the end.
        let last = if ends { messages.pop_back() } else { None };
        let mut batch = Batch::to_send(Framing::Binary, SizeLimit::of_connection(usize::MAX, false));
        messages.into_iter().for_each(|message| batch.push(message));
        self.machine.send_several(call, &mut batch);
        while let Some(message) = batch.next() {
            self.machine.send(call, message);
        }
        match (self.role, last) {
            (Role::Plugin, Some(last)) => self.machine.end(call, Some(last.into())),
            (Role::Host, Some(last)) => {
                self.machine.send(call, last);
                self.machine.finish(call);
            }
            (_, None) => {}
        }
    }

    fn finish_if(&mut self, call: Ticket, ends: bool) {
        if ends && self.role == Role::Host {
            self.machine.finish(call);
        }
    }

    fn begin(&mut self, frame: &Frame, later: &'static [Value]) {
        let (opening, part) = Opening::read(frame).unwrap();
        let shape = shape(opening.method);
        let (message, ends) = self.whole(frame, &part, later);
        let mut message = frame.flags.has(Flags::PART).then_some(message);
        let mut one = if shape.kind.streams_requests() { None } else { message.take().map(Into::into) };
        // The ids of the file are the places alone.
        self.machine.set_generation(u16::MAX);
        let call = self.machine.begin(&opening, shape, &mut one).unwrap();
        if let Some(message) = message {
            self.machine.send(call, message);
        }
        self.finish_if(call, ends && shape.kind.streams_requests());
        self.calls.insert(frame.call, call);
    }

    /// The message that begins with a part, and whether the direction ends with it.
    fn whole(&self, frame: &Frame, part: &Bytes, later: &'static [Value]) -> (Bytes, bool) {
        let (mut message, mut flags) = (part.to_vec(), frame.flags);
        for other in later.iter().filter(|step| (step["from"] == "host") == (self.role == Role::Host)) {
            let other = only_frame(other);
            if !flags.has(Flags::MORE) {
                break;
            }
            if other.kind == Kind::Message && other.call == frame.call {
                message.extend_from_slice(&other.payload);
                flags = other.flags;
            }
        }
        (message.into(), flags.has(Flags::END))
    }

    /// All that it should have said it has said, and nothing else; no call is left.
    pub(super) fn assert_said(&self, name: &str) {
        assert_eq!(self.said, self.expected, "{name}: left is what the {:?} says", self.role);
        assert_eq!(self.machine.under_way(), 0, "{name}: {:?}", self.role);
        assert!(self.crossing.is_empty(), "{name}");
    }
}

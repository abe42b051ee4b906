//! The other side as it mostly is: it keeps account of what it may say, and says it in any order.

use bytes::{Bytes, BytesMut};

use super::super::frame::{Flags, Frame, Header, Kind, Opening, PART_COST};
use super::super::machine::{Bounds, Role};
use super::script::Script;
use super::stranger::shape_of;

/// What the other side knows of a call.
struct Open {
    id: u32,
    /// Whether its direction counts for the connection.
    is_stream: bool,
    credit: i64,
    has_ended: bool,
    /// Whether the other direction has.
    is_answered: bool,
    had_message: bool,
    is_in_message: bool,
    had_headers: bool,
}

/// The other side of a machine.
pub(super) struct Peer {
    /// What the machine is.
    role: Role,
    own: Bounds,
    calls: Vec<Open>,
    credit: i64,
    buffer: BytesMut,
    last_id: u32,
}

impl Peer {
    pub(super) fn new(role: Role, own: Bounds) -> Self {
        let credit = own.connection_window_bytes.into();
        Self { role, own, calls: Vec::new(), credit, buffer: BytesMut::new(), last_id: u32::MAX - 5 }
    }

    /// Some ids, of calls and of none.
    pub(super) fn ids(&self) -> Vec<u32> {
        [0, 7, 0x1_0001].into_iter().chain(self.calls.iter().map(|open| open.id)).collect()
    }

    /// What the machine says.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        while let Some(frame) = Frame::next(&mut self.buffer, u32::MAX).unwrap() {
            match frame.kind {
                Kind::Call => {
                    let (opening, _) = Opening::read(&frame).unwrap();
                    let is_stream = shape_of(opening.method).kind.streams_responses();
                    self.calls.push(self.open(frame.call, is_stream));
                }
                Kind::Window if frame.call == 0 => self.credit += i64::from(frame.granted().unwrap()),
                Kind::Window => {
                    let grant = i64::from(frame.granted().unwrap());
                    if let Some(open) = self.calls.iter_mut().find(|open| open.id == frame.call) {
                        open.credit += grant;
                    }
                }
                Kind::Status => self.answered(frame.call),
                Kind::Message if frame.flags.has(Flags::END) => self.answered(frame.call),
                _ => {}
            }
        }
    }

    /// The machine's direction has ended. As a plugin's it is the end of a call that was all sent.
    fn answered(&mut self, id: u32) {
        if let Some(open) = self.calls.iter_mut().find(|open| open.id == id) {
            open.is_answered = true;
        }
        let is_plugin = self.role == Role::Plugin;
        self.calls.retain(|open| !(is_plugin && open.is_answered && open.has_ended));
    }

    fn open(&self, id: u32, is_stream: bool) -> Open {
        Open {
            id,
            is_stream,
            credit: self.own.window_bytes.into(),
            has_ended: false,
            is_answered: false,
            had_message: false,
            is_in_message: false,
            had_headers: false,
        }
    }

    /// Something that it may say.
    pub(super) fn frame(&mut self, script: &mut Script<'_>) -> Vec<u8> {
        if self.role == Role::Plugin && script.once_in(6) {
            return self.call(script);
        }
        let going: Vec<usize> = (0..self.calls.len()).filter(|index| !self.calls[*index].has_ended).collect();
        if going.is_empty() || script.once_in(8) {
            return connection_frame(script);
        }
        let index = script.one_of(&going);
        let is_host = self.role == Role::Plugin;
        let open = &mut self.calls[index];
        match script.below(40) {
            0 if is_host => {
                open.has_ended = true;
                bytes(Kind::Cancel, 0, open.id, &[])
            }
            0 => {
                open.has_ended = true;
                bytes(Kind::Status, 0, open.id, &[5; 9])
            }
            1 | 2 => bytes(Kind::Window, 0, open.id, &script.one_of(&[1_u32, 17, 500]).to_le_bytes()),
            3..=6 if !is_host && !open.had_headers && !open.had_message && !open.is_in_message => {
                open.had_headers = true;
                bytes(Kind::Headers, 0, open.id, &[0; 2])
            }
            _ => self.message(script, index),
        }
    }

    /// A call with a part of a message, or without.
    fn call(&mut self, script: &mut Script<'_>) -> Vec<u8> {
        self.calls.retain(|open| !open.is_answered || !open.has_ended);
        if self.calls.len() >= usize::try_from(self.own.calls_max).unwrap() {
            return connection_frame(script);
        }
        self.last_id = self.last_id.wrapping_add(1).max(1);
        let method = u32::from(script.byte() % 4);
        let mut payload = Vec::new();
        Opening { method, timeout: None, metadata: None }.write(&mut payload);
        let is_stream = shape_of(method).kind.streams_requests();
        self.calls.push(self.open(self.last_id, is_stream));
        bytes(Kind::Call, 0, self.last_id, &payload)
    }

    fn message(&mut self, script: &mut Script<'_>, index: usize) -> Vec<u8> {
        let frame_bytes_max = usize::try_from(self.own.frame_bytes_max).unwrap();
        let open = &mut self.calls[index];
        let may_end = !open.is_in_message;
        let may_begin = open.is_stream || !open.had_message || open.is_in_message;
        if may_end && (!may_begin || script.once_in(12)) {
            open.has_ended = true;
            // For a host a STATUS would do as well.
            return bytes(Kind::Message, Flags::END, open.id, &[]);
        }
        let credit = if open.is_stream { open.credit.min(self.credit) } else { open.credit };
        let Ok(room) = usize::try_from(credit - i64::from(PART_COST)) else {
            return connection_frame(script);
        };
        let length = script.length(300).min(room).min(frame_bytes_max);
        let flags = if script.once_in(5) { Flags::PART } else { Flags::PART | Flags::MORE };
        let flags = if script.once_in(48) { Flags::PART | Flags::END } else { flags };
        if open.is_stream && !open.is_in_message && length > 0 && script.once_in(3) {
            return self.several(script, index, length);
        }
        open.is_in_message = flags & Flags::MORE != 0;
        open.had_message |= !open.is_in_message;
        open.has_ended = flags & Flags::END != 0;
        let cost = i64::try_from(length).unwrap() + i64::from(PART_COST);
        open.credit -= cost;
        if open.is_stream {
            self.credit -= cost;
        }
        bytes(Kind::Message, flags, open.id, &Bytes::from(vec![3; length]))
    }

    /// Messages of some length together, each with its own before it.
    fn several(&mut self, script: &mut Script<'_>, index: usize, length: usize) -> Vec<u8> {
        let mut payload = Vec::new();
        while payload.len() + 4 <= length {
            let next = script.below(40).min(length - payload.len() - 4);
            payload.extend_from_slice(&u32::try_from(next).unwrap().to_le_bytes());
            payload.resize(payload.len() + next, 6);
        }
        if payload.is_empty() {
            return connection_frame(script);
        }
        let cost = i64::try_from(payload.len()).unwrap() + i64::from(PART_COST);
        self.credit -= cost;
        let open = &mut self.calls[index];
        open.credit -= cost;
        open.had_message = true;
        open.has_ended = script.once_in(8);
        let end = if open.has_ended { Flags::END } else { 0 };
        bytes(Kind::Message, Flags::PART | Flags::SEVERAL | end, open.id, &payload)
    }
}

fn connection_frame(script: &mut Script<'_>) -> Vec<u8> {
    match script.below(4) {
        0 => bytes(Kind::Ping, u8::from(script.once_in(2)), 0, &[4; 8]),
        1 => bytes(Kind::Extension, script.byte(), script.number(), &[0; 3]),
        _ => bytes(Kind::Window, 0, 0, &script.one_of(&[1_u32, 17, 500]).to_le_bytes()),
    }
}

fn bytes(kind: Kind, flags: u8, call: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap();
    let mut bytes = Header { length, kind, flags: Flags(flags), call }.bytes().to_vec();
    bytes.extend_from_slice(payload);
    bytes
}

//! A machine opposite somebody who knows the format and keeps no rules.

use bytes::Bytes;

use super::super::frame::Opening;
use super::super::machine::{Bounds, Goodbye, Outcome, Role, Shape, Ticket};
use super::agent::Agent;
use super::peer::Peer;
use super::script::Script;
use super::side::Side;
use super::wild;
use super::world::{KINDS, bounds, shape};

/// The longest message, in bytes.
const LIMIT: usize = 500;

/// Above so many outgoing bytes nothing more is read.
const UNREAD_BYTES_MAX: usize = 2000;

/// What the callers or the handlers may add to the outbox unasked, and the answers to one piece.
const OUTBOX_BYTES_MAX: usize = UNREAD_BYTES_MAX + 8000;

pub(super) fn opposite_plugin(script: &mut Script<'_>) {
    Encounter::new(Role::Plugin, script).run(script);
}

pub(super) fn opposite_host(script: &mut Script<'_>) {
    Encounter::new(Role::Host, script).run(script);
}

struct Encounter {
    role: Role,
    side: Side,
    own: Bounds,
    calls: Vec<Known>,
    peer: Peer,
    /// Once in so many times it keeps no rule.
    wildness: usize,
}

/// A call as its caller or its handler has it.
struct Known {
    call: Ticket,
    reader: Agent,
    has_forgotten: bool,
}

impl Known {
    fn new(call: Ticket) -> Self {
        Self { call, reader: Agent::default(), has_forgotten: false }
    }
}

impl Encounter {
    fn new(role: Role, script: &mut Script<'_>) -> Self {
        let (own, peer) = (bounds(script), bounds(script));
        let side = Side::new(role, own, peer, 1000);
        let wildness = script.one_of(&[16, 250]);
        Self { role, side, own, calls: Vec::new(), peer: Peer::new(role, own), wildness }
    }

    fn run(mut self, script: &mut Script<'_>) {
        while !script.is_over() {
            match script.below(4) {
                0 => self.act(script),
                1 => self.write(script),
                _ if self.side.machine.outbox().len() > UNREAD_BYTES_MAX => self.write(script),
                _ => {
                    let bytes = match script.once_in(self.wildness) {
                        true => wild::frame(script, &self.peer.ids()),
                        false => self.peer.frame(script),
                    };
                    self.side.push(&bytes);
                    let length = if script.once_in(8) { script.length(700) } else { usize::MAX };
                    match self.side.deliver(length, shape_of) {
                        Ok(arrived) => {
                            self.calls.extend(arrived.iter().map(|arrived| Known::new(arrived.call)));
                        }
                        Err(violation) => {
                            assert!(!violation.to_string().is_empty());
                            self.side.machine.goodbye(Goodbye::Violation, &violation.to_string());
                            _ = self.end();
                            return;
                        }
                    }
                }
            }
            self.look();
        }
        let held = self.end();
        assert_eq!(held, 0, "all that was spent was taken");
    }

    /// What is kept is bounded, whatever came.
    fn look(&mut self) {
        let calls = self.side.machine.calls_held();
        if self.role == Role::Plugin {
            assert!(calls <= usize::try_from(self.own.calls_max).unwrap(), "{calls} calls");
        }
        let window = usize::try_from(self.own.window_bytes).unwrap();
        let held = self.side.machine.bytes_held();
        assert!(held <= calls * (window + LIMIT), "{held} bytes of {calls} calls");
        let outbox = self.side.machine.outbox().len();
        assert!(outbox <= OUTBOX_BYTES_MAX, "{outbox} bytes in the outbox");
    }

    fn write(&mut self, script: &mut Script<'_>) {
        let written = self.side.write(1 + script.length(700));
        self.peer.read(&written);
    }

    fn act(&mut self, script: &mut Script<'_>) {
        if self.role == Role::Host && script.once_in(3) {
            return self.begin(script);
        }
        let back = script.below(8);
        let Some(index) = self.calls.len().checked_sub(1 + back) else { return };
        let Known { call, reader, has_forgotten } = &mut self.calls[index];
        let (call, role) = (*call, self.role);
        let message = Bytes::from(vec![7; script.length(700)]);
        self.side.with(|machine| match (script.below(6), role) {
            (0, _) => {
                if machine.take(call).is_none() && machine.outcome(call).is_none() {
                    machine.wait_to_read(call, &reader.wait());
                }
            }
            (1 | 2, _) => {
                if machine.can_send(call) {
                    machine.send(call, message);
                }
            }
            (3, Role::Host) => machine.finish(call),
            (4, Role::Host) => _ = (machine.is_answered(call), machine.take_initial(call)),
            (_, Role::Host) => {
                *has_forgotten = true;
                machine.forget(call);
            }
            (3, Role::Plugin) => machine.end_with(call, Bytes::from_static(&[13, 0, 0, 0, 0]), back == 0),
            (4, Role::Plugin) => {
                if machine.can_send(call) {
                    machine.end(call, Some(message.into()));
                }
            }
            (_, Role::Plugin) => _ = (machine.requests_ended(call), machine.outcome(call)),
        });
    }

    fn begin(&mut self, script: &mut Script<'_>) {
        let kind = script.one_of(&KINDS);
        let method = KINDS.iter().position(|of| *of == kind).unwrap();
        let opening = Opening { method: method.try_into().unwrap(), timeout: None, metadata: None };
        let mut message = (!kind.streams_requests()).then(|| Bytes::from(vec![7; script.length(700)]).into());
        let began = self.side.with(|machine| machine.begin(&opening, shape(kind, LIMIT), &mut message));
        self.calls.extend(began.ok().map(Known::new));
    }

    /// The connection ends. Every call has its outcome, and nothing is left. Hands on what is held of the window.
    fn end(mut self) -> i64 {
        self.side.with(|machine| machine.fail(&Outcome::Lost));
        for Known { call, mut reader, has_forgotten } in self.calls {
            assert!(has_forgotten || reader.may_act(), "whoever waits is woken at the end");
            self.side.with(|machine| {
                while machine.take(call).is_some() {}
                assert!(machine.outcome(call).is_some());
                machine.forget(call);
            });
        }
        self.side.machine.outbox().clear();
        self.side.machine.assert_idle();
        self.side.machine.window_held()
    }
}

pub(super) fn shape_of(method: u32) -> Shape {
    shape(KINDS[usize::try_from(method % 4).unwrap()], LIMIT)
}

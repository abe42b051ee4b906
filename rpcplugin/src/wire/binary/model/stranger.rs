//! A machine opposite somebody who knows the format and keeps no rules.

use bytes::Bytes;

use super::super::frame::{Flags, Header, Kind, Opening};
use super::super::machine::{Bounds, Goodbye, Outcome, Role, Shape, Ticket};
use super::agent::Agent;
use super::script::Script;
use super::side::Side;
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
    calls: Vec<(Ticket, Agent)>,
    /// Some of its calls.
    ids: Vec<u32>,
}

impl Encounter {
    fn new(role: Role, script: &mut Script<'_>) -> Self {
        let (own, peer) = (bounds(script), bounds(script));
        let side = Side::new(role, own, peer, 1000);
        let ids = if role == Role::Plugin { vec![1, 2, 3, 4, u32::MAX, 0] } else { vec![0, 0x1_0001] };
        Self { role, side, own, calls: Vec::new(), ids }
    }

    fn run(mut self, script: &mut Script<'_>) {
        while !script.is_over() {
            match script.below(4) {
                0 => self.act(script),
                1 => self.write(script),
                _ if self.side.machine.outbox().len() > UNREAD_BYTES_MAX => self.write(script),
                _ => {
                    let bytes = frame(script, &self.ids);
                    self.side.push(&bytes);
                    let length = if script.once_in(8) { script.length(700) } else { usize::MAX };
                    match self.side.deliver(length, shape_of) {
                        Ok(arrived) => {
                            self.calls.extend(arrived.iter().map(|arrived| (arrived.call, Agent::default())));
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
        if self.role == Role::Host {
            // Where a CALL begins, mostly.
            for header in written.windows(10).filter(|header| header[4] == Kind::Call.number()) {
                self.ids.push(u32::from_le_bytes([header[6], header[7], header[8], header[9]]));
            }
            let old = self.ids.len().saturating_sub(6);
            self.ids.drain(..old);
        }
    }

    fn act(&mut self, script: &mut Script<'_>) {
        if self.role == Role::Host && script.once_in(3) {
            return self.begin(script);
        }
        let back = script.below(8);
        let Some(index) = self.calls.len().checked_sub(1 + back) else { return };
        let (call, agent) = &mut self.calls[index];
        let (call, role) = (*call, self.role);
        let message = Bytes::from(vec![7; script.length(700)]);
        self.side.with(|machine| match (script.below(6), role) {
            (0, _) => {
                if machine.take(call).is_none() && machine.outcome(call).is_none() {
                    machine.wait_to_read(call, &agent.wait());
                }
            }
            (1 | 2, _) => {
                if machine.can_send(call) {
                    machine.send(call, message);
                }
            }
            (3, Role::Host) => machine.finish(call),
            (4, Role::Host) => _ = (machine.is_answered(call), machine.take_initial(call)),
            (_, Role::Host) => machine.forget(call),
            (3, Role::Plugin) => machine.end_with(call, Bytes::from_static(&[13, 0, 0, 0, 0]), back == 0),
            (4, Role::Plugin) => {
                if machine.can_send(call) {
                    machine.end(call, Some(message));
                }
            }
            (_, Role::Plugin) => _ = (machine.requests_ended(call), machine.outcome(call)),
        });
    }

    fn begin(&mut self, script: &mut Script<'_>) {
        let kind = script.one_of(&KINDS);
        let opening = Opening { method: 0, timeout: None, metadata: None };
        let mut message = (!kind.streams_requests()).then(|| Bytes::from(vec![7; script.length(700)]));
        let began = self.side.with(|machine| machine.begin(&opening, shape(kind, LIMIT), &mut message));
        self.calls.extend(began.ok().map(|call| (call, Agent::default())));
    }

    /// The connection ends. Every call has its outcome, and nothing is left. Hands on what is held of the window.
    fn end(mut self) -> i64 {
        self.side.with(|machine| machine.fail(&Outcome::Lost));
        for (call, mut agent) in self.calls {
            assert!(agent.may_act(), "whoever waits is woken at the end");
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

fn shape_of(method: u32) -> Shape {
    shape(KINDS[usize::try_from(method % 4).unwrap()], LIMIT)
}

/// A frame as somebody may write it: most are right by themselves, and wrong only where they stand.
fn frame(script: &mut Script<'_>, ids: &[u32]) -> Vec<u8> {
    const KINDS: [Kind; 14] = [
        Kind::Call,
        Kind::Call,
        Kind::Message,
        Kind::Message,
        Kind::Message,
        Kind::Message,
        Kind::Headers,
        Kind::Status,
        Kind::Cancel,
        Kind::Window,
        Kind::Ping,
        Kind::Goodbye,
        Kind::Extension,
        Kind::Hello,
    ];
    let kind = script.one_of(&KINDS);
    let call = match kind {
        Kind::Ping | Kind::Goodbye if !script.once_in(16) => 0,
        Kind::Window if script.once_in(2) => 0,
        _ => script.one_of(ids),
    };
    let flags = match kind {
        _ if script.once_in(32) => script.byte(),
        Kind::Call => {
            script.one_of(&[0, 1, 3, 4, 5]) | script.one_of(&[0, Flags::TIMEOUT, Flags::METADATA, 24])
        }
        Kind::Message => script.one_of(&[1, 1, 3, 4, 5]),
        Kind::Ping => script.below(2).try_into().unwrap(),
        _ => 0,
    };
    let payload = payload(script, kind, Flags(flags));
    let length = u32::try_from(payload.len()).unwrap();
    let mut bytes = Header { length, kind, flags: Flags(flags), call }.bytes().to_vec();
    bytes.extend_from_slice(&payload);
    if script.once_in(64) {
        let place = script.below(bytes.len().min(256));
        bytes[place] = script.byte();
    }
    bytes
}

fn payload(script: &mut Script<'_>, kind: Kind, flags: Flags) -> Vec<u8> {
    let mut payload = match kind {
        Kind::Call => {
            let timeout = flags.has(Flags::TIMEOUT).then(|| u64::from(script.number()));
            let metadata = flags.has(Flags::METADATA).then(|| Bytes::from(vec![0; script.below(20)]));
            let method = u32::from(script.byte());
            let mut payload = Vec::new();
            Opening { method, timeout, metadata }.write(&mut payload);
            payload
        }
        Kind::Window => {
            let grant = script.one_of(&[1, 16, 100, 1000, 0x7fff_ffff, 0, u32::MAX]);
            return grant.to_le_bytes().to_vec();
        }
        Kind::Ping => return vec![9; if script.once_in(16) { script.below(20) } else { 8 }],
        Kind::Cancel => return vec![0; usize::from(script.once_in(16))],
        Kind::Goodbye => vec![u8::from(script.once_in(16))],
        _ => Vec::new(),
    };
    let is_part = matches!(kind, Kind::Call | Kind::Message);
    if !is_part || flags.has(Flags::PART) || script.once_in(16) {
        let length = script.length(300);
        payload.resize(payload.len() + length, 5);
    }
    payload
}

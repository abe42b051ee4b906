//! A host and a plugin that keep the rules, with callers and handlers that do what a script says.

use bytes::Bytes;

use super::super::frame::Opening;
use super::super::machine::{Bounds, Goodbye, Machine, Outcome, Role, Shape, Ticket};
use super::call::{Call, End, Handler};
use super::observer::Observer;
use super::script::Script;
use super::side::Side;
use crate::call::{Batch, Framing, SizeLimit};
use crate::contract::{MethodKind, Status};

pub(super) const KINDS: [MethodKind; 4] =
    [MethodKind::UnaryUnary, MethodKind::UnaryStream, MethodKind::StreamUnary, MethodKind::StreamStream];

/// Runs a connection by a script, ends all that goes on, and looks what is left.
pub(super) fn run(script: &mut Script<'_>) {
    let mut world = World::new(script);
    while !script.is_over() {
        if script.byte() == 0xfe {
            return world.lose(script);
        }
        world.step(script);
    }
    world.conclude();
}

struct World {
    host: Side,
    plugin: Side,
    calls: Vec<Call>,
    observer: Observer,
    /// The longest message that the host takes.
    host_limit: usize,
    plugin_limit: usize,
}

pub(super) fn bounds(script: &mut Script<'_>) -> Bounds {
    Bounds {
        frame_bytes_max: script.one_of(&[64, 100, 200, 1000]),
        window_bytes: script.one_of(&[64, 65, 100, 300, 1000]),
        connection_window_bytes: script.one_of(&[64, 100, 300, 3000]),
        calls_max: script.one_of(&[1, 2, 4, 8]),
    }
}

/// Bytes that tell which message this is.
fn message(number: u32, seed: u8, sequence: usize, length: usize) -> Bytes {
    let mark = u8::try_from(number % 251).unwrap() ^ seed;
    let mark = mark.wrapping_add(u8::try_from(sequence % 256).unwrap().wrapping_mul(7));
    let mut byte = mark;
    let bytes = (0..length).map(|_| {
        byte = byte.wrapping_mul(5).wrapping_add(mark | 1);
        byte
    });
    bytes.collect()
}

/// Sends a message of a stream, or some that are small together.
fn send(
    machine: &mut Machine,
    script: &mut Script<'_>,
    call: Ticket,
    sent: &mut Vec<Bytes>,
    message: impl Fn(usize, usize) -> Bytes,
) {
    if !script.once_in(3) {
        let message = message(sent.len(), script.length(600));
        sent.push(message.clone());
        return machine.send(call, message);
    }
    let number = 2 + script.below(5);
    // Some are too long for a frame, or for the other side.
    let length =
        |script: &mut Script<'_>| if script.once_in(16) { 3 * script.below(256) } else { script.below(60) };
    let all: Vec<Bytes> = (0..number).map(|next| message(sent.len() + next, length(script))).collect();
    let mut left = Batch::to_send(Framing::Binary, SizeLimit::of_connection(usize::MAX, false));
    all.iter().cloned().for_each(|message| left.push(message));
    machine.send_several(call, &mut left);
    let left = std::iter::from_fn(|| left.next()).count();
    sent.extend_from_slice(&all[..number - left]);
}

impl World {
    fn new(script: &mut Script<'_>) -> Self {
        let (host, plugin) = (bounds(script), bounds(script));
        let outbox = [script.one_of(&[1, 100, 1000]), script.one_of(&[1, 100, 1000])];
        let mut world = Self {
            host: Side::new(Role::Host, host, plugin, outbox[0]),
            plugin: Side::new(Role::Plugin, plugin, host, outbox[1]),
            calls: Vec::new(),
            observer: Observer::new(host, plugin),
            host_limit: script.one_of(&[200, 1000]),
            plugin_limit: script.one_of(&[200, 1000]),
        };
        if script.once_in(2) {
            world.host.machine.set_generation(u16::MAX - 2);
        }
        world
    }

    fn step(&mut self, script: &mut Script<'_>) {
        match script.below(16) {
            0 | 1 => self.begin(script),
            2 => self.caller_sends(script),
            3 => self.handler_sends(script),
            4 => self.caller_finishes(script),
            5 => self.caller_reads(script),
            6 => self.handler_reads(script),
            7 => self.caller_forgets(script),
            8 => self.handler_ends(script),
            9 => self.handler_sends_initial(script),
            10 => self.speak(script),
            11 => self.write(Role::Host, 1 + script.length(700)),
            12 => self.write(Role::Plugin, 1 + script.length(700)),
            13 => self.deliver(Role::Host, 1 + script.length(700)),
            14 => self.deliver(Role::Plugin, 1 + script.length(700)),
            _ => _ = self.exchange(),
        }
    }

    fn begin(&mut self, script: &mut Script<'_>) {
        let number = u32::try_from(self.calls.len()).unwrap();
        let kind = script.one_of(&KINDS);
        let timeout = script.once_in(3).then(|| u64::from(script.number()));
        let metadata = script.once_in(3).then(|| message(number, 1, 0, script.below(12)));
        let opening = Opening { method: number, timeout, metadata: metadata.clone() };
        let request = (!kind.streams_requests()).then(|| message(number, 2, 0, script.length(600)));
        let shape = shape(kind, self.host_limit);
        let mut message = request.clone().map(Into::into);
        let Ok(call) = self.host.with(|machine| machine.begin(&opening, shape, &mut message)) else {
            assert_eq!(self.host.machine.under_way(), self.host.machine.calls_max());
            return;
        };
        let mut call = Call::new(number, kind, call);
        call.caller.sent.extend(request);
        (call.timeout, call.metadata) = (timeout, metadata);
        self.calls.push(call);
    }

    fn one<'a>(calls: &'a mut [Call], script: &mut Script<'_>) -> Option<&'a mut Call> {
        // The last ones, most of the others have ended.
        let back = script.below(8);
        let index = calls.len().checked_sub(1 + back)?;
        calls.get_mut(index)
    }

    fn caller_sends(&mut self, script: &mut Script<'_>) {
        let Some(Call { number, caller, .. }) = Self::one(&mut self.calls, script) else { return };
        if caller.has_finished || caller.has_forgotten || !caller.writer.may_act() {
            return;
        }
        self.host.with(|machine| {
            if machine.can_send(caller.call) {
                send(machine, script, caller.call, &mut caller.sent, |sequence, length| {
                    message(*number, 2, sequence, length)
                });
            } else {
                machine.wait_to_send(caller.call, &caller.writer.wait());
            }
        });
    }

    fn handler_sends(&mut self, script: &mut Script<'_>) {
        let Some(call) = Self::one(&mut self.calls, script) else { return };
        let Some(handler) = call.handler.as_mut().filter(|handler| handler.ends.is_empty()) else { return };
        if !call.kind.streams_responses() || !handler.writer.may_act() {
            return;
        }
        self.plugin.with(|machine| {
            if machine.can_send(handler.call) {
                send(machine, script, handler.call, &mut handler.sent, |sequence, length| {
                    message(call.number, 3, sequence, length)
                });
            } else {
                machine.wait_to_send(handler.call, &handler.writer.wait());
            }
        });
    }

    fn caller_finishes(&mut self, script: &mut Script<'_>) {
        let Some(Call { caller, .. }) = Self::one(&mut self.calls, script) else { return };
        if !caller.has_finished && !caller.has_forgotten {
            caller.has_finished = true;
            self.host.with(|machine| machine.finish(caller.call));
        }
    }

    fn caller_reads(&mut self, script: &mut Script<'_>) {
        let limit = self.host_limit;
        let Some(call) = Self::one(&mut self.calls, script) else { return };
        let concludes = !call.kind.streams_responses() && script.once_in(2);
        self.host.with(|machine| match concludes {
            true => call.caller_concludes(machine, limit),
            false => _ = call.caller_reads(machine, limit),
        });
    }

    fn handler_reads(&mut self, script: &mut Script<'_>) {
        let limit = self.plugin_limit;
        let Some(call) = Self::one(&mut self.calls, script) else { return };
        self.plugin.with(|machine| call.handler_reads(machine, limit));
    }

    fn caller_forgets(&mut self, script: &mut Script<'_>) {
        let Some(Call { caller, .. }) = Self::one(&mut self.calls, script) else { return };
        if script.once_in(3) {
            caller.has_given_up = true;
            return self.host.with(|machine| machine.give_up(caller.call, Status::internal("no requests")));
        }
        // Twice is as good as once.
        caller.has_forgotten = true;
        self.host.with(|machine| machine.forget(caller.call));
    }

    fn handler_ends(&mut self, script: &mut Script<'_>) {
        let Some(call) = Self::one(&mut self.calls, script) else { return };
        let streams = call.kind.streams_responses();
        let Some(handler) = &mut call.handler else { return };
        if script.once_in(3) {
            let breaks_off = script.once_in(2);
            let payload = message(call.number, 4, handler.ends.len(), 5 + script.below(20));
            handler.ends.push(End::Status { payload: payload.clone(), breaks_off });
            return self.plugin.with(|machine| machine.end_with(handler.call, payload, breaks_off));
        }
        if !handler.ends.is_empty() {
            return;
        }
        let can_send = self.plugin.machine.can_send(handler.call);
        let last = ((!streams || script.once_in(2)) && can_send)
            .then(|| message(call.number, 3, handler.sent.len(), script.length(600)));
        handler.sent.extend(last.clone());
        handler.ends.push(End::Ok);
        self.plugin.with(|machine| machine.end(handler.call, last.map(Into::into)));
    }

    fn handler_sends_initial(&mut self, script: &mut Script<'_>) {
        let Some(call) = Self::one(&mut self.calls, script) else { return };
        let Some(handler) = &mut call.handler else { return };
        if handler.initial.is_some() || !handler.sent.is_empty() || !handler.ends.is_empty() {
            return;
        }
        let initial = message(call.number, 5, 0, script.below(30));
        handler.initial = Some(initial.clone());
        self.plugin.with(|machine| machine.send_initial(handler.call, &initial));
    }

    /// Something that is of no call.
    fn speak(&mut self, script: &mut Script<'_>) {
        let side = if script.once_in(2) { &mut self.host } else { &mut self.plugin };
        side.with(|machine| match script.below(4) {
            0 => machine.goodbye(Goodbye::Orderly, "enough"),
            _ => machine.ping(),
        });
    }

    fn write(&mut self, role: Role, length: usize) {
        let (from, to) = match role {
            Role::Host => (&mut self.host, &mut self.plugin),
            Role::Plugin => (&mut self.plugin, &mut self.host),
        };
        let bytes = from.write(length);
        let calls = &self.calls;
        let limit = self.plugin_limit;
        self.observer.see(role, &bytes, |number| shape_of(calls, number, limit));
        to.push(&bytes);
    }

    fn deliver(&mut self, role: Role, length: usize) {
        if role == Role::Host {
            let no_shape = |_| unreachable!("a host takes no calls");
            let arrived = self.host.deliver(length, no_shape).expect("a plugin keeps the rules");
            return assert!(arrived.is_empty());
        }
        let (calls, limit) = (&self.calls, self.plugin_limit);
        let arrived = self.plugin.deliver(length, |number| shape_of(calls, number, limit));
        for arrived in arrived.expect("a host keeps the rules") {
            let call = &mut self.calls[usize::try_from(arrived.method).unwrap()];
            assert!(call.handler.is_none(), "call {} comes once", call.number);
            assert_eq!((arrived.timeout, arrived.metadata), (call.timeout, call.metadata.clone()));
            call.handler = Some(Handler::new(arrived.call));
        }
    }

    /// Everything that is on its way arrives. Whether there was anything.
    fn exchange(&mut self) -> bool {
        let mut was_any = false;
        while !(self.host.is_still() && self.plugin.is_still()) {
            was_any = true;
            for role in [Role::Host, Role::Plugin] {
                self.write(role, usize::MAX);
                self.deliver(role, usize::MAX);
            }
        }
        was_any
    }

    /// All callers and handlers that may act do so. Whether anything came of it.
    fn act(&mut self) -> bool {
        let mut was_any = false;
        for call in &mut self.calls {
            let (host_limit, plugin_limit) = (self.host_limit, self.plugin_limit);
            if !std::mem::replace(&mut call.caller.has_finished, true) && !call.caller.has_forgotten {
                was_any = true;
                self.host.with(|machine| machine.finish(call.caller.call));
            }
            while self.host.with(|machine| call.caller_reads(machine, host_limit)) {
                was_any = true;
            }
            while self.plugin.with(|machine| call.handler_reads(machine, plugin_limit)) {
                was_any = true;
            }
            if let Some(handler) = call.handler.as_mut().filter(|handler| handler.ends.is_empty())
                && handler.has_read_all
            {
                was_any = true;
                handler.ends.push(End::Ok);
                self.plugin.with(|machine| machine.end(handler.call, None));
            }
        }
        was_any
    }

    /// With everybody reading, all calls end and nothing is left of them.
    fn conclude(mut self) {
        while self.exchange() | self.act() {}
        for call in &mut self.calls {
            let is_done = call.caller.has_forgotten || call.caller.outcome.is_some();
            assert!(is_done, "{call:?}\n{:?}\n{:?}", self.host, self.plugin);
            assert!(call.caller.has_forgotten || call.caller.writer.may_act(), "{call:?}");
            let handler = call.handler.as_mut();
            assert!(handler.is_none_or(|handler| handler.writer.may_act()), "{:?}", call.number);
            self.host.with(|machine| machine.forget(call.caller.call));
            call.caller.has_forgotten = true;
        }
        while self.exchange() | self.act() {}
        self.observer.conclude();
        self.host.machine.assert_idle();
        self.plugin.machine.assert_idle();
        for (from, to) in [(&self.host, &self.plugin), (&self.plugin, &self.host)] {
            assert_eq!(to.machine.window_held(), 0, "all that was spent was taken");
            assert_eq!(from.machine.credit_left(), to.machine.window_left(), "no byte of a window is lost");
        }
        self.touch_what_has_ended();
    }

    /// Who has the ticket of a call that has ended does nothing with it.
    fn touch_what_has_ended(&mut self) {
        for call in &self.calls {
            let tickets = [Some(call.caller.call), call.handler.as_ref().map(|handler| handler.call)];
            for (side, call) in [&mut self.host, &mut self.plugin].into_iter().zip(tickets) {
                let Some(call) = call else { continue };
                side.with(|machine| {
                    assert!(machine.can_send(call) && machine.take(call).is_none());
                    machine.send(call, Bytes::from_static(b"late"));
                    machine.finish(call);
                    machine.end(call, Some(Bytes::from_static(b"late").into()));
                    machine.end_with(call, Bytes::from_static(b"late"), true);
                    machine.forget(call);
                    assert!(matches!(machine.outcome(call), Some(Outcome::Lost)));
                });
                assert!(side.is_still());
            }
        }
    }

    /// The connection ends on both sides, and with it all calls.
    fn lose(mut self, script: &mut Script<'_>) {
        self.write(Role::Host, script.length(700));
        self.deliver(Role::Plugin, script.length(700));
        self.host.with(|machine| machine.fail(&Outcome::Lost));
        self.plugin.with(|machine| machine.fail(&Outcome::Lost));
        assert_eq!(self.plugin.machine.under_way(), 0);
        assert_eq!(self.host.machine.under_way(), 0);
        // Those that waited were woken, or this would not end.
        self.act();
        for call in &mut self.calls {
            assert!(call.caller.has_forgotten || call.caller.outcome.is_some(), "{call:?}");
            self.host.with(|machine| machine.forget(call.caller.call));
        }
        self.host.with(|machine| machine.outbox().clear());
        self.plugin.with(|machine| machine.outbox().clear());
        for machine in [&mut self.host.machine, &mut self.plugin.machine] {
            Machine::assert_idle(machine);
            assert_eq!(machine.window_held(), 0);
        }
    }
}

pub(super) fn shape(kind: MethodKind, limit: usize) -> Shape {
    Shape { kind, limit: SizeLimit::of_connection(limit, false) }
}

fn shape_of(calls: &[Call], number: u32, limit: usize) -> Shape {
    shape(calls[usize::try_from(number).unwrap()].kind, limit)
}

//! Two machines that hand each other their frames, and single frames of somebody who keeps no rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

use bytes::BytesMut;

use super::*;
use crate::call::Framing;
use crate::limits::BINARY_PLACES;
use crate::wire::binary::Violation;
use crate::wire::binary::frame::{Flags, Frame, Opening};

const BOUNDS: Bounds =
    Bounds { frame_bytes_max: 1024, window_bytes: 100, connection_window_bytes: 200, calls_max: 4 };

const LIMIT: usize = 1000;

fn shape(kind: MethodKind) -> Shape {
    Shape { kind, limit: SizeLimit::of_connection(LIMIT, false) }
}

fn machine(role: Role) -> Machine {
    Machine::new(role, BOUNDS, BOUNDS)
}

/// What a machine says, and all of it.
fn said(machine: &mut Machine) -> Vec<Frame> {
    let mut bytes = BytesMut::new();
    machine.fill();
    while !machine.outbox().is_empty() {
        let first = machine.outbox().first().to_vec();
        bytes.extend_from_slice(&first);
        machine.outbox().advance(first.len());
        machine.fill();
    }
    let frames = std::iter::from_fn(|| Frame::next(&mut bytes, BOUNDS.frame_bytes_max).unwrap());
    frames.collect()
}

fn kinds(frames: &[Frame]) -> Vec<Kind> {
    frames.iter().map(|frame| frame.kind).collect()
}

/// Hands on what one side says. All calls have the kind of method that their number says.
fn hand(from: &mut Machine, to: &mut Machine) -> Vec<Arrived> {
    said(from).iter().filter_map(|frame| to.receive(frame, numbered).unwrap()).collect()
}

const KINDS: [MethodKind; 4] =
    [MethodKind::UnaryUnary, MethodKind::UnaryStream, MethodKind::StreamUnary, MethodKind::StreamStream];

fn numbered(method: u32) -> Shape {
    shape(KINDS[usize::try_from(method).unwrap() % 4])
}

fn frame(kind: Kind, flags: u8, call: u32, payload: &[u8]) -> Frame {
    Frame { kind, flags: Flags(flags), call, payload: Bytes::copy_from_slice(payload) }
}

fn begin(host: &mut Machine, kind: MethodKind) -> Ticket {
    let method = KINDS.iter().position(|of| *of == kind).unwrap().try_into().unwrap();
    let opening = Opening { method, timeout: None, metadata: None };
    let message = (!kind.streams_requests()).then(|| Bytes::from_static(b"request"));
    host.begin(&opening, shape(kind), &mut message.map(Into::into)).unwrap()
}

/// A call that runs.
fn running(kind: MethodKind) -> (Machine, Machine, Ticket, Ticket) {
    let (mut host, mut plugin) = (machine(Role::Host), machine(Role::Plugin));
    let call = begin(&mut host, kind);
    let arrived = hand(&mut host, &mut plugin);
    (host, plugin, call, arrived[0].call)
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn wakes(machine: &mut Machine, woken: &Arc<Woken>) -> bool {
    machine.woken().drain(..).for_each(Waker::wake);
    woken.0.swap(false, Ordering::Relaxed)
}

fn assert_nothing_left(machine: &Machine) {
    assert_eq!((machine.calls.len(), machine.keys.len(), machine.under_way), (0, 0, 0));
}

#[test]
fn a_call_that_is_given_up_ends_though_its_answer_waits_for_a_grant() {
    for kind in KINDS {
        let (mut host, mut plugin, call, arrived) = running(kind);
        // More than the window: a part goes, and the rest is never granted.
        plugin.end(arrived, Some(Bytes::from(vec![7; LIMIT]).into()));
        let before = said(&mut plugin);
        assert_eq!(kinds(&before), [Kind::Message]);
        host.forget(call);
        for frame in &before {
            host.receive(frame, numbered).unwrap();
        }
        hand(&mut host, &mut plugin);
        assert_nothing_left(&plugin);
        hand(&mut plugin, &mut host);
        assert_nothing_left(&host);
    }
}

#[test]
fn what_is_sent_for_a_call_that_is_given_up_goes_nowhere() {
    let (mut host, mut plugin, call, arrived) = running(MethodKind::UnaryStream);
    plugin.send(arrived, Bytes::from(vec![7; LIMIT]));
    assert!(!plugin.can_send(arrived));
    let woken = Arc::new(Woken::default());
    plugin.wait_to_send(arrived, &Arc::clone(&woken).into());
    hand(&mut plugin, &mut host);
    host.forget(call);
    hand(&mut host, &mut plugin);
    assert!(wakes(&mut plugin, &woken));
    assert!(plugin.can_send(arrived), "nobody is held up by a call that nobody waits for");
    plugin.send(arrived, Bytes::from(vec![8; LIMIT]));
    assert!(plugin.can_send(arrived));
    plugin.end(arrived, Some(Bytes::from(vec![9; LIMIT]).into()));
    // It would be well with half of a message.
    let ends = said(&mut plugin);
    assert_eq!(kinds(&ends).last(), Some(&Kind::Status));
    assert!(ends.iter().all(|frame| !frame.flags.has(Flags::END)));
    assert_nothing_left(&plugin);
}

#[test]
fn calls_that_are_given_up_while_they_wait_for_the_connection_leave_nothing() {
    let (mut host, mut plugin) = (machine(Role::Host), machine(Role::Plugin));
    // Nobody reads these: the connection grants nothing more.
    for _ in 0..2 {
        begin(&mut host, MethodKind::UnaryStream);
    }
    for Arrived { call, .. } in hand(&mut host, &mut plugin) {
        plugin.send(call, Bytes::from(vec![7; 84]));
    }
    hand(&mut plugin, &mut host);
    assert_eq!(plugin.credit.left(), 0);
    for _ in 0..1000 {
        let call = begin(&mut host, MethodKind::UnaryStream);
        let arrived = hand(&mut host, &mut plugin);
        plugin.send(arrived[0].call, Bytes::from_static(b"answer"));
        host.forget(call);
        hand(&mut host, &mut plugin);
        plugin.end_with(arrived[0].call, Bytes::from_static(&[1, 0, 0, 0, 0]), true);
        hand(&mut plugin, &mut host);
    }
    assert_eq!(plugin.calls.len(), 2);
    assert!(plugin.starved.len() < 100, "{}", plugin.starved.len());
    assert!(plugin.turns.len() < 100, "{}", plugin.turns.len());
}

#[test]
fn a_call_in_the_place_of_one_that_was_given_up_has_no_turns_of_both() {
    let bounds = Bounds { frame_bytes_max: 1 << 17, window_bytes: 1 << 20, ..BOUNDS };
    let mut host = Machine::new(Role::Host, bounds, bounds);
    let large = |host: &mut Machine| {
        let opening = Opening { method: 0, timeout: None, metadata: None };
        host.begin(&opening, numbered(0), &mut Some(Bytes::from(vec![7; 1 << 20]).into())).unwrap()
    };
    // The outbox is full, and the others wait.
    let mut calls: Vec<Ticket> = (0..3).map(|_| large(&mut host)).collect();
    let id = host.record(calls[2]).unwrap().id;
    host.forget(calls.remove(2));
    host.receive(&frame(Kind::Status, 0, id, &[1, 0, 0, 0, 0]), numbered).unwrap();
    let next = large(&mut host);
    assert_ne!(host.record(next).unwrap().id, id);
    let mut turns = host
        .turns
        .iter()
        .filter(|turn| host.calls.get(turn.key).is_some_and(|record| record.serial == turn.serial));
    assert_eq!(turns.clone().filter(|turn| turn.key == next.key).count(), 1);
    assert_eq!(turns.clone().count(), 3, "{:?}", turns.next());
    let places: Vec<Key> = host.turns.iter().map(|turn| turn.key).collect();
    host.outbox.clear();
    host.fill();
    let after: Vec<Key> = host.turns.iter().map(|turn| turn.key).collect();
    assert_eq!(places.len(), 4);
    assert_eq!(after.len(), 3, "the turn of the call that has ended is gone");
}

#[test]
fn a_frame_without_a_part_of_a_message_carries_none() {
    let (mut host, mut plugin, call, arrived) = running(MethodKind::StreamStream);
    let id = host.record(call).unwrap().id;
    plugin.receive(&frame(Kind::Message, Flags::END, id, b"x"), numbered).unwrap_err();
    plugin.end(arrived, None);
    host.receive(&frame(Kind::Message, Flags::END, id, b"x"), numbered).unwrap_err();
}

#[test]
fn what_is_for_the_connection_is_for_no_call() {
    let (mut host, mut plugin, call, _) = running(MethodKind::UnaryUnary);
    let id = host.record(call).unwrap().id;
    for frame in [frame(Kind::Ping, 0, id, &[0; 8]), frame(Kind::Goodbye, 0, id, &[0])] {
        assert!(matches!(host.receive(&frame, numbered), Err(Violation::OutOfPlace { .. })));
        assert!(matches!(plugin.receive(&frame, numbered), Err(Violation::OutOfPlace { .. })));
    }
}

#[test]
fn an_id_is_free_when_its_call_has_ended_though_nobody_has_read_the_answer() {
    let (mut host, mut plugin, call, arrived) = running(MethodKind::UnaryUnary);
    let id = host.record(call).unwrap().id;
    plugin.end(arrived, Some(Bytes::from_static(b"answer").into()));
    hand(&mut plugin, &mut host);
    // Grants for a call that has ended may cross with its end, whatever they say.
    let grant = frame(Kind::Window, 0, id, &u32::MAX.to_le_bytes());
    host.receive(&grant, numbered).unwrap();
    plugin.receive(&grant, numbered).unwrap();
    plugin.receive(&frame(Kind::Cancel, 0, id, &[]), numbered).unwrap();
    for late in [frame(Kind::Headers, 0, id, &[0, 0]), frame(Kind::Message, Flags::END, id, &[])] {
        let violation = host.receive(&late, numbered).unwrap_err();
        assert_eq!(violation, late.out_of_place("no call has this id"));
    }
    assert_eq!(host.take(call).as_deref(), Some(&b"answer"[..]));
    assert!(matches!(host.outcome(call), Some(Outcome::Ok)));
    host.forget(call);
    assert_nothing_left(&host);
    assert_eq!(kinds(&said(&mut host)), []);
}

#[test]
fn a_broken_rule_is_told_also_by_a_side_that_wanted_to_end() {
    let mut plugin = machine(Role::Plugin);
    plugin.goodbye(Goodbye::Orderly, "");
    plugin.goodbye(Goodbye::Orderly, "");
    plugin.goodbye(Goodbye::Violation, &"\u{20ac}".repeat(300));
    let said = said(&mut plugin);
    assert_eq!(said.len(), 2);
    let text = std::str::from_utf8(&said[1].payload[1..]).unwrap();
    assert_eq!((said[1].payload[0], text.len()), (1, 510));
}

#[test]
fn messages_before_one_that_is_too_long_are_not_lost() {
    let (mut host, mut plugin, call, arrived) = running(MethodKind::StreamStream);
    for length in [3, 4, LIMIT + 1] {
        plugin.send(arrived, Bytes::from(vec![7; length]));
        host.send(call, Bytes::from(vec![7; length]));
        hand(&mut plugin, &mut host);
        hand(&mut host, &mut plugin);
    }
    for (machine, call) in [(&mut host, call), (&mut plugin, arrived)] {
        let taken = std::iter::from_fn(|| machine.take(call).map(|message| message.len()));
        assert_eq!(taken.collect::<Vec<_>>(), [3, 4]);
    }
    for _ in 0..50 {
        hand(&mut plugin, &mut host);
        hand(&mut host, &mut plugin);
    }
    assert!(matches!(host.outcome(call), Some(Outcome::Failed(_))));
    assert!(plugin.outcome(arrived).is_some());
    host.forget(call);
    plugin.end(arrived, None);
    hand(&mut plugin, &mut host);
    assert_nothing_left(&host);
    assert_nothing_left(&plugin);
    assert_eq!(host.window.held(), 0);
    assert_eq!(plugin.window.held(), 0);
}

#[test]
fn an_answer_that_is_too_long_is_no_good_end() {
    for parts in [1, 2] {
        let (mut host, mut plugin, call, arrived) = running(MethodKind::UnaryUnary);
        let id = host.record(call).unwrap().id;
        // More than the windows of this test let through at once.
        host.record(call).unwrap().incoming =
            Incoming::new(10_000, shape(MethodKind::UnaryUnary).limit, false);
        let part = vec![7; LIMIT / parts + 1];
        for number in 1..=parts {
            let flags = if number == parts { Flags::PART | Flags::END } else { Flags::PART | Flags::MORE };
            host.receive(&frame(Kind::Message, flags, id, &part), numbered).unwrap();
        }
        assert!(matches!(host.outcome(call), Some(Outcome::Failed(_))), "{:?}", host.outcome(call));
        assert_eq!((host.take(call), kinds(&said(&mut host))), (None, vec![]));
        host.forget(call);
        assert_nothing_left(&host);
        plugin.end(arrived, None);
    }
}

#[test]
fn an_answer_that_is_there_is_not_given_up() {
    let (mut host, mut plugin, call, arrived) = running(MethodKind::StreamStream);
    plugin.end(arrived, Some(Bytes::from_static(b"answer").into()));
    hand(&mut plugin, &mut host);
    // The stream of requests fails a moment later.
    host.give_up(call, Status::internal("no more"));
    assert_eq!(host.take(call).as_deref(), Some(&b"answer"[..]));
    assert!(matches!(host.outcome(call), Some(Outcome::Ok)));
}

#[test]
fn a_call_that_waits_for_the_connection_may_end() {
    let (mut host, mut plugin) = (machine(Role::Host), machine(Role::Plugin));
    for _ in 0..3 {
        begin(&mut host, MethodKind::UnaryStream);
    }
    let arrived = hand(&mut host, &mut plugin);
    for Arrived { call, .. } in &arrived {
        plugin.send(*call, Bytes::from(vec![7; 84]));
    }
    // Nobody reads the first two, and no grant comes.
    hand(&mut plugin, &mut host);
    assert!(!plugin.can_send(arrived[2].call));
    plugin.end_with(arrived[2].call, Bytes::from_static(&[1, 0, 0, 0, 0]), true);
    assert_eq!(kinds(&said(&mut plugin)), [Kind::Status]);
}

/// Memory that was read into, and that is counted while somebody has it.
struct Read {
    bytes: Vec<u8>,
    _held: Arc<()>,
}

impl AsRef<[u8]> for Read {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[test]
fn small_messages_that_nobody_takes_do_not_hold_what_was_read_with_them() {
    let bounds = Bounds {
        frame_bytes_max: 1 << 17,
        window_bytes: 1 << 20,
        connection_window_bytes: 1 << 20,
        ..BOUNDS
    };
    let (mut host, mut plugin) = (Machine::new(Role::Host, bounds, bounds), machine(Role::Plugin));
    let call = begin(&mut host, MethodKind::UnaryStream);
    hand(&mut host, &mut plugin);
    let id = host.record(call).unwrap().id;
    let held = Arc::new(());
    let mut read = |flags: u8, payload: Vec<u8>| {
        let payload = Bytes::from_owner(Read { bytes: payload, _held: Arc::clone(&held) });
        let frame = Frame { kind: Kind::Message, flags: Flags(flags), call: id, payload };
        host.receive(&frame, numbered).unwrap();
    };
    for _ in 0..100 {
        read(Flags::PART, vec![7]);
        read(Flags::PART | Flags::SEVERAL, vec![1, 0, 0, 0, 7, 0, 0, 0, 0]);
    }
    assert_eq!(Arc::strong_count(&held), 1);
    let taken = std::iter::from_fn(|| host.take(call).map(|message| message.len()));
    assert_eq!(taken.sum::<usize>(), 200);
}

#[test]
fn what_a_reader_takes_at_once_has_a_bound_and_goes_on_where_it_stopped() {
    let bounds = Bounds { window_bytes: 1 << 20, connection_window_bytes: 1 << 20, ..BOUNDS };
    let (mut host, mut plugin) =
        (Machine::new(Role::Host, bounds, bounds), Machine::new(Role::Plugin, bounds, bounds));
    let call = begin(&mut host, MethodKind::UnaryStream);
    let arrived = hand(&mut host, &mut plugin).pop().unwrap().call;
    let number = 3 * BINARY_TAKEN_TOGETHER_BYTES_MAX / 8;
    let mut sent = Batch::to_send(Framing::Binary, SizeLimit::of_connection(4, false));
    for next in 0..u32::try_from(number).unwrap() {
        sent.push(Bytes::copy_from_slice(&next.to_le_bytes()));
    }
    plugin.send_several(arrived, &mut sent);
    assert!(sent.is_empty());
    hand(&mut plugin, &mut host);
    let mut received = 0_u32;
    for _ in 0..10 {
        let mut batch = Batch::to_read();
        host.take_together(call, &mut batch);
        let before = received;
        while let Some(message) = batch.next() {
            assert_eq!(message, received.to_le_bytes()[..]);
            received += 1;
        }
        let bytes = usize::try_from(received - before).unwrap() * 8;
        assert!(bytes <= BINARY_TAKEN_TOGETHER_BYTES_MAX + 1024, "{bytes}");
    }
    assert_eq!(usize::try_from(received).unwrap(), number);
}

#[test]
fn the_text_of_a_goodbye_is_cut_between_two_characters() {
    let payload = Goodbye::Refused.payload(&"\u{fc}".repeat(400));
    assert_eq!(payload.first(), Some(&3));
    assert_eq!(String::from_utf8(payload[1..].to_vec()).unwrap(), "\u{fc}".repeat(256));
    // A character that would cross the end is left out as a whole.
    let payload = Goodbye::Orderly.payload(&format!("a{}", "\u{fc}".repeat(400)));
    assert_eq!(payload.len(), 1 + 511);
    assert!(std::str::from_utf8(&payload[1..]).is_ok());
}

#[test]
fn answers_that_nobody_reads_leave_no_place_and_that_is_said() {
    let mut host = machine(Role::Host);
    let mut calls = Vec::new();
    for _ in 0..BINARY_PLACES {
        let call = begin(&mut host, MethodKind::UnaryUnary);
        let id = host.calls.of(call).unwrap().id;
        let answer = frame(Kind::Message, Flags::PART | Flags::END, id, b"answer");
        host.receive(&answer, numbered).unwrap();
        said(&mut host);
        calls.push(call);
    }
    let opening = Opening { method: 0, timeout: None, metadata: None };
    let began = host.begin(&opening, numbered(0), &mut Some(Bytes::new().into()));
    assert_eq!(began, Err(NotNow::Unread), "to wait for one of them could be for ever");
    assert!(host.conclude(calls[7]).is_some());
    begin(&mut host, MethodKind::UnaryUnary);
}

#[test]
fn an_answer_hears_of_requests_that_were_refused_also_with_their_end() {
    for flags in [Flags::PART | Flags::END, Flags::PART] {
        let (mut host, mut plugin) = (machine(Role::Host), machine(Role::Plugin));
        begin(&mut host, MethodKind::StreamStream);
        let short = |method| Shape { limit: SizeLimit::of_connection(3, false), ..numbered(method) };
        let call = plugin.receive(&said(&mut host)[0], short).unwrap().unwrap().call;
        let woken = Arc::new(Woken::default());
        plugin.wait_to_send(call, &Arc::clone(&woken).into());
        let id = plugin.calls.of(call).unwrap().id;
        plugin.receive(&frame(Kind::Message, flags, id, b"long"), numbered).unwrap();
        assert!(matches!(plugin.outcome(call), Some(Outcome::Failed(_))));
        assert!(wakes(&mut plugin, &woken), "it may not read its requests");
    }
}

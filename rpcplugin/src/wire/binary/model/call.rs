//! What is known of a call on both sides, and what each may see of the other.

use bytes::Bytes;

use super::super::machine::{Conclusion, Machine, Outcome, Ticket};
use super::agent::Agent;
use crate::contract::MethodKind;

/// How a handler ended its call, or wanted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Ok,
    Status { payload: Bytes, breaks_off: bool },
}

/// The caller of a call.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) call: Ticket,
    pub(super) sent: Vec<Bytes>,
    pub(super) has_finished: bool,
    pub(super) initial: Option<Bytes>,
    pub(super) received: usize,
    pub(super) outcome: Option<Outcome>,
    pub(super) has_forgotten: bool,
    /// Its requests failed.
    pub(super) has_given_up: bool,
    pub(super) reader: Agent,
    pub(super) writer: Agent,
}

/// The handler of a call.
#[derive(Debug)]
pub(super) struct Handler {
    pub(super) call: Ticket,
    pub(super) sent: Vec<Bytes>,
    pub(super) initial: Option<Bytes>,
    pub(super) received: usize,
    pub(super) has_read_all: bool,
    pub(super) ends: Vec<End>,
    pub(super) reader: Agent,
    pub(super) writer: Agent,
}

impl Handler {
    pub(super) fn new(call: Ticket) -> Self {
        Self {
            call,
            sent: Vec::new(),
            initial: None,
            received: 0,
            has_read_all: false,
            ends: Vec::new(),
            reader: Agent::default(),
            writer: Agent::default(),
        }
    }
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) number: u32,
    pub(super) kind: MethodKind,
    pub(super) timeout: Option<u64>,
    pub(super) metadata: Option<Bytes>,
    pub(super) caller: Caller,
    pub(super) handler: Option<Handler>,
}

impl Call {
    pub(super) fn new(number: u32, kind: MethodKind, call: Ticket) -> Self {
        let caller = Caller {
            call,
            sent: Vec::new(),
            has_finished: !kind.streams_requests(),
            initial: None,
            received: 0,
            outcome: None,
            has_forgotten: false,
            has_given_up: false,
            reader: Agent::default(),
            writer: Agent::default(),
        };
        Self { number, kind, timeout: None, metadata: None, caller, handler: None }
    }

    /// The caller reads. Whether anything came of it.
    pub(super) fn caller_reads(&mut self, machine: &mut Machine, limit: usize) -> bool {
        let caller = &mut self.caller;
        if caller.has_forgotten || caller.outcome.is_some() || !caller.reader.may_act() {
            return false;
        }
        if let Some(initial) = machine.take_initial(caller.call) {
            assert!(caller.initial.is_none() && caller.received == 0);
            assert!(machine.is_answered(caller.call) || caller.initial.is_none());
            caller.initial = Some(initial);
        }
        if let Some(message) = machine.take(caller.call) {
            let handler = self.handler.as_ref().expect("somebody answers");
            assert_eq!(message, handler.sent[caller.received], "call {}", self.number);
            assert_eq!(caller.initial, handler.initial, "the metadata comes before the first message");
            caller.received += 1;
            assert!(self.kind.streams_responses() || caller.received == 1);
            return true;
        }
        if let Some(outcome) = machine.outcome(caller.call) {
            caller.outcome = Some(outcome);
            self.check_outcome(limit);
            return true;
        }
        machine.wait_to_read(caller.call, &caller.reader.wait());
        false
    }

    /// The caller of a single response asks for all of the answer at once.
    pub(super) fn caller_concludes(&mut self, machine: &mut Machine, limit: usize) {
        let caller = &mut self.caller;
        if caller.has_forgotten || caller.outcome.is_some() || !caller.reader.may_act() {
            return;
        }
        let Some(Conclusion { initial, message, outcome }) = machine.conclude(caller.call) else {
            return machine.wait_to_read(caller.call, &caller.reader.wait());
        };
        caller.initial = initial.or(caller.initial.take());
        if let Some(message) = message {
            let handler = self.handler.as_ref().expect("somebody answers");
            assert_eq!(message.bytes, handler.sent[caller.received], "call {}", self.number);
            assert_eq!(caller.initial, handler.initial);
            caller.received += 1;
        }
        caller.outcome = Some(outcome);
        caller.has_forgotten = true;
        self.check_outcome(limit);
    }

    fn check_outcome(&self, limit: usize) {
        let (caller, handler) = (&self.caller, self.handler.as_ref());
        let has_all = handler.is_some_and(|handler| caller.received == handler.sent.len());
        let ends = handler.map(|handler| handler.ends.as_slice()).unwrap_or_default();
        match caller.outcome.as_ref().unwrap() {
            Outcome::Ok => assert!(has_all && ends.contains(&End::Ok), "{self:?}"),
            Outcome::Status(status) => {
                let is_the_same = |end: &End| matches!(end, End::Status { payload, .. } if payload == status);
                let breaks_off = |end: &End| matches!(end, End::Status { breaks_off: true, .. });
                assert!(ends.iter().any(is_the_same), "{self:?}");
                assert!(has_all || ends.iter().any(breaks_off), "{self:?}");
            }
            Outcome::Failed(_) if caller.has_given_up => {}
            Outcome::Failed(_) => {
                let message = &handler.unwrap().sent[caller.received];
                assert!(message.len() > limit, "{self:?}");
            }
            // Whoever ends the connection looks for it.
            Outcome::Lost => {}
        }
    }

    /// The handler reads. Whether anything came of it.
    pub(super) fn handler_reads(&mut self, machine: &mut Machine, limit: usize) -> bool {
        let Some(handler) = &mut self.handler else { return false };
        if handler.has_read_all || !handler.ends.is_empty() || !handler.reader.may_act() {
            return false;
        }
        let caller = &self.caller;
        if let Some(message) = machine.take(handler.call) {
            assert_eq!(message, caller.sent[handler.received], "call {}", self.number);
            handler.received += 1;
            return true;
        }
        match machine.outcome(handler.call) {
            Some(Outcome::Failed(_)) => assert!(caller.sent[handler.received].len() > limit),
            Some(Outcome::Lost) => {}
            Some(other) => panic!("{other:?} is not for a plugin"),
            None if machine.requests_ended(handler.call) => {
                assert!(caller.has_finished && handler.received == caller.sent.len(), "{self:?}");
            }
            None => {
                machine.wait_to_read(handler.call, &handler.reader.wait());
                return false;
            }
        }
        handler.has_read_all = true;
        true
    }
}

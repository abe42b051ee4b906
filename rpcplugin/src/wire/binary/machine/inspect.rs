//! What a test may see of a machine, and set.

use bytes::Bytes;

use super::{Machine, Ticket};

impl Machine {
    /// The next message of a call that is there, as it travels.
    pub(in crate::wire::binary) fn take(&mut self, call: Ticket) -> Option<Bytes> {
        self.take_next(call).map(|message| message.bytes)
    }

    /// Ids differ from those before by a number of the begun calls. So that a test need not begin thousands.
    pub(in crate::wire::binary) fn set_generation(&mut self, generation: u16) {
        self.generation = generation;
    }

    /// Calls of which something is kept, as a number.
    pub(in crate::wire::binary) fn calls_held(&self) -> usize {
        self.calls.len()
    }

    /// The bytes of messages that wait to be taken, or to be complete.
    pub(in crate::wire::binary) fn bytes_held(&self) -> usize {
        self.calls.iter().map(|(_, record)| record.incoming.bytes_held()).sum()
    }

    /// What this side may send to all streams together, in bytes.
    pub(in crate::wire::binary) fn credit_left(&self) -> i64 {
        self.credit.left()
    }

    /// What the other side may send to all streams together, in bytes.
    pub(in crate::wire::binary) fn window_left(&self) -> i64 {
        self.window.left()
    }

    /// What streams have spent of it and was not taken, in bytes.
    pub(in crate::wire::binary) fn window_held(&self) -> i64 {
        self.window.held()
    }

    /// Nothing is left of any call.
    ///
    /// # Panics
    ///
    /// If something is.
    #[track_caller]
    pub(in crate::wire::binary) fn assert_idle(&mut self) {
        self.fill();
        assert_eq!((self.calls.len(), self.keys.len(), self.under_way), (0, 0, 0), "{self:?}");
        assert!(self.turns.is_empty() && self.outbox.is_empty() && self.woken.is_empty(), "{self:?}");
        assert!(self.starved.len() <= 20, "{:?}", self.starved);
    }
}

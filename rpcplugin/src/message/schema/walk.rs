//! Every message that can be reached from others, each once: a message may hold itself, and may lie in many places.

use std::collections::BTreeSet;

use super::MessageSchema;

/// Messages that are still to be visited: the first ones, then what each of them holds, in order, before the next.
#[derive(Debug, Default)]
pub(super) struct Walk<'a> {
    /// The last one is the next.
    open: Vec<&'a MessageSchema>,
    /// Held by a message that was known: visited last, so that they do not change the order of the others.
    known: Vec<&'a MessageSchema>,
    seen: BTreeSet<usize>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(first: &[&'a MessageSchema]) -> Self {
        let mut walk = Self::default();
        walk.add(first);
        walk
    }

    /// The messages that the one visited last holds.
    pub(super) fn add(&mut self, held: &[&'a MessageSchema]) {
        self.open.extend(held.iter().rev());
    }

    /// The messages that the one visited last holds, if it is no other than one that was visited before. A constant may
    /// lie at more than one address, so one message can be visited twice.
    pub(super) fn add_known(&mut self, held: &[&'a MessageSchema]) {
        self.known.extend(held.iter().rev());
    }

    /// The next message.
    pub(super) fn next(&mut self) -> Option<&'a MessageSchema> {
        loop {
            let schema = self.open.pop().or_else(|| self.known.pop())?;
            if self.seen.insert(address(schema)) {
                return Some(schema);
            }
        }
    }
}

/// What tells one message from another while they are visited. Two addresses may hold one message, one address never
/// holds two that differ.
pub(super) fn address(schema: &MessageSchema) -> usize {
    std::ptr::from_ref(schema).addr()
}

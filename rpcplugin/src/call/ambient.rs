//! The context of the call whose handler runs right now, for code that was not handed one.
//!
//! It is set around each poll and not for a task: a handler is polled by whatever task the wire has, and with another
//! runtime, or none, all the same.

use std::cell::RefCell;

use tokio::time::Instant;

use super::Context;

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// While it lives, the context that it was lent is the current one of this thread; without one, there is none.
///
/// The context is not cloned: it goes there and comes back, at every poll of every handler.
pub(crate) struct Ambient<'a> {
    /// Holds what was current before, for so long.
    lent: &'a mut Option<Context>,
}

impl<'a> Ambient<'a> {
    pub(crate) fn enter(lent: &'a mut Option<Context>) -> Self {
        CURRENT.with_borrow_mut(|current| std::mem::swap(current, lent));
        Self { lent }
    }
}

impl Ambient<'_> {
    pub(super) fn current() -> Option<Context> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// When the call must end whose handler runs right now.
    pub(super) fn deadline() -> Option<Instant> {
        CURRENT.with_borrow(|current| current.as_ref().and_then(Context::deadline))
    }
}

impl Drop for Ambient<'_> {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|current| std::mem::swap(current, self.lent));
    }
}

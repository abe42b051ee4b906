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

/// While it lives, its context is the current one of this thread; without one, there is none.
pub(crate) struct Ambient {
    before: Option<Context>,
}

impl Ambient {
    pub(crate) fn enter(context: Option<Context>) -> Self {
        Self { before: CURRENT.with_borrow_mut(|current| std::mem::replace(current, context)) }
    }

    pub(super) fn current() -> Option<Context> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// When the call must end whose handler runs right now.
    pub(super) fn deadline() -> Option<Instant> {
        CURRENT.with_borrow(|current| current.as_ref().and_then(Context::deadline))
    }
}

impl Drop for Ambient {
    fn drop(&mut self) {
        let before = self.before.take();
        // Dropped outside of the borrow: the last handle of a context may drop values of a user's.
        drop(CURRENT.with_borrow_mut(|current| std::mem::replace(current, before)));
    }
}

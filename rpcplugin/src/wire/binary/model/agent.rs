//! Who waits, and acts again only when it was woken: a waker that is lost holds it up for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

#[derive(Debug, Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A task that reads or writes.
#[derive(Debug, Default)]
pub(super) struct Agent {
    flag: Arc<Flag>,
    is_waiting: bool,
}

impl Agent {
    /// Whether it may act. Then it does not wait any more.
    pub(super) fn may_act(&mut self) -> bool {
        if self.is_waiting && !self.flag.0.swap(false, Ordering::Relaxed) {
            return false;
        }
        self.is_waiting = false;
        true
    }

    /// It waits, with this waker.
    pub(super) fn wait(&mut self) -> Waker {
        self.flag.0.store(false, Ordering::Relaxed);
        self.is_waiting = true;
        Arc::clone(&self.flag).into()
    }
}

//! Code of a user's that may panic where nobody else must hear of it.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a panic carried. It is of any type, and dropped where another panic of it goes no further.
#[derive(Debug)]
pub(crate) struct Panicked(Option<Box<dyn Any + Send>>);

thread_local! {
    /// How many of those who contain a panic stand around what runs on this thread.
    static AROUND: Cell<usize> = const { Cell::new(0) };
}

/// Runs code whose panic goes no further. What it changes must not be looked at after one.
pub(crate) fn contain<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    AROUND.set(AROUND.get().saturating_add(1));
    let done = catch_unwind(AssertUnwindSafe(work));
    AROUND.set(AROUND.get().saturating_sub(1));
    done.map_err(|panic| Panicked(Some(panic)))
}

/// Whether a panic on this thread would go no further.
#[cfg(feature = "logging")]
pub(crate) fn is_contained() -> bool {
    AROUND.get() > 0
}

impl Drop for Panicked {
    fn drop(&mut self) {
        let carried = self.0.take();
        // One whose drop panics, with another of the kind, is enough to end a thread.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(carried))) {
            std::mem::forget(again);
        }
    }
}

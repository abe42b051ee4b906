//! Code of a user's that may panic where nobody else must hear of it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a panic carried. It is of any type, and dropped where another panic of it goes no further.
#[derive(Debug)]
pub(crate) struct Panicked(Option<Box<dyn Any + Send>>);

/// Runs code whose panic goes no further. What it changes must not be looked at after one.
pub(crate) fn contain<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Panicked(Some(panic)))
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

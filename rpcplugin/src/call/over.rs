//! A call that is over must be known to whoever still works for it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use super::{Ambient, Context};

/// Whether a call is over, and who waits for it.
#[derive(Debug, Default)]
pub(super) struct Over {
    is_over: AtomicBool,
    /// Made when somebody waits for the first time: for most calls nobody does.
    waiting: OnceLock<watch::Sender<bool>>,
}

impl Over {
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// The flag goes up before the sender is looked for, and who waits makes the sender before looking at the flag: one of
    /// the two sees the other.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(waiting) = self.waiting.get() {
            waiting.send_replace(true);
        }
    }

    pub(super) async fn wait(&self) {
        let mut waiting = self.waiting.get_or_init(|| watch::channel(false).0).subscribe();
        if !self.is_over() {
            // The sender lives as long as we do.
            drop(waiting.wait_for(|is_over| *is_over).await);
        }
    }
}

/// Held by whoever runs a call. Dropping it says that the call is over.
#[derive(Debug)]
pub(crate) struct OverGuard(Option<Context>);

impl OverGuard {
    pub(crate) const fn new(context: Context) -> Self {
        Self(Some(context))
    }

    /// Makes the context of the call the current one.
    pub(crate) fn enter(&mut self) -> Ambient<'_> {
        Ambient::enter(&mut self.0)
    }
}

impl Drop for OverGuard {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.end();
        }
    }
}

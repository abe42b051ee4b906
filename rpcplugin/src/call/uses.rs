use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many rely on a connection. Clones count the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    number: AtomicUsize,
    /// Whether somebody waits until there are none. Nobody does as a rule, and a call does not pay for it.
    is_awaited: AtomicBool,
    none: Notify,
}

impl Uses {
    /// One more, until the value is dropped.
    pub(crate) fn begin(&self) -> InUse {
        self.0.number.fetch_add(1, Ordering::SeqCst);
        InUse(Self::clone(self))
    }

    /// Whether anybody does.
    #[cfg(feature = "_connected")]
    pub(crate) fn are_any(&self) -> bool {
        self.0.number.load(Ordering::Relaxed) > 0
    }

    /// How many do.
    #[cfg(feature = "client")]
    pub(crate) fn number(&self) -> usize {
        self.0.number.load(Ordering::SeqCst)
    }

    /// Waits until nobody does. Cancel-safe.
    #[cfg(feature = "client")]
    pub(crate) async fn ended(&self) {
        // Before the number is looked at: whoever is the last to end sees either this, or is not counted any more.
        self.0.is_awaited.store(true, Ordering::SeqCst);
        loop {
            let mut none = std::pin::pin!(self.0.none.notified());
            none.as_mut().enable();
            if self.number() == 0 {
                return;
            }
            none.await;
        }
    }
}

/// Somebody who relies on a connection.
#[derive(Debug)]
pub(crate) struct InUse(Uses);

impl Drop for InUse {
    fn drop(&mut self) {
        let Uses(counted) = &self.0;
        if counted.number.fetch_sub(1, Ordering::SeqCst) == 1 && counted.is_awaited.load(Ordering::SeqCst) {
            counted.none.notify_waiters();
        }
    }
}

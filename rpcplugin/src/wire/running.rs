//! Which calls run? A plugin that ends waits for them, and for nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many calls run. Clones count the same calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningCalls {
    calls: Arc<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    number: AtomicUsize,
    none: Notify,
}

impl RunningCalls {
    /// One call more, until the value is dropped.
    pub(crate) fn begin(&self) -> Running {
        self.calls.number.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&self.calls))
    }

    /// Ends as soon as no call runs. Cancel-safe.
    #[cfg(any(feature = "server", test))]
    pub(crate) async fn ended(&self) {
        loop {
            let none = self.calls.none.notified();
            let mut none = std::pin::pin!(none);
            // Before the number is looked at: the last call may end in between.
            none.as_mut().enable();
            if self.calls.number.load(Ordering::SeqCst) == 0 {
                return;
            }
            none.await;
        }
    }
}

/// One call that runs. A stream of responses keeps it until its end.
pub(crate) struct Running(Arc<Calls>);

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.number.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.none.notify_waiters();
        }
    }
}

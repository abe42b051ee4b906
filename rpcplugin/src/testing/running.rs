use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use tokio::sync::Notify;

use crate::call::{Call, MessageStream, Messages};
use crate::contract::Status;
use crate::rpc::{Interceptor, Next};

/// Which calls run, by name. The outermost interceptor, so that it sees what all others do.
#[derive(Clone, Default)]
pub(super) struct Ledger {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Calls of each path, none of them zero.
    running: Mutex<BTreeMap<&'static str, usize>>,
    ended: Notify,
}

impl Ledger {
    /// The path of each call that runs, in alphabetical order.
    pub(super) fn paths(&self) -> Vec<&'static str> {
        let running = self.shared.running();
        running.iter().flat_map(|(path, count)| std::iter::repeat_n(*path, *count)).collect()
    }

    /// Waits until no call runs. Cancel-safe.
    pub(super) async fn empty(&self) {
        loop {
            let ended = self.shared.ended.notified();
            let mut ended = std::pin::pin!(ended);
            // Before the calls are counted: the last one may end in between.
            ended.as_mut().enable();
            if self.shared.running().is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn begin(&self, path: &'static str) -> Entry {
        *self.shared.running().entry(path).or_default() += 1;
        Entry { shared: Arc::clone(&self.shared), path }
    }
}

impl Shared {
    fn running(&self) -> MutexGuard<'_, BTreeMap<&'static str, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call that runs, until it is dropped.
struct Entry {
    shared: Arc<Shared>,
    path: &'static str,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut running = self.shared.running();
        if let Some(count) = running.get_mut(self.path) {
            *count -= 1;
            if *count == 0 {
                running.remove(self.path);
            }
        }
        drop(running);
        self.shared.ended.notify_waiters();
    }
}

impl Interceptor for Ledger {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let entry = self.begin(call.method().path);
        Ok(match next.run(call).await? {
            Messages::One(bytes) => Messages::One(bytes),
            // A stream of responses is the call until its end.
            Messages::Many(messages) => Messages::Many(MessageStream::new(messages.inspect(move |_| {
                let _running = &entry;
            }))),
        })
    }
}

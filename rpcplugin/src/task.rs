//! A task that ends with its owner: nothing in this crate runs on after what it was started for is gone.

use std::future::Future;

use tokio::task::JoinHandle;

/// A running task. Dropping it stops the task at its next await.
#[derive(Debug)]
pub(crate) struct OwnedTask<T = ()> {
    handle: JoinHandle<T>,
}

impl<T: Send + 'static> OwnedTask<T> {
    pub(crate) fn spawn(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self { handle: tokio::spawn(future) }
    }

    /// The same on a runtime that is not the current one.
    #[cfg(feature = "client")]
    pub(crate) fn spawn_on(
        runtime: &tokio::runtime::Handle,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Self {
        Self { handle: runtime.spawn(future) }
    }

    /// Waits until the task ended, `None` if it panicked. Cancel-safe: the task goes on. Once it has ended, ask no more.
    pub(crate) async fn ended(&mut self) -> Option<T> {
        (&mut self.handle).await.ok()
    }
}

impl<T> OwnedTask<T> {
    /// Stops the task at its next await, as the drop does.
    #[cfg(feature = "client")]
    pub(crate) fn stop(&self) {
        self.handle.abort();
    }
}

impl<T> Drop for OwnedTask<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

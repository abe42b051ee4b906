//! The lock that the tasks of a connection share: the standard library's, or in one run of the tests one that chooses at every
//! step who goes on.

#[cfg(all(test, feature = "_shuttle"))]
pub(super) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, feature = "_shuttle")))]
pub(super) use std::sync::{Mutex, MutexGuard};

/// Runs something in a task that ends with this future. `None` where its runtime has ended.
#[cfg(all(feature = "client", not(all(test, feature = "_shuttle"))))]
pub(super) async fn in_a_task<T: Send + 'static>(
    runtime: &tokio::runtime::Handle,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    crate::task::OwnedTask::spawn_on(runtime, work).ended().await
}

/// The same where tokio has no tasks: whoever asks for it runs it.
#[cfg(all(test, feature = "_shuttle"))]
pub(super) async fn in_a_task<T>(
    _runtime: &tokio::runtime::Handle,
    work: impl Future<Output = T>,
) -> Option<T> {
    Some(work.await)
}

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many rely on a connection. Clones count the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses(Arc<AtomicUsize>);

impl Uses {
    /// One more, until the value is dropped.
    pub(crate) fn begin(&self) -> InUse {
        self.0.fetch_add(1, Ordering::Relaxed);
        InUse(Self::clone(self))
    }

    /// Whether anybody does.
    #[cfg(feature = "_connected")]
    pub(crate) fn are_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// Somebody who relies on a connection.
#[derive(Debug)]
pub(crate) struct InUse(Uses);

impl Drop for InUse {
    fn drop(&mut self) {
        let Uses(number) = &self.0;
        number.fetch_sub(1, Ordering::Relaxed);
    }
}

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

/// What is known of a connection's peer, and what its silence means, to be asked at any time. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Hearing {
    heard: Arc<Heard>,
}

#[derive(Debug)]
struct Heard {
    last: Mutex<Instant>,
    has_spoken: AtomicBool,
    fallen_silent: AtomicBool,
    is_judged: AtomicBool,
    uses: AtomicUsize,
}

impl Hearing {
    pub(crate) fn new() -> Self {
        Self {
            heard: Arc::new(Heard {
                last: Mutex::new(Instant::now()),
                has_spoken: AtomicBool::new(false),
                fallen_silent: AtomicBool::new(false),
                is_judged: AtomicBool::new(false),
                uses: AtomicUsize::new(0),
            }),
        }
    }

    /// When something came last; the beginning of the connection counts.
    pub(crate) fn last(&self) -> Instant {
        *self.heard.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anything has come.
    #[cfg(feature = "server")]
    pub(crate) fn has_spoken(&self) -> bool {
        self.heard.has_spoken.load(Ordering::Relaxed)
    }

    /// Something came.
    pub(crate) fn something(&self) {
        *self.heard.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.heard.has_spoken.store(true, Ordering::Relaxed);
    }

    /// From now on the connection fails when the peer is silent for too long: somebody asks it for signs of life.
    pub(crate) fn judge(&self) {
        self.heard.is_judged.store(true, Ordering::Relaxed);
    }

    /// From now on the peer may be silent: nobody asks it any more. It is so until [`judge`](Self::judge) as well.
    #[cfg(feature = "client")]
    pub(crate) fn trust(&self) {
        self.heard.is_judged.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_judged(&self) -> bool {
        self.heard.is_judged.load(Ordering::Relaxed)
    }

    /// Somebody relies on the connection until the value is dropped: on a host a call, on a plugin a peer that has called.
    pub(crate) fn in_use(&self) -> InUse {
        self.heard.uses.fetch_add(1, Ordering::Relaxed);
        InUse(Arc::clone(&self.heard))
    }

    pub(crate) fn is_in_use(&self) -> bool {
        self.heard.uses.load(Ordering::Relaxed) > 0
    }

    /// Whether the connection was given up because nothing came.
    pub(crate) fn has_fallen_silent(&self) -> bool {
        self.heard.fallen_silent.load(Ordering::Relaxed)
    }

    pub(super) fn fall_silent(&self) {
        self.heard.fallen_silent.store(true, Ordering::Relaxed);
    }
}

/// Somebody who relies on a connection.
#[derive(Debug)]
pub(crate) struct InUse(Arc<Heard>);

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.uses.fetch_sub(1, Ordering::Relaxed);
    }
}

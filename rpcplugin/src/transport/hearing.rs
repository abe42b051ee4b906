use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

#[cfg(any(feature = "server", test))]
use crate::call::InUse;
use crate::call::Uses;

/// What is known of a connection's peer, and what its silence means, to be asked at any time. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Hearing {
    heard: Arc<Heard>,
}

#[derive(Debug)]
struct Heard {
    begun: Instant,
    /// Since the beginning, in nanoseconds: every read writes it.
    last: AtomicU64,
    has_spoken: AtomicBool,
    fallen_silent: AtomicBool,
    is_judged: AtomicBool,
    uses: Uses,
}

impl Hearing {
    pub(crate) fn new() -> Self {
        Self {
            heard: Arc::new(Heard {
                begun: Instant::now(),
                last: AtomicU64::new(0),
                has_spoken: AtomicBool::new(false),
                fallen_silent: AtomicBool::new(false),
                is_judged: AtomicBool::new(false),
                uses: Uses::default(),
            }),
        }
    }

    /// When something came last; the beginning of the connection counts.
    pub(crate) fn last(&self) -> Instant {
        self.heard.begun + Duration::from_nanos(self.heard.last.load(Ordering::Relaxed))
    }

    /// Whether anything has come.
    #[cfg(feature = "server")]
    pub(crate) fn has_spoken(&self) -> bool {
        self.heard.has_spoken.load(Ordering::Relaxed)
    }

    /// Something came.
    pub(crate) fn something(&self) {
        // In 64 bits there is room for centuries.
        let last = u64::try_from(self.heard.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.heard.last.store(last, Ordering::Relaxed);
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
    #[cfg(any(feature = "server", test))]
    pub(crate) fn in_use(&self) -> InUse {
        self.heard.uses.begin()
    }

    /// Counts those who rely on the connection.
    #[cfg(feature = "client")]
    pub(crate) fn uses(&self) -> Uses {
        self.heard.uses.clone()
    }

    pub(crate) fn is_in_use(&self) -> bool {
        self.heard.uses.are_any()
    }

    /// Whether the connection was given up because nothing came.
    pub(crate) fn has_fallen_silent(&self) -> bool {
        self.heard.fallen_silent.load(Ordering::Relaxed)
    }

    pub(super) fn fall_silent(&self) {
        self.heard.fallen_silent.store(true, Ordering::Relaxed);
    }
}

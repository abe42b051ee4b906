use std::sync::{Arc, OnceLock};

use super::over::Over;
use super::values::Values;
use super::{Context, Peer, ResponseMetadata};

/// What all clones of a context have in common.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) peer: Option<Arc<Peer>>,
    /// The call for whose sake this one is made.
    pub(super) parent: Option<Context>,
    /// Made when somebody writes or reads it: most answers carry none.
    pub(super) response: OnceLock<ResponseMetadata>,
    pub(super) over: Over,
    pub(super) values: Values,
}

impl Shared {
    /// Of a call that came in.
    pub(super) fn of_peer(peer: Arc<Peer>) -> Self {
        Self { peer: Some(peer), ..Self::default() }
    }

    /// Forgets the call. The next one comes from the same peer.
    #[cfg(feature = "server")]
    #[allow(dead_code, reason = "the wire that uses it is being built")]
    pub(super) fn renew(&mut self) {
        *self = Self { peer: self.peer.take(), ..Self::default() };
    }
}

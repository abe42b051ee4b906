use std::sync::{Arc, OnceLock};

use super::over::Over;
use super::values::Values;
use super::{Context, Peer, ResponseMetadata};

/// Where a context finds what it has in common with its clones.
pub(super) enum Common {
    /// It is there.
    There(Arc<Shared>),
    /// It is made when there is something in it, or a clone: most calls are made without either.
    Later(OnceLock<Arc<Shared>>),
}

impl Common {
    pub(super) const fn later() -> Self {
        Self::Later(OnceLock::new())
    }

    /// `None` where nothing is in it, and nobody could look.
    pub(super) fn get(&self) -> Option<&Arc<Shared>> {
        match self {
            Self::There(shared) => Some(shared),
            Self::Later(shared) => shared.get(),
        }
    }

    pub(super) fn get_or_make(&self) -> &Arc<Shared> {
        match self {
            Self::There(shared) => shared,
            Self::Later(shared) => shared.get_or_init(Arc::default),
        }
    }

    #[cfg(feature = "server")]
    pub(super) fn into_inner(self) -> Option<Arc<Shared>> {
        match self {
            Self::There(shared) => Some(shared),
            Self::Later(shared) => shared.into_inner(),
        }
    }
}

impl Clone for Common {
    fn clone(&self) -> Self {
        Self::There(Arc::clone(self.get_or_make()))
    }
}

/// What all clones of a context have in common.
#[derive(Default)]
pub(super) struct Shared {
    /// Whether somebody made it for calls that are to come. It is else that of a call: one that came in, or one that goes
    /// out.
    pub(super) is_made: bool,
    pub(super) peer: Option<Arc<Peer>>,
    /// The call for whose sake this one is made.
    pub(super) parent: Option<Context>,
    /// Made when somebody writes or reads it: most answers carry none.
    pub(super) response: OnceLock<ResponseMetadata>,
    pub(super) over: Over,
    pub(super) values: Values,
}

impl Shared {
    /// For calls that are to come.
    pub(super) fn made() -> Self {
        Self { is_made: true, ..Self::default() }
    }

    /// Of a call that came in.
    pub(super) fn of_peer(peer: Arc<Peer>) -> Self {
        Self { peer: Some(peer), ..Self::default() }
    }

    /// Forgets the call. The next one comes from the same peer.
    #[cfg(feature = "server")]
    pub(super) fn renew(&mut self) {
        *self = Self { peer: self.peer.take(), ..Self::default() };
    }
}

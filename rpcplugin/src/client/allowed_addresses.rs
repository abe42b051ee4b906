use std::fmt;
use std::sync::Arc;

use crate::transport::Address;

type IsAllowed = dyn Fn(&Address) -> bool + Send + Sync;

/// The addresses at which a host takes whoever is there. None unless the user says so.
#[derive(Clone, Default)]
pub(super) struct AllowedAddresses {
    is_allowed: Option<Arc<IsAllowed>>,
}

impl AllowedAddresses {
    pub(super) fn new(is_allowed: impl Fn(&Address) -> bool + Send + Sync + 'static) -> Self {
        Self { is_allowed: Some(Arc::new(is_allowed)) }
    }

    pub(super) fn contains(&self, address: &Address) -> bool {
        self.is_allowed.as_ref().is_some_and(|is_allowed| is_allowed(address))
    }
}

impl fmt::Debug for AllowedAddresses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AllowedAddresses").field("some", &self.is_allowed.is_some()).finish()
    }
}

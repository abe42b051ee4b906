use std::sync::Arc;

use super::PluginServer;
use crate::interceptors::{ConcurrencyLimit, RateLimit};
use crate::rpc::Router;

/// How many calls may come, and how many may run at once, of whatever version of the contract they are.
#[derive(Clone, Debug, Default)]
pub(super) struct CallLimits {
    rate: Option<RateLimit>,
    concurrency: Option<ConcurrencyLimit>,
}

impl CallLimits {
    /// These services behind the limits. The sets of several versions share them.
    pub(super) fn around(&self, mut router: Router) -> Router {
        if let Some(concurrency) = &self.concurrency {
            router = router.wrapped(Arc::new(concurrency.clone()));
        }
        // Further out: a call over the rate takes nobody's place.
        if let Some(rate) = &self.rate {
            router = router.wrapped(Arc::new(rate.clone()));
        }
        router
    }
}

impl PluginServer {
    /// How many calls may come, whatever was said before. `None`: as many as come.
    pub(crate) fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.sets.limits.rate = limit;
        self
    }

    /// How many calls may run at once, whatever was said before.
    pub(crate) fn concurrency_limit(mut self, limit: ConcurrencyLimit) -> Self {
        self.sets.limits.concurrency = Some(limit);
        self
    }
}

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// Says whether the plugin can do its work, to hosts that ask for its health. Clones speak for the same plugin.
///
/// A plugin is serving from its start to the moment that it is asked to end, unless it says otherwise: when what it needs is
/// gone, a database or a device. Its calls go on: what becomes of them is for the handlers to say, and what follows is for the host.
/// A host does not start with a plugin that is not serving when it is asked for the first time.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Cookie, PluginServer};
///
/// let server = PluginServer::new(Cookie::new("GREETER_PLUGIN", "5d1a").unwrap());
/// let health = server.health_reporter();
/// // Then, in a handler or beside it:
/// health.set_not_serving();
/// health.set_serving();
/// ```
#[derive(Clone)]
pub struct HealthReporter {
    serving: Arc<watch::Sender<bool>>,
}

impl HealthReporter {
    pub(super) const fn new(serving: Arc<watch::Sender<bool>>) -> Self {
        Self { serving }
    }

    /// It answers calls as it should.
    pub fn set_serving(&self) {
        self.serving.send_replace(true);
    }

    /// It does not, for now.
    pub fn set_not_serving(&self) {
        self.serving.send_replace(false);
    }
}

impl fmt::Debug for HealthReporter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HealthReporter").field("is_serving", &*self.serving.borrow()).finish()
    }
}

//! What every plugin serves besides what was registered.

use std::sync::Arc;

use tokio::sync::watch;

#[cfg(feature = "broker")]
use crate::broker::{PluginBroker, Sessions};
use crate::rpc::{Router, RouterError};
#[cfg(feature = "broker")]
use crate::services::broker::BrokerServer;
use crate::services::controller::{ControllerServer, StopOnShutdown};
use crate::services::health::{HealthReport, HealthServer};
use crate::services::stdio::{StdioQueue, StdioServer};

/// The end, the output and the health of a plugin, for its host.
pub(super) fn with_own_services(
    router: Router,
    stop: &Arc<watch::Sender<bool>>,
    serving: Arc<watch::Sender<bool>>,
    stdio: &Arc<StdioQueue>,
) -> Result<Router, RouterError> {
    let names = router.specs().map(|spec| spec.name).collect();
    router
        .own_service(ControllerServer::new(StopOnShutdown::new(Arc::clone(stop))))?
        .own_service(StdioServer::new(Arc::clone(stdio)))?
        .own_service(HealthServer::new(HealthReport::new(names, stop.subscribe(), serving)))
}

/// What host and plugin serve each other.
#[cfg(feature = "broker")]
pub(super) fn with_broker(
    router: Router,
    sessions: &Arc<Sessions>,
    ended: watch::Receiver<bool>,
) -> Result<Router, RouterError> {
    router.own_service(BrokerServer::new(PluginBroker::new(Arc::clone(sessions), ended)))
}

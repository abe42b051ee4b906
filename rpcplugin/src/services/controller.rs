//! The host asks the plugin to end.

use crate::contract::Status;
use crate::services::plugin::Empty;

/// Ends the plugin.
#[rpcplugin::rpc_protocol(service = "plugin.GRPCController")]
#[allow(dead_code, reason = "a host uses the client, a plugin the server")]
pub(crate) trait Controller {
    /// Asks the plugin to end.
    async fn shutdown(&self, request: Empty) -> Result<Empty, Status>;
}

/// The plugin's end: turns the request into the stop signal.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) struct StopOnShutdown {
    stop: std::sync::Arc<tokio::sync::watch::Sender<bool>>,
}

#[cfg(feature = "server")]
impl StopOnShutdown {
    pub(crate) const fn new(stop: std::sync::Arc<tokio::sync::watch::Sender<bool>>) -> Self {
        Self { stop }
    }
}

#[cfg(feature = "server")]
impl Controller for StopOnShutdown {
    async fn shutdown(&self, _request: Empty) -> Result<Empty, Status> {
        tracing::debug!("the host asked the plugin to end");
        self.stop.send_replace(true);
        Ok(Empty {})
    }
}

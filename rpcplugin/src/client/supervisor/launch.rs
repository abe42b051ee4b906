use std::sync::Arc;
use std::time::Duration;

use super::DownReason;
use super::on_start::AnyOnStart;
use super::run::{Origin, Plugin};
use crate::client::{PluginClient, PluginClientBuilder, PluginExit, Stopped};
use crate::rpc::Channel;

/// Plugins that are processes, each from options of its own.
pub(super) struct Launch {
    pub(super) options: Box<dyn Fn() -> PluginClientBuilder + Send + Sync>,
    pub(super) on_start: Vec<Box<dyn AnyOnStart>>,
    /// For all of it together.
    pub(super) on_start_timeout: Duration,
}

impl Origin for Launch {
    type Plugin = PluginClient;

    async fn start(&self) -> Result<PluginClient, DownReason> {
        let plugin = match (self.options)().begin().await {
            Ok(plugin) => plugin,
            Err(not_started) => {
                if let Some(left) = not_started.left {
                    // It has outlived its kill, and when this fails there is none.
                    left.ended().await;
                }
                return Err(DownReason::Start(Arc::new(not_started.error)));
            }
        };
        match self.prepare(&plugin).await {
            Ok(()) => Ok(plugin),
            Err(reason) => {
                plugin.stop().await;
                // It may have outlived its kill, and when this fails there is none.
                plugin.exit_watch().ended().await;
                Err(reason)
            }
        }
    }
}

impl Launch {
    /// Does what is to be done behind each start.
    async fn prepare(&self, plugin: &PluginClient) -> Result<(), DownReason> {
        let doing = async {
            for on_start in &self.on_start {
                on_start.run(plugin).await.map_err(|error| DownReason::OnStart(error.into()))?;
            }
            Ok(())
        };
        let limit = self.on_start_timeout;
        let exit = plugin.exit_watch();
        tokio::select! {
            biased;
            // It is why the rest fails.
            exit = exit.ended() => Err(DownReason::Exit(exit)),
            done = tokio::time::timeout(limit, doing) => {
                done.unwrap_or(Err(DownReason::OnStartTimeout { limit }))
            }
        }
    }
}

impl Plugin for PluginClient {
    fn id(&self) -> Option<u32> {
        Self::id(self)
    }

    fn channel(&self) -> Channel {
        Self::channel(self)
    }

    fn own_channel(&self) -> Channel {
        self.channel.clone()
    }

    async fn ended(&self) -> Arc<PluginExit> {
        self.exit_watch().ended().await
    }

    fn is_silent(&self) -> bool {
        Self::is_silent(self)
    }

    fn grace(&self) -> Duration {
        self.stop_times.ask().saturating_add(self.stop_times.terminate())
    }

    async fn stop(&self) -> Stopped {
        Self::stop(self).await
    }

    async fn kill(&self) -> Stopped {
        Self::kill(self).await
    }
}

//! What a plugin says of itself, opposite the tools and the libraries that ask, and the servers that answer.

mod ours;
mod tools;

use rpcplugin::{PluginServer, ReattachConfig, ServeError};
use rpcplugin_tests::kv::{KvServer, MemoryStore};
use rpcplugin_tests::station::{StationServer, Thermometer};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A plugin in test mode that describes itself: no TLS, and a socket that every tool can reach.
pub(crate) struct Described {
    pub(crate) config: ReattachConfig,
    end: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

impl Described {
    pub(crate) async fn start() -> Self {
        let server = PluginServer::new(rpcplugin_tests::cookie()).reflection(true);
        let server =
            server.service(KvServer::new(MemoryStore::new(None))).service(StationServer::new(Thermometer));
        let plugin = server.listen().await.unwrap();
        let config = plugin.reattach_config().clone();
        let (end, ended) = oneshot::channel();
        let serving = tokio::spawn(plugin.serve_until(async { drop(ended.await) }));
        Self { config, end, serving }
    }

    pub(crate) async fn stop(self) {
        drop(self.end);
        self.serving.await.unwrap().unwrap();
    }
}

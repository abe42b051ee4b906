//! The Rust plugin of the interop tests: `kv_plugin [--tcp] [--log]`, started by a host.

use rpcplugin::{PluginServer, ServeError, Transport};
use rpcplugin_tests::kv::{KvServer, MemoryStore};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let tcp = std::env::args().any(|argument| argument == "--tcp");
    if std::env::args().any(|argument| argument == "--log") {
        tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    }
    let server = PluginServer::new(rpcplugin_tests::cookie()).transport(match tcp {
        true => Transport::Tcp,
        false => Transport::Unix,
    });
    let store = MemoryStore::new(Some(server.stdio()));
    server.service(KvServer::new(store)).serve().await
}

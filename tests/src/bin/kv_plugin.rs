//! The Rust plugin of the interop tests: `kv_plugin [--tcp]`, started by a host.

use rpcplugin::{PluginServer, Transport};
use rpcplugin_tests::kv::{KvServer, MemoryStore, NOISE};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tcp = std::env::args().any(|argument| argument == "--tcp");
    if std::env::var_os(NOISE).is_none() {
        rpcplugin::logging::init()?;
    }
    let server = PluginServer::new(rpcplugin_tests::cookie()).transport(match tcp {
        true => Transport::Tcp,
        false => Transport::Unix,
    });
    let store = MemoryStore::new(Some(server.stdio()));
    server.service(KvServer::new(store)).serve().await?;
    Ok(())
}

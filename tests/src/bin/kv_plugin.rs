//! The Rust plugin of the interop tests: `kv_plugin [--tcp] [--versions 1,2]`, started by a host.

use rpcplugin::{PluginServer, Transport};
use rpcplugin_tests::kv::{KvServer, MemoryStore, NOISE};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let tcp = arguments.iter().any(|argument| argument == "--tcp");
    let versions = arguments.iter().skip_while(|argument| *argument != "--versions").nth(1);
    if std::env::var_os(NOISE).is_none() {
        rpcplugin::logging::init()?;
    }
    let mut server = PluginServer::new(rpcplugin_tests::cookie()).transport(match tcp {
        true => Transport::Tcp,
        false => Transport::Unix,
    });
    if let Some(versions) = versions {
        let versions: Result<Vec<u32>, _> = versions.split(',').map(str::parse).collect();
        server = server.protocol_versions(versions?);
    }
    let store = MemoryStore::new(Some(server.stdio()));
    server.service(KvServer::new(store)).serve().await?;
    Ok(())
}

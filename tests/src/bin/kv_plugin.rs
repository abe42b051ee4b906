//! The Rust plugin of the interop tests: `kv_plugin [--tcp] [--end-with-parent] [--versions 1,2]`, started by a host.

use rpcplugin::{PluginServer, Router, Transport};
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
    server = server.end_with_parent(arguments.iter().any(|argument| argument == "--end-with-parent"));
    let store = MemoryStore::new(Some(server.stdio()));
    let Some(versions) = versions else {
        server.service(KvServer::new(store)).serve().await?;
        return Ok(());
    };
    for version in versions.split(',') {
        let version = version.parse()?;
        let store = MemoryStore::new(Some(server.stdio())).of_version(version);
        server = server.version(version, Router::new().service(KvServer::new(store))?);
    }
    server.serve().await?;
    Ok(())
}

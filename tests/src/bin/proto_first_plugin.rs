//! The plugin whose contract `rpcplugin-build` made of `kv.proto`, started by a host.

use rpcplugin::PluginServer;
use rpcplugin_proto_first::kvtest::KvServer;
use rpcplugin_tests::kv::MemoryStore;
use rpcplugin_tests::proto_first::ProstStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin::logging::init()?;
    let server = PluginServer::new(rpcplugin_tests::cookie());
    let store = MemoryStore::new(Some(server.stdio()));
    server.service(KvServer::new(ProstStore(store))).serve().await?;
    Ok(())
}

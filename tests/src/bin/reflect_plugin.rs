//! A plugin that describes itself: `reflect_plugin [--debug NAME] [--tcp]`.

use rpcplugin::{PluginServer, Transport};
use rpcplugin_tests::kv::{KvServer, MemoryStore};
use rpcplugin_tests::station::{StationServer, Thermometer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let mut server = PluginServer::new(rpcplugin_tests::cookie()).reflection(true);
    if arguments.iter().any(|argument| argument == "--tcp") {
        server = server.transport(Transport::Tcp);
    }
    let store = MemoryStore::new(Some(server.stdio()));
    let server = server.service(KvServer::new(store)).service(StationServer::new(Thermometer));
    match arguments.iter().skip_while(|argument| *argument != "--debug").nth(1) {
        Some(name) => server.serve_for_debugging(name).await?,
        None => server.serve().await?,
    }
    Ok(())
}

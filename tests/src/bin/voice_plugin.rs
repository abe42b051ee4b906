//! A plugin that says things, started by a host: `voice_plugin [--versions]`. With the option it is a store in version 1 of its
//! contract, and says things in version 2.

use rpcplugin::{PluginServer, Router};
use rpcplugin_tests::kv::{KvServer, MemoryStore};
use rpcplugin_tests::voice::{Speaker, VoiceServer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin::logging::init()?;
    let server = PluginServer::new(rpcplugin_tests::cookie());
    let server = if std::env::args().any(|argument| argument == "--versions") {
        let store = KvServer::new(MemoryStore::new(Some(server.stdio())));
        server
            .version(1, Router::new().service(store)?)
            .version(2, Router::new().service(VoiceServer::new(Speaker))?)
    } else {
        server.service(VoiceServer::new(Speaker))
    };
    server.serve().await?;
    Ok(())
}

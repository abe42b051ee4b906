//! The Rust plugin that is configured from outside: `configured_plugin [FILE]`, by a file or else by its environment.
//! `PLUGIN_PROTOCOL_TYPE` names the protocol that it serves: `grpc` or, as version 5, `versioned`, or `voice`, which says things.

use std::process::ExitCode;
use std::sync::Arc;

use rpcplugin::{Config, PluginServer, Protocol, ProtocolRegistry};
use rpcplugin_tests::kv::{KvServer, MemoryStore};
use rpcplugin_tests::voice::{Speaker, VoiceServer};

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let config = match std::env::args().nth(1) {
        Some(file) => Config::for_plugin().file(file),
        None => Config::for_plugin().environment(),
    };
    let config = config.build()?;
    config.init_logging()?;
    let server = PluginServer::new(config.cookie()?).config(&config);
    let store = Arc::new(MemoryStore::new(Some(server.stdio())));
    let kv = |name: &str| Protocol::new(name, KvServer::from_arc(Arc::clone(&store))).monitored();
    let mut registry = ProtocolRegistry::new();
    registry.register(kv("grpc"))?;
    registry.register(kv("versioned").versioned([5]))?;
    registry.register(Protocol::new("voice", VoiceServer::new(Speaker)))?;
    registry.default_to("grpc")?;
    server.protocol(&registry.selected(&config)?)?.serve().await?;
    Ok(())
}

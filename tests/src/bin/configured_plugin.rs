//! The Rust plugin that is configured from outside: `configured_plugin [FILE]`, by a file or else by its environment.

use std::process::ExitCode;

use rpcplugin::{Config, PluginServer};
use rpcplugin_tests::kv::{KvServer, MemoryStore};

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
    let store = MemoryStore::new(Some(server.stdio()));
    server.service(KvServer::new(store)).serve().await?;
    Ok(())
}

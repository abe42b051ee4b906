//! A plugin that is met in another way than by its handshake line and a certificate made for this run:
//! `attach_plugin [--debug NAME] [--tls DIRECTORY] [--tcp]`.

use std::path::Path;

use rpcplugin::{PluginServer, TlsConfig, Transport};
use rpcplugin_tests::kv::{KvServer, MemoryStore};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1))
    };
    let mut server = PluginServer::new(rpcplugin_tests::cookie());
    if let Some(directory) = value("--tls") {
        server = server.tls(read(Path::new(directory))?);
    }
    if arguments.iter().any(|argument| argument == "--tcp") {
        server = server.transport(Transport::Tcp);
    }
    let store = MemoryStore::new(Some(server.stdio()));
    let server = server.service(KvServer::new(store));
    match value("--debug") {
        Some(name) => server.serve_for_debugging(name).await?,
        None => server.serve().await?,
    }
    Ok(())
}

fn read(directory: &Path) -> Result<TlsConfig, Box<dyn std::error::Error>> {
    let read = |name: &str| std::fs::read(directory.join(name));
    let shown = TlsConfig::new().with_identity(read("plugin.pem")?, read("plugin-key.pem")?)?;
    Ok(shown.with_roots(read("roots-of-plugin.pem")?)?)
}

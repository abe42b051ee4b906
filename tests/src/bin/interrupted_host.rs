//! A host at a terminal: `interrupted_host PROGRAM [ARGUMENT]...` starts a plugin, says so, and waits for SIGINT. Then it calls the
//! plugin and stops it, in its own time.

use rpcplugin::PluginClient;
use rpcplugin_tests::conversation::converse;
use rpcplugin_tests::kv::KvClient;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin_tests::end_with_parent()?;
    let command: Vec<String> = std::env::args().skip(1).collect();
    let (program, arguments) = command.split_first().ok_or("which plugin?")?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let plugin = PluginClient::builder(program, rpcplugin_tests::cookie()).args(arguments).start().await?;
    println!("started");
    interrupt.recv().await;
    converse(&KvClient::new(plugin.channel())).await.map_err(|error| error.to_string())?;
    println!("served, graceful {}", plugin.stop().await.is_graceful());
    Ok(())
}

//! A plugin that says things, started by a host.

use rpcplugin::PluginServer;
use rpcplugin_tests::voice::{Speaker, VoiceServer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rpcplugin::logging::init()?;
    PluginServer::new(rpcplugin_tests::cookie()).service(VoiceServer::new(Speaker)).serve().await?;
    Ok(())
}

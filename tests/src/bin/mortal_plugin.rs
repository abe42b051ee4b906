//! The plugin that is killed in tests, started by a host.

use rpcplugin::{PluginServer, ServeError};
use rpcplugin_tests::mortal::{Doomed, MortalServer};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let server = PluginServer::new(rpcplugin_tests::cookie());
    server.service(MortalServer::new(Doomed::default())).serve().await
}

//! A plugin whose calls fail and say when to come back, started by a host.

use rpcplugin::{PluginServer, ServeError};
use rpcplugin_tests::retries::{Failing, RetriesServer};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    PluginServer::new(rpcplugin_tests::cookie()).service(RetriesServer::new(Failing::default())).serve().await
}

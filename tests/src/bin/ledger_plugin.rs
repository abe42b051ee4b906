//! The plugin of the contract that stands in Rust only, started by a host in another language.

use rpcplugin::{PluginServer, ServeError};
use rpcplugin_tests::ledger::{Book, LedgerServer};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    PluginServer::new(rpcplugin_tests::cookie()).service(LedgerServer::new(Book::default())).serve().await
}

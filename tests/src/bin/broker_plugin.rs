//! The Rust plugin of the tests of the broker: `broker_plugin [--tcp]`, started by a host.

use rpcplugin::{PluginServer, ServeError, Transport};
use rpcplugin_tests::desk::{Clerk, DeskServer};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let transport = match std::env::args().any(|argument| argument == "--tcp") {
        true => Transport::Tcp,
        false => Transport::Unix,
    };
    let server = PluginServer::new(rpcplugin_tests::cookie()).transport(transport);
    let clerk = Clerk::new(server.broker());
    server.service(DeskServer::new(clerk)).serve().await
}

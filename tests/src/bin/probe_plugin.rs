//! The Rust plugin for hosts that speak the binary wire: `probe_plugin [--tcp]`, started by a host.

use rpcplugin::{PluginServer, ServeError, Transport};
use rpcplugin_tests::probe::{ProbeServer, Prober};

#[tokio::main]
async fn main() -> Result<(), ServeError> {
    let transport = match std::env::args().any(|argument| argument == "--tcp") {
        true => Transport::Tcp,
        false => Transport::Unix,
    };
    let server = PluginServer::new(rpcplugin_tests::cookie()).transport(transport);
    server.service(ProbeServer::new(Prober::default())).serve().await
}

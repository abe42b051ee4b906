//! The Rust plugin of the tests of the broker: `broker_plugin [--tcp] [--tls DIRECTORY]`, started by a host.

use std::path::Path;

use rpcplugin::{PluginServer, TlsConfig, Transport};
use rpcplugin_tests::desk::{Clerk, DeskServer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut server = PluginServer::new(rpcplugin_tests::cookie());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tcp" => server = server.transport(Transport::Tcp),
            "--tls" => server = server.tls(read(Path::new(&arguments.next().unwrap_or_default()))?),
            _ => return Err(format!("{argument} is no option").into()),
        }
    }
    let clerk = Clerk::new(server.broker());
    server.service(DeskServer::new(clerk)).serve().await?;
    Ok(())
}

fn read(directory: &Path) -> Result<TlsConfig, Box<dyn std::error::Error>> {
    let read = |name: &str| std::fs::read(directory.join(name));
    let shown = TlsConfig::new().with_identity(read("plugin.pem")?, read("plugin-key.pem")?)?;
    Ok(shown.with_roots(read("roots-of-plugin.pem")?)?)
}

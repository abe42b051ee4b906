//! This crate as its users know it: a plugin that its host starts. The contract is that of the program that measures.

use std::time::Duration;

use rpcplugin::{
    Cookie, CookieError, PluginClient, PluginClientBuilder, PluginServer, Security, Transport, Wire,
};

use super::{Fault, Place, Program, Socket};

/// A counted process is fifty times as slow as another.
const PATIENCE: Duration = Duration::from_secs(60);

/// By it a process sees that it is the plugin.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("RPCPLUGIN_BENCH", "the-benchmark-starts-itself")
}

/// The part of the plugin, without a service.
pub fn server(place: Place) -> Result<PluginServer, Fault> {
    let transport = match place.socket {
        Socket::Unix => Transport::Unix,
        Socket::Tcp => Transport::Tcp,
    };
    Ok(PluginServer::new(cookie()?).transport(transport))
}

/// The part of the host, not yet started.
pub fn builder(program: &Program, place: Place, wire: Wire) -> Result<PluginClientBuilder, Fault> {
    Ok(PluginClient::builder(&program.path, cookie()?)
        .args(&program.arguments)
        .env(program.variable.0, program.variable.1)
        .wire(wire)
        .security(if place.tls { Security::AutoMtls } else { Security::Plaintext })
        .start_timeout(PATIENCE)
        .stop_grace(PATIENCE))
}

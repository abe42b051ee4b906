//! A host starts a plugin, calls it in all four ways over mutual TLS, and ends it.
//!
//! One program plays both parts: it starts itself as the plugin.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

mod contract;
mod host;
mod plugin;

use rpcplugin::{Cookie, CookieError};

/// Host and plugin know the same cookie: by it the second process sees that it is the plugin.
fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("QUICKSTART_PLUGIN", "a-random-text-that-both-know")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cookie = cookie()?;
    if std::env::var_os(cookie.key()).is_some() {
        Ok(plugin::run(cookie).await?)
    } else {
        host::run(cookie).await
    }
}

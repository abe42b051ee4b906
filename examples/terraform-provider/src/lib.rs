//! A provider for Terraform and OpenTofu: notes in a notebook, which is a file.
//!
//! Terraform is a host of go-plugin, and its protocol 6 is a contract in a `.proto`.
//! The trait is made of that file by `rpcplugin-build`; [`NotebookProvider`] implements it, and [`server`] serves it.

pub mod dynamic;
mod lookup;
mod note;
pub mod notebook;
mod provider;
mod schema;
mod words;

pub use provider::NotebookProvider;
use rpcplugin::{Cookie, CookieError, PluginServer};

/// The contract, as it is made of `proto/tfplugin6.proto`.
#[allow(
    missing_docs,
    clippy::derive_partial_eq_without_eq,
    reason = "what has no comment in the file has none here"
)]
pub mod tfplugin6 {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

/// Where a configuration says that this provider comes from.
pub const ADDRESS: &str = "example.com/demo/notebook";

/// The version of Terraform's protocol that is served.
pub const PROTOCOL_VERSION: u32 = 6;

/// What Terraform and OpenTofu put into the environment of every provider.
///
/// # Errors
///
/// None: it is a constant that is checked like any other.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
}

/// The plugin: what is left is to serve it.
///
/// # Errors
///
/// As [`cookie`].
pub fn server() -> Result<PluginServer, CookieError> {
    let provider = tfplugin6::ProviderServer::new(NotebookProvider::default());
    Ok(PluginServer::new(cookie()?).protocol_versions([PROTOCOL_VERSION]).service(provider))
}

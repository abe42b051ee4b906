//! A plugin's life from inside: be started, say where to connect, serve, end.
//!
//! [`serve`](PluginServer::serve) goes through these files in order: `plugin_server` (options), `bring_up` (cookie, offer,
//! socket, certificate, line), `accept` (connections), and back to `plugin_server` (stop).

mod accept;
mod bring_up;
mod capture;
mod error;
mod plugin_server;
mod stdio_writer;

pub use error::ServeError;
pub use plugin_server::{PluginServer, Transport};
pub use stdio_writer::StdioWriter;

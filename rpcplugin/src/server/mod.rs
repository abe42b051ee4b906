//! A plugin's life from inside: be started, say where to connect, serve, end.
//!
//! [`serve`](PluginServer::serve) goes through these files in order: `plugin_server` (options), `bring_up` (cookie, offer,
//! socket, certificate, line), the room `accept` (connections), `wind_down` (the end). In test mode `attach` stands in the place of the
//! cookie and of the line.

mod attach;
mod bring_up;
mod call_limits;
mod capture;
mod error;
mod health_reporter;
mod offered;
mod own_services;
mod parent;
mod plugin_server;
#[cfg(feature = "broker")]
mod shared_sockets;
mod signals;
mod stdio_writer;
mod wind_down;

pub use attach::ListeningPlugin;
pub use error::ServeError;
pub use health_reporter::HealthReporter;
pub use plugin_server::{PluginServer, Transport};
#[cfg(all(test, feature = "broker"))]
pub(crate) use shared_sockets::serve_shared;
pub use stdio_writer::StdioWriter;

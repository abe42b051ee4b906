//! A plugin's life from inside: be started, say where to connect, serve, end.
//!
//! [`serve`](PluginServer::serve) goes through these files in order: `plugin_server` (options), `bring_up` (cookie, offer,
//! socket, certificate, line), `accept` (connections), `wind_down` (the end). In test mode `attach` stands in the place of the
//! cookie and of the line.

mod accept;
mod attach;
mod bring_up;
mod capture;
mod error;
mod health_reporter;
mod offered;
mod plugin_server;
mod server_limits;
mod signals;
mod stdio_writer;
mod wind_down;

pub use accept::{ConnectionCounts, Connections};
pub use attach::ListeningPlugin;
pub use error::ServeError;
pub use health_reporter::HealthReporter;
pub use plugin_server::{PluginServer, Transport};
pub use server_limits::ServerLimits;
pub use stdio_writer::StdioWriter;

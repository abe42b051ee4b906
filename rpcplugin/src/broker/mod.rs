//! How is one side called by the other beside the services of the plugin?
//!
//! Either side serves further services under a number and tells the other one the number in a message of its own; the other
//! side dials it. Where each number is served, both say on a stream of the plugin's connection.
//!
//! Where streams share the connection, `knocks` asks for the next one. What was said is in `state`, which is pure, with the
//! `place` of each; a `session` is all of it for one connection, and `link` the stream that carries it. Where one side reaches
//! what the other one says, its `ways` know. A host has one session, a plugin `sessions`, one for each connection. `handle` is
//! what users see.

mod error;
mod handle;
mod knocks;
mod link;
mod place;
mod served;
mod session;
mod sessions;
mod state;
mod tied;
mod ways;

pub use error::BrokerError;
pub use handle::Broker;
pub(crate) use link::{HostBroker, PluginBroker};
pub use served::Served;
pub(crate) use session::{Credentials, Ground, ListenAt};
pub(crate) use sessions::Sessions;
pub(crate) use ways::{NoWay, Straight, Way, Ways};

#[cfg(test)]
mod tests;

//! May we talk, where, which version, which key?
//!
//! The host's half travels in the environment of the child ([`HostOffer`], read back as [`Offer`]), the plugin's half is one
//! line on its standard output ([`HandshakeLine`]). Everything here is pure: no socket, no clock, no environment.
//!
//! ```text
//! host    cookie, versions, certificate  --environment-->  plugin
//! host    <--"1|1|unix|/path|grpc|certificate\n"--         plugin
//! ```

#[cfg(feature = "client")]
mod accept;
#[cfg(feature = "_fuzz")]
pub(crate) mod any_bytes;
mod cookie;
mod error;
#[cfg(feature = "client")]
mod first_lines;
mod line;
mod offer;
mod reattach;
mod versions;
mod wires;

#[cfg(feature = "client")]
pub(crate) use accept::{Accepted, Expectation, accept};
pub use cookie::Cookie;
#[cfg(feature = "server")]
pub use error::OfferError;
pub use error::{CookieError, HandshakeError};
#[cfg(feature = "client")]
pub(crate) use first_lines::FirstLines;
pub use line::{HandshakeLine, PluginProtocol};
#[cfg(feature = "broker")]
pub(crate) use line::{any_address, is_local};
#[cfg(feature = "server")]
pub(crate) use offer::{CLIENT_CERT, LIFELINE, Offer};
#[cfg(feature = "client")]
pub(crate) use offer::{HostOffer, LOG_LEVEL};
pub use reattach::{ReattachConfig, ReattachError, ReattachIter, ReattachProviders};
#[cfg(feature = "server")]
pub(crate) use versions::choose;
#[cfg(feature = "client")]
pub(crate) use wires::says_binary;
#[cfg(feature = "server")]
pub(crate) use wires::speaks_binary;

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

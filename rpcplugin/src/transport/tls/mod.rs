//! Who is at the other end?
//!
//! Each side makes a certificate for this one pair of processes ([`Identity`]) and learns the other's over a channel that
//! nobody else can write to: the environment of the child, and its standard output.
//! A connection is good if the peer shows exactly that certificate and proves that it holds the key ([`pin`]).
//!
//! A user may bring certificates instead ([`TlsConfig`]); then it is good if a root of the user's allows the peer's
//! ([`trusted`]).

mod config;
mod identity;
mod own;
mod pem;
mod pin;
mod secret;
mod trusted;

#[cfg(feature = "server")]
pub(crate) use config::Acceptor;
#[cfg(feature = "client")]
pub(crate) use config::Connector;
pub(crate) use config::Secured;
pub(crate) use identity::{Identity, PeerCertificate};
pub use own::TlsConfig;
#[cfg(feature = "client")]
pub use secret::ReattachSecret;

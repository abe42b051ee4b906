//! Which contract, by its name, and what stands around it?
//!
//! A [`Protocol`] is services under a name. Each of its methods puts something around all that is there so far: who is let
//! in, what is counted. A [`ProtocolRegistry`] knows protocols by their names, and makes the one that a
//! [`Config`](crate::config::Config) names.

#[cfg(any(feature = "gzip", feature = "zstd"))]
mod compressed;
mod error;
mod protocol;
mod registry;
#[cfg(test)]
mod tests;

pub use error::ProtocolError;
pub use protocol::Protocol;
pub use registry::ProtocolRegistry;

//! What has a plugin, and how is that called which its host has no types for?
//!
//! A plugin that answers gRPC's reflection says which services, methods and messages it has. `ask` asks it, on either wire, and
//! believes nothing of the answers: `files` holds them, within bounds, and [`PluginDescription`] is what they come to.
//! With the feature `json`, `json` calls a method of protobuf by what was described, with JSON for its messages.

#[cfg(all(feature = "_fuzz", feature = "json"))]
pub(crate) mod any_description;
mod ask;
mod description;
mod error;
mod files;
#[cfg(feature = "json")]
mod json;
mod read;
mod weight;

pub use description::{MessageDescription, MethodDescription, PluginDescription, ServiceDescription};
pub use error::DescribeError;
#[cfg(feature = "json")]
pub use json::{JsonCallError, JsonFault};

#[cfg(all(test, feature = "server"))]
mod tests;

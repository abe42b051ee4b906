//! To a plugin that runs already: what a host does instead of starting one.
//!
//! [`attach`](super::PluginClientBuilder::attach) shares the options of a start, and what comes out is the same; [`AttachError`]
//! says why it could not be.

mod attaching;
mod error;

pub use error::AttachError;

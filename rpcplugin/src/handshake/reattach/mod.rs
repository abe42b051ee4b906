//! Where does a plugin listen that nobody has to start, and how is that said in a variable?
//!
//! A plugin that runs already has printed no line for this host. What the line would say stands in a [`ReattachConfig`], and
//! several of them under the names of their plugins in [`ReattachProviders`], the value of Terraform's variable.

mod config;
mod error;
mod json;
mod providers;

pub use config::ReattachConfig;
pub use error::ReattachError;
pub use providers::{ReattachIter, ReattachProviders};

#[cfg(test)]
mod tests;

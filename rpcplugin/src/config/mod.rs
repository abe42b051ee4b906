//! What can be set without changing the program?
//!
//! [`Config`] is what a host or a plugin is told by variables, by a file and by its own code. One table, [`settings`], says
//! what there is: how each value is read, its key, its variable, its default and its meaning all stand in one row.
//! `kinds` and `call_kinds` read and show the values, `builder` gathers them from where they come, `elsewhere` knows variables that are not ours, `file` reads files, `checks` looks whether
//! they fit together, `notes` what was said without effect, `apply` and `apply_calls` give them to a host or a plugin, and `describe` writes the table down.
//!
//! What was wrong is a [`ConfigError`], with every mistake that was found.

mod apply;
mod apply_calls;
mod builder;
mod call_kinds;
mod checks;
mod describe;
mod elsewhere;
mod error;
#[cfg(feature = "config-file")]
mod file;
mod kinds;
mod nearest;
mod notes;
mod reference;
mod setting;
mod settings;
#[cfg(all(test, feature = "client", feature = "server"))]
pub(crate) mod tests;

pub use builder::ConfigBuilder;
pub use error::{ConfigError, ConfigFault, ConfigMistake};
pub(crate) use nearest::nearest;
pub use setting::{ConfigSetting, ConfigSide, ConfigSource};
pub use settings::Config;

//! What the two sides say before the first call: what each takes ([`Settings`]), and which methods the plugin has.
//!
//! The plugin puts its methods together once ([`Announcement`]); the host holds them against the rows of its own contracts
//! ([`Table`]). An `entry` is one method on its way, a `print` a layout that both sides can compare. All of it is pure.

#[cfg(feature = "server")]
mod announcement;
mod entry;
mod print;
mod settings;
#[cfg(feature = "client")]
mod table;

#[cfg(feature = "server")]
pub(super) use announcement::{Announcement, AnnouncementError};
pub(super) use settings::Settings;
#[cfg(feature = "client")]
pub(super) use table::Table;

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

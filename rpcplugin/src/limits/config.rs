//! The bounds of a configuration.

use std::time::Duration;

/// A file that configures a host or a plugin, or that a value of it names, in bytes. A bundle of authorities has some hundred
/// KiB; what is larger is not the file that somebody meant.
pub(crate) const CONFIG_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The longest time that can be configured. Timers take more, but who writes more has mistaken the unit.
pub(crate) const CONFIG_TIME_MAX: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Mistakes that the text of one error tells, as a number. Who has made more of them has given the wrong file.
pub(crate) const CONFIG_MISTAKES_SHOWN_MAX: usize = 50;

/// Names of settings or protocols that one error lists, as a number: more than a program has.
pub(crate) const KNOWN_NAMES_SHOWN_MAX: usize = 50;

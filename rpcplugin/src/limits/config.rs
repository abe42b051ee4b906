//! The bounds of a configuration.

use std::time::Duration;

/// A file that configures a host or a plugin, or that a value of it names, in bytes. A bundle of authorities has some hundred
/// KiB; what is larger is not the file that somebody meant.
pub(crate) const CONFIG_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The longest time that can be configured. Timers take more, but who writes more has mistaken the unit.
pub(crate) const CONFIG_TIME_MAX: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// How many calls a second may come where a rate limit is turned on, unless another rate is configured: pyvider's own number.
pub(crate) const CONFIG_RATE_DEFAULT: f64 = 100.0;

/// Calls that come at once where a rate limit is turned on, as a number, unless another is configured: pyvider's own number.
pub(crate) const CONFIG_BURST_DEFAULT: u32 = 200;

/// The least rate of calls that can be configured, in calls a second: about three in a month. Times that follow from it can be
/// added to a clock.
pub(crate) const CONFIG_RATE_MIN: f64 = 0.000_001;

/// The highest, in calls a second: more than one in a nanosecond no clock can tell.
pub(crate) const CONFIG_RATE_MAX: f64 = 1_000_000_000.0;

/// How long a call waits for others to end where some may wait, unless another time is configured. Whoever waits longer is better
/// told that the plugin is full.
pub(crate) const CONFIG_QUEUE_TIMEOUT_DEFAULT: Duration = Duration::from_secs(1);

/// Mistakes that the text of one error tells, as a number. Who has made more of them has given the wrong file.
pub(crate) const CONFIG_MISTAKES_SHOWN_MAX: usize = 50;

/// Names of settings or protocols that one error lists, as a number: more than a program has.
pub(crate) const KNOWN_NAMES_SHOWN_MAX: usize = 50;

//! The bounds of what is brokered beside the services of a plugin.

use std::time::Duration;

/// From the wish to call a further service of the other side to a connection. go-plugin's fixed time, so that who moves over
/// sees no new failures.
pub(crate) const BROKER_DIAL_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// Further services of the other side that are known, as a number: about 200 bytes each. A peer of another library never says
/// that one has ended, so the oldest is forgotten for the next one.
pub(crate) const BROKER_ANNOUNCED_MAX: usize = 1024;

/// Words about further services that the other side has not taken yet, as a number. They are small, and are taken at once by
/// whoever takes part.
pub(crate) const BROKER_UNSENT_MAX: usize = 4096;

//! The bounds of several plugins behind one client.

use std::time::Duration;

/// Plugins of a pool, as a number, unless the user sets another one: what the processors of a small machine keep busy.
pub(crate) const POOL_SIZE_DEFAULT: usize = 4;

/// Plugins of a pool that a user may ask for, as a number. Each is a process with sockets and tasks of its own, and all of them
/// are looked at for a call.
pub(crate) const POOL_SIZE_MAX: usize = 256;

/// How long a call waits for a plugin of the pool where none can be called, unless the user sets another time. A plugin that
/// crashed once is back by then; what takes longer its caller should know.
pub(crate) const POOL_MEMBER_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// How long the calls of a pool may go on after it was asked to end, unless the user sets another time. Longer than most calls
/// take, and no longer than a person waits for a program to end.
pub(crate) const POOL_DRAIN_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// The longest of these times that a user may set. Clocks can add it.
pub(crate) const POOL_TIMEOUT_MAX: Duration = Duration::from_secs(24 * 3600);

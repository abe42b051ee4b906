//! The bounds of the interceptors that hold calls back or repeat them.

use std::time::Duration;

/// Methods and peers of which a rate limit keeps an account, as a number: some hundred bytes each. Contracts bound the
/// methods, but not the addresses that call. Those above it share one account.
pub(crate) const RATE_LIMIT_ACCOUNTS_MAX: usize = 16 * 1024;

/// Accounts from which on a rate limit looks for such as are full again, as a number. Those need not be kept.
pub(crate) const RATE_LIMIT_ACCOUNTS_KEPT: usize = 1024;

/// Calls that wait for one bucket of a rate limit, as a number, unless the user sets another bound: as many as a connection
/// carries at once.
pub(crate) const RATE_LIMIT_WAITING_DEFAULT: usize = 1024;

/// How often a call is made at most that is tried again, the first time included, unless the user sets another bound. A third
/// try seldom finds what two have not.
pub(crate) const RETRY_ATTEMPTS_DEFAULT: u32 = 3;

/// How often a call is made at most, whatever the user says: after so many tries it is known how it ends.
pub(crate) const RETRY_ATTEMPTS_MAX: u32 = 100;

/// Before the second try, at most, unless the user sets another time: a plugin that is busy for a moment is free again.
pub(crate) const RETRY_PAUSE_DEFAULT: Duration = Duration::from_millis(100);

/// Between two tries, at most, unless the user sets another time. Longer, and whoever waits for the call has gone.
pub(crate) const RETRY_PAUSE_MAX_DEFAULT: Duration = Duration::from_secs(5);

/// How long the other side may have a call wait for its next try, whatever it says: who is told more than a minute is better
/// told the failure, and can come back. Without a bound the other side would decide how long a call is held.
pub(crate) const RETRY_PUSHBACK_MAX: Duration = Duration::from_secs(60);

/// Tokens that tries are paid with, as a number, unless the user sets another. gRPC's own example: of more than five failures
/// behind each other none is tried again.
pub(crate) const RETRY_TOKENS_DEFAULT: u32 = 10;

/// Successful calls that give back one token, as a number: gRPC's own example. Where more than one call of eleven fails, tries
/// end in time.
pub(crate) const RETRY_TOKEN_CALLS: u32 = 10;

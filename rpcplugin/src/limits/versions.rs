//! The bounds of what two sides say of the versions of a contract.

use std::time::Duration;

/// Versions that one side says it speaks, as a number. A contract that had more is one that nobody has tidied up for years.
pub(crate) const CONTRACT_VERSIONS_MAX: usize = 64;

/// A version as text, in bytes: two numbers of 32 bits with a point between them.
pub(crate) const CONTRACT_VERSION_BYTES_MAX: usize = 21;

/// The answer to the question for a version. It is read from a table: who takes longer is not there.
pub(crate) const NEGOTIATE_TIMEOUT: Duration = Duration::from_secs(10);

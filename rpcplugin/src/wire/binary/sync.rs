//! The lock that the tasks of a connection share: the standard library's, or in one run of the tests one that chooses at every
//! step who goes on.

#[cfg(all(test, feature = "_shuttle"))]
pub(super) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, feature = "_shuttle")))]
pub(super) use std::sync::{Mutex, MutexGuard};

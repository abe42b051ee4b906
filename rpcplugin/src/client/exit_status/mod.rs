//! What does an exit status say on this system?

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{is_missing_library, is_signal_of_its_own, signal};
#[cfg(windows)]
pub(super) use windows::{is_missing_library, is_signal_of_its_own, signal};

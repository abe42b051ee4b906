//! What does this system say of a file?

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{is_executable, open_at_once, open_what_is_there, path_of};
#[cfg(windows)]
pub(super) use windows::{is_executable, open_at_once, open_what_is_there, path_of};

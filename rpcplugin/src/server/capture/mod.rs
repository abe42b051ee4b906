//! What becomes of that which a plugin prints?

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::HeldStdout;
#[cfg(windows)]
pub(super) use windows::HeldStdout;

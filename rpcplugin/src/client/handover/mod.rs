//! Who takes a plugin over that its host lets go of? On Linux a shell, elsewhere nobody.

#[cfg(target_os = "linux")]
mod caretaker;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod output_ends;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{OutputEnds, entrust};
#[cfg(target_os = "linux")]
pub(super) use linux::entrust;
#[cfg(target_os = "linux")]
pub(super) use output_ends::OutputEnds;

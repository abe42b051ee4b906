//! Whether a process was killed for want of memory. Linux alone tells.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::MemoryKills;
#[cfg(target_os = "linux")]
pub(super) use linux::MemoryKills;

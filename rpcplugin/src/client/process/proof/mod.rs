//! Is the process with this number the one that listens at this address?
//!
//! A number says nothing: its process may have ended, and another one may bear it. What is asked is whether the process has the
//! socket open on which the plugin listens, and a descriptor that was opened before stands for it from then on.
//! The answers are in `/proc`; where it does not tell, nobody is proven, and nobody is sent a signal. So it is on every system but
//! Linux: what is known of such a plugin is its connection, and whether somebody still listens at its address.
//!
//! Several processes may have one socket open, and who is not named among them is none of them: what starts a plugin on demand
//! holds its socket as well. Any user may make a line of `/proc/net/unix` by the name of a socket, so where more than one line
//! fits, or nobody was named, the process must be the one of which the connection says that it listens.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod held;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::AttachedProcess;
#[cfg(not(target_os = "linux"))]
pub(in crate::client) use elsewhere::Proven;
#[cfg(target_os = "linux")]
pub(super) use held::AttachedProcess;
#[cfg(target_os = "linux")]
pub(in crate::client) use linux::Proven;

/// What is known of a process and an address.
#[derive(Debug)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "Linux alone tells"))]
pub(in crate::client) enum Verdict {
    Proven(Proven),
    /// There is no such process, or it does not listen there. Whether anybody else was seen who does.
    Stranger {
        somebody_listens: bool,
    },
    /// The system does not tell.
    Unknown,
}

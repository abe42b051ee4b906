//! Word that a process of this host may have ended, which leaves it unreaped: as long as nobody has taken note of the end, the
//! number of the process, and of its group, is nobody else's.

use std::io;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;
use std::task::{Context, Poll, ready};

use rustix::process::Pid;
#[cfg(target_os = "linux")]
use rustix::process::{PidfdFlags, pidfd_open};
#[cfg(target_os = "linux")]
use tokio::io::Interest;
#[cfg(target_os = "linux")]
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Wakes whoever waits for the end of one process.
#[derive(Debug)]
pub(super) enum EndHint {
    /// It can be read once the process has ended.
    #[cfg(target_os = "linux")]
    Descriptor(AsyncFd<OwnedFd>),
    /// The signal at the end of any child, for a system that has no such descriptor, or none to spare.
    Signals(Signal),
}

impl EndHint {
    /// For a process that nobody has reaped. Needs a runtime.
    #[cfg(target_os = "linux")]
    pub(super) fn of(process: Pid) -> io::Result<Self> {
        match Self::descriptor(process) {
            Ok(hint) => Ok(hint),
            Err(error) => {
                tracing::debug!(%error, "there is no descriptor for the plugin's process; its end is told by a signal");
                Self::signals()
            }
        }
    }

    /// Of no other system is a descriptor of a process known here.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn of(_process: Pid) -> io::Result<Self> {
        Self::signals()
    }

    #[cfg(target_os = "linux")]
    pub(super) fn descriptor(process: Pid) -> io::Result<Self> {
        let descriptor = pidfd_open(process, PidfdFlags::empty())?;
        #[allow(
            deprecated,
            reason = "what stands in its place is younger than the oldest tokio that must do"
        )]
        AsyncFd::with_interest(descriptor, Interest::READABLE).map(Self::Descriptor)
    }

    /// Has the ends of children be kept until somebody takes note of them, also where this process was started to ignore them.
    /// Needs a runtime.
    pub(super) fn heed_ends() {
        // The runtime's handler stays, in the place of what was there.
        if let Err(error) = signal(SignalKind::child()) {
            tracing::debug!(%error, "the signal at the end of a plugin cannot be heeded");
        }
    }

    pub(super) fn signals() -> io::Result<Self> {
        signal(SignalKind::child()).map(Self::Signals)
    }

    /// Ready where it may have ended since this was last asked. Else the one who asked last is woken then, who must look before
    /// they wait: it may have ended before they asked for the first time.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Descriptor(descriptor) => match ready!(descriptor.poll_read_ready(context)) {
                // Where a debugger holds the process, its end is not for its parent yet.
                Ok(mut hint) => hint.clear_ready(),
                // The runtime is going, and whoever waits with it.
                Err(_) => return Poll::Pending,
            },
            Self::Signals(signals) => {
                if ready!(signals.poll_recv(context)).is_none() {
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(())
    }
}

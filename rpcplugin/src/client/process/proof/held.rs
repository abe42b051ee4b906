use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Pid, Signal, pidfd_send_signal};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::linux::{Proven, kill_group};

/// The process of a plugin that this host has not started.
#[derive(Debug)]
pub(in crate::client::process) struct AttachedProcess {
    number: Pid,
    /// Stands for this process and never for another one, whoever has its number later.
    descriptor: AsyncFd<OwnedFd>,
    leads_group: bool,
    has_ended: AtomicBool,
}

impl AttachedProcess {
    /// Needs a runtime.
    pub(in crate::client::process) fn new(proven: Proven) -> io::Result<Self> {
        let Proven { number, descriptor, leads_group, .. } = proven;
        #[allow(
            deprecated,
            reason = "what stands in its place is younger than the oldest tokio that must do"
        )]
        let descriptor = AsyncFd::with_interest(descriptor, Interest::READABLE)?;
        Ok(Self { number, descriptor, leads_group, has_ended: false.into() })
    }

    /// Its number, until it is known to have ended.
    pub(in crate::client::process) fn id(&self) -> Option<u32> {
        let number = self.number.as_raw_nonzero().get();
        (!self.has_ended.load(Ordering::SeqCst)).then(|| number.try_into().ok()).flatten()
    }

    /// Its descriptor can be read once the process has ended, and from then on.
    pub(in crate::client::process) async fn ended(&self) {
        if let Err(error) = self.descriptor.readable().await {
            // The runtime is going, and this future with it.
            tracing::debug!(%error, "the end of an attached plugin cannot be waited for");
            std::future::pending::<()>().await;
        }
        self.has_ended.store(true, Ordering::SeqCst);
    }

    /// Asks it to end.
    pub(in crate::client::process) fn terminate(&self) {
        self.send(Signal::TERM);
    }

    fn send(&self, signal: Signal) {
        if let Err(error) = pidfd_send_signal(&self.descriptor, signal) {
            tracing::debug!(%error, ?signal, "the attached plugin was gone before the signal");
        }
    }

    /// Kills it, behind what it started in a group of its own: as long as it is there, the group's number is nobody else's.
    pub(in crate::client::process) fn kill(&self) {
        if self.leads_group {
            kill_group(self.number, self.descriptor.get_ref());
        }
        self.send(Signal::KILL);
    }
}

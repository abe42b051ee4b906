#[cfg(target_os = "linux")]
use std::io;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;

use rustix::process::{Pid, getppid};
#[cfg(target_os = "linux")]
use rustix::process::{PidfdFlags, pidfd_open};
#[cfg(target_os = "linux")]
use tokio::io::Interest;
#[cfg(target_os = "linux")]
use tokio::io::unix::AsyncFd;

use crate::limits::PARENT_LOOK_INTERVAL;

/// The process that has started this one.
#[derive(Debug)]
pub(super) struct Parent {
    process: Pid,
    /// It can be read once the process has ended. `None` where the system gives none, and then it is asked every now and then.
    #[cfg(target_os = "linux")]
    descriptor: Option<AsyncFd<OwnedFd>>,
}

impl Parent {
    /// Who it is; `None` where it is the first process, or one that cannot be seen from here. Needs a runtime.
    pub(super) fn look() -> Option<Self> {
        let Some(process) = getppid().filter(|parent| !parent.is_init()) else {
            tracing::debug!(
                "the parent is the first process, or in another container: nobody watches for its end"
            );
            return None;
        };
        Some(Self {
            process,
            #[cfg(target_os = "linux")]
            descriptor: descriptor(process),
        })
    }

    /// Waits until it is gone. Cancel-safe.
    pub(super) async fn gone(&self) {
        #[cfg(target_os = "linux")]
        if let Some(descriptor) = &self.descriptor {
            // Before it was opened the parent may have ended, and the number may have been given again.
            if !self.is_there() {
                return;
            }
            match descriptor.readable().await {
                Ok(_readable) => return,
                Err(error) => tracing::debug!(%error, "the descriptor of the parent cannot be waited for"),
            }
        }
        while self.is_there() {
            tokio::time::sleep(PARENT_LOOK_INTERVAL).await;
        }
    }

    /// A process whose parent has ended gets another one at once, before anybody takes note of the end.
    fn is_there(&self) -> bool {
        getppid() == Some(self.process)
    }
}

#[cfg(target_os = "linux")]
fn descriptor(process: Pid) -> Option<AsyncFd<OwnedFd>> {
    let opened = pidfd_open(process, PidfdFlags::empty()).map_err(io::Error::from);
    #[allow(deprecated, reason = "what stands in its place is younger than the oldest tokio that must do")]
    let watched = opened.and_then(|descriptor| AsyncFd::with_interest(descriptor, Interest::READABLE));
    watched
        .inspect_err(
            |error| tracing::debug!(%error, "there is no descriptor for the parent; it is asked for"),
        )
        .ok()
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// As on a system without descriptors of processes.
    fn asked_for(process: Pid) -> Parent {
        Parent {
            process,
            #[cfg(target_os = "linux")]
            descriptor: None,
        }
    }

    #[tokio::test]
    async fn a_parent_that_is_there_is_not_gone() {
        let Some(parent) = Parent::look() else { return };
        assert!(parent.gone().now_or_never().is_none());
        assert!(asked_for(parent.process).gone().now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_parent_that_was_replaced_is_gone() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = Pid::from_child(&child);
        // Nobody's parent here, and as long as nobody asks for its end nobody else's number.
        let stranger = Parent {
            process: number,
            #[cfg(target_os = "linux")]
            descriptor: descriptor(number),
        };
        assert!(stranger.gone().now_or_never().is_some());
        assert!(asked_for(number).gone().now_or_never().is_some());
        child.wait().unwrap();
    }
}

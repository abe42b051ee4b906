use std::io;

use tokio::sync::Notify;

use super::proof::{AttachedProcess, Proven};
use super::{Boxed, Ended, Running};
use crate::limits::LISTEN_PAUSE_MAX;
use crate::transport::{Address, TransportError, connect};

/// A plugin that this host has not started: the process that was proven to listen at its address, or only the address.
#[derive(Debug)]
pub(in crate::client) struct AttachedPlugin {
    process: Option<AttachedProcess>,
    address: Address,
    /// Whether a host may end it: one in test mode belongs to somebody else.
    is_ended_by_hosts: bool,
    /// There is no process to wait for, and the end was asked for.
    asked: Notify,
}

impl AttachedPlugin {
    /// Needs a runtime.
    pub(in crate::client) fn new(
        proven: Option<Proven>,
        address: Address,
        is_ended_by_hosts: bool,
    ) -> io::Result<Self> {
        let process = proven.map(AttachedProcess::new).transpose()?;
        Ok(Self { process, address, is_ended_by_hosts, asked: Notify::new() })
    }

    /// The process, where this host may send it a signal.
    fn ours(&self) -> Option<&AttachedProcess> {
        self.process.as_ref().filter(|_| self.is_ended_by_hosts)
    }

    /// Asks at the address until nobody is there: all that can be known without a process.
    async fn falls_silent(&self) {
        self.asked.notified().await;
        while !is_nobody_there(connect(&self.address).await.err().as_ref()) {
            tokio::time::sleep(LISTEN_PAUSE_MAX).await;
        }
        // For whoever asks once more.
        self.asked.notify_one();
    }
}

/// Whether an attempt to connect has found nobody. A host without descriptors, or a plugin with a long queue, is another matter;
/// all else there is no waiting for: an address that cannot be reached any more may never be again.
fn is_nobody_there(failed: Option<&TransportError>) -> bool {
    let Some(TransportError::Connect { source, .. }) = failed else { return false };
    !is_want(source)
}

/// Whether an attempt says nothing of the other side: something was wanting, and may be there a moment later.
fn is_want(error: &io::Error) -> bool {
    #[cfg(unix)]
    let wants = {
        use rustix::io::Errno;
        // The last one: no port is free on this side.
        [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::ADDRNOTAVAIL].map(Errno::raw_os_error)
    };
    // `WSAEMFILE`, `WSAENOBUFS`, `WSAEADDRINUSE` and `WSAEADDRNOTAVAIL`.
    #[cfg(windows)]
    let wants = [10_024, 10_055, 10_048, 10_049];

    let is_kind = matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted | io::ErrorKind::OutOfMemory
    );
    is_kind || error.raw_os_error().is_some_and(|number| wants.contains(&number))
}

impl Running for AttachedPlugin {
    fn id(&self) -> Option<u32> {
        self.process.as_ref()?.id()
    }

    fn ended(&self) -> Boxed<'_, Ended> {
        Box::pin(async {
            match &self.process {
                Some(process) => process.ended().await,
                None => self.falls_silent().await,
            }
            // Who is not its parent is not told how it ended.
            Ended::default()
        })
    }

    fn expect_end(&self) {
        self.asked.notify_one();
    }

    fn terminate(&self) -> Boxed<'_, ()> {
        if let Some(process) = self.ours() {
            process.terminate();
        }
        Box::pin(std::future::ready(()))
    }

    fn kill(&self) -> Boxed<'_, ()> {
        self.asked.notify_one();
        if let Some(process) = self.ours() {
            process.kill();
        }
        Box::pin(std::future::ready(()))
    }

    /// It was there before this host, and nobody has asked for its end.
    fn abandon(&self) {}

    fn is_killable(&self) -> bool {
        self.ours().is_some()
    }

    fn is_attached(&self) -> bool {
        true
    }

    fn is_ended_by_hosts(&self) -> bool {
        self.is_ended_by_hosts
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::net::UnixListener;

    use super::*;
    use crate::client::output::Tail;
    use crate::client::process::Process;

    #[tokio::test]
    async fn an_end_that_was_asked_for_is_noticed_without_a_process_and_nobody_is_killed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let plugin = Arc::new(AttachedPlugin::new(None, Address::Unix(path), true).unwrap());
        let process = Process::keep(plugin, "kv".into(), Tail::default());
        assert!(!process.is_killable());
        process.expect_end();
        drop(listener);
        let exit = process.wait(Duration::from_secs(20)).await.expect("its end is noticed");
        assert!(exit.is_asked(), "{exit}");
    }

    #[test]
    fn only_who_is_not_there_is_taken_for_gone() {
        use rustix::io::Errno;

        let is_gone = |error: Errno| {
            let address = Address::Unix("/x".into());
            is_nobody_there(Some(&TransportError::Connect { address, source: error.into() }))
        };
        for error in [
            Errno::CONNREFUSED,
            Errno::NOENT,
            Errno::NOTDIR,
            Errno::ACCESS,
            Errno::HOSTUNREACH,
            Errno::NETUNREACH,
            Errno::TIMEDOUT,
            Errno::CONNRESET,
        ] {
            assert!(is_gone(error), "{error}");
        }
        // No descriptors here, a long queue there, and the like.
        for error in [
            Errno::MFILE,
            Errno::NFILE,
            Errno::AGAIN,
            Errno::NOMEM,
            Errno::INTR,
            Errno::NOBUFS,
            Errno::ADDRNOTAVAIL,
        ] {
            assert!(!is_gone(error), "{error}");
        }
        assert!(!is_nobody_there(None));
    }

    #[tokio::test]
    async fn whoever_waits_for_its_end_keeps_it_and_nobody_else_does() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let plugin = Arc::new(AttachedPlugin::new(None, Address::Unix(path), true).unwrap());
        let gone = Arc::downgrade(&plugin);
        let process = Process::keep(plugin, "kv".into(), Tail::default());
        process.expect_end();
        let watch = process.watch().clone();
        drop(process);
        tokio::task::yield_now().await;
        assert!(gone.upgrade().is_some(), "somebody watches");
        drop(watch);
        let ends = async {
            while gone.upgrade().is_some() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), ends)
            .await
            .expect("the plugin goes on, and nobody asks it");
        drop(listener);
    }
}

use std::io;
use std::path::Path;
#[cfg(feature = "client")]
use std::path::PathBuf;

#[cfg(feature = "client")]
use std::os::fd::OwnedFd;

#[cfg(feature = "client")]
use crate::transport::{SocketGroup, TransportError};

/// The host's end. Dropping it ends the plugin, if it is one that looks.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(crate) struct Lifeline {
    path: PathBuf,
    end: OwnedFd,
}

#[cfg(feature = "client")]
impl Lifeline {
    /// The end once more, for somebody who holds it in this host's place.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "elsewhere no plugin is let go of"))]
    pub(crate) fn end(&self) -> io::Result<OwnedFd> {
        self.end.try_clone()
    }

    /// Where the plugin finds it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets a plugin of another user look, if it is in the group.
    pub(crate) fn show(&self, group: SocketGroup) -> Result<(), TransportError> {
        group.own_end(&self.end, &self.path, 0o640)
    }

    /// Makes the pipe at a path where nothing is, in a directory of this host's alone. It is there under its name once this end is
    /// open: a pipe without one is that of a host which is gone.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let unnamed = path.with_extension("new");
        let end = make(&unnamed)?;
        std::fs::rename(unnamed, &path)?;
        Ok(Self { path, end })
    }
}

/// Makes the pipe, and opens its writing end.
#[cfg(all(feature = "client", not(target_vendor = "apple")))]
fn make(path: &Path) -> io::Result<OwnedFd> {
    use rustix::fs::{CWD, Mode, OFlags, mkfifoat, open};

    mkfifoat(CWD, path, Mode::RUSR | Mode::WUSR)?;
    // Who opens a writing end alone waits for a reader, or is refused.
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(open(path, flags, Mode::empty())?)
}

/// The same. What opens both ends at once is Linux's: here a reader of our own is there for as long as it takes to open the other.
#[cfg(all(feature = "client", target_vendor = "apple"))]
fn make(path: &Path) -> io::Result<OwnedFd> {
    use rustix::fs::{Mode, OFlags, open};

    nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRUSR | nix::sys::stat::Mode::S_IWUSR)?;
    let flags = OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let _reader = open(path, flags | OFlags::RDONLY, Mode::empty())?;
    Ok(open(path, flags | OFlags::WRONLY, Mode::empty())?)
}

/// The plugin's end.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) struct HostWatch {
    pipe: tokio::net::unix::pipe::Receiver,
    /// It was before anybody looked. The system wakes nobody for the end of a pipe that had no writer since it was opened.
    was_gone: bool,
}

#[cfg(feature = "server")]
impl HostWatch {
    /// Looks at the pipe at this path. It never waits: who is gone already is found to be.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let pipe = tokio::net::unix::pipe::OpenOptions::new().open_receiver(path)?;
        let was_gone = matches!(rustix::io::read(&pipe, &mut [0; 1]), Ok(0));
        Ok(Self { pipe, was_gone })
    }

    /// Waits until the host is gone. Cancel-safe.
    pub(crate) async fn gone(&self) {
        if self.was_gone {
            return;
        }
        // What somebody writes there means nothing, and must not keep us from seeing the end behind it.
        let mut ignored = [0; 64];
        loop {
            if let Err(error) = self.pipe.readable().await {
                tracing::debug!(%error, "whether the host is still there can no longer be seen");
                return std::future::pending().await;
            }
            match self.pipe.try_read(&mut ignored) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    tracing::debug!(%error, "whether the host is still there can no longer be seen");
                    return std::future::pending().await;
                }
            }
        }
    }
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use std::io::Write;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_host_is_gone_when_itsend_is_closed_and_not_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lifeline");
        let lifeline = Lifeline::create(path.clone()).unwrap();
        let watch = HostWatch::open(&path).unwrap();
        assert!(watch.gone().now_or_never().is_none());
        // More than is read at once.
        let mut other = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        other.write_all(&[7; 1000]).unwrap();
        let waits = tokio::time::timeout(std::time::Duration::from_millis(20), watch.gone());
        waits.await.unwrap_err();
        drop((lifeline, other));
        tokio::time::timeout(std::time::Duration::from_secs(60), watch.gone()).await.unwrap();
        let late = HostWatch::open(&path).unwrap();
        tokio::time::timeout(std::time::Duration::from_secs(60), late.gone()).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_no_pipe_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        HostWatch::open(&path).unwrap_err();
        std::fs::write(&path, "").unwrap();
        HostWatch::open(&path).unwrap_err();
        Lifeline::create(path).unwrap_err();
    }
}

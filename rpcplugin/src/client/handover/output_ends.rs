use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, fstat, open};

/// The pipes of a plugin's output, which somebody else reads: known well enough to be opened once more.
///
/// No descriptor is held for that: most plugins are never let go of.
#[derive(Debug)]
pub(in crate::client) struct OutputEnds {
    pub(super) stdout: PipeEnd,
    pub(super) stderr: PipeEnd,
}

impl OutputEnds {
    /// Those that are read here.
    pub(in crate::client) fn of(stdout: &impl AsFd, stderr: &impl AsFd) -> Option<Self> {
        Some(Self { stdout: PipeEnd::of(stdout).ok()?, stderr: PipeEnd::of(stderr).ok()? })
    }
}

/// The reading end of a pipe.
#[derive(Debug)]
pub(super) struct PipeEnd {
    descriptor: RawFd,
    /// By which it is known again: the descriptor may be another file's by then.
    device: u64,
    number: u64,
}

impl PipeEnd {
    pub(super) fn of(pipe: &impl AsFd) -> io::Result<Self> {
        let pipe = pipe.as_fd();
        let file = fstat(pipe)?;
        Ok(Self { descriptor: pipe.as_raw_fd(), device: file.st_dev, number: file.st_ino })
    }

    /// Opens it once more, for a reader that waits. `None` if nobody here reads it any more: it has ended.
    pub(super) fn reopen(&self) -> Option<OwnedFd> {
        // Not the same opening: whether it waits is a property of that, and the reader here must not.
        let path = format!("/proc/self/fd/{}", self.descriptor);
        // Who opens a pipe for reading waits for a writer.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = open(path, flags, Mode::empty()).ok()?;
        let file = fstat(&opened).ok()?;
        if (file.st_dev, file.st_ino) != (self.device, self.number) {
            return None;
        }
        fcntl_setfl(&opened, fcntl_getfl(&opened).ok()? - OFlags::NONBLOCK).ok()?;
        Some(opened)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn a_pipe_is_opened_once_more_and_another_file_in_its_place_is_not() {
        let (reading, mut writing) = io::pipe().unwrap();
        let end = PipeEnd::of(&reading).unwrap();
        let mut again = File::from(end.reopen().unwrap());
        drop(reading);
        writing.write_all(b"it waits").unwrap();
        let mut text = [0; 8];
        again.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"it waits");
        // Its number is free, and the next file is given it.
        let other = File::open("/dev/null").unwrap();
        let moved = PipeEnd { descriptor: other.as_raw_fd(), ..end };
        assert!(moved.reopen().is_none());
    }
}

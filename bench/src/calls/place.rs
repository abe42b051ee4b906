//! Where a call goes: through which socket, with or without TLS, on which kind of runtime.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// Both processes are of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Through which socket.
    pub socket: Socket,
    /// Mutual TLS.
    pub tls: bool,
    /// On which runtime.
    pub threads: Threads,
}

/// A kind of socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Socket {
    /// A file.
    Unix,
    /// A port of the loopback address.
    Tcp,
}

/// A kind of runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// tokio's runtime on one thread.
    Current,
    /// tokio's runtime with a thread for each processor, which is what `#[tokio::main]` makes.
    Multi,
}

impl Place {
    /// What is measured; the first is what a plugin gets that asks for nothing.
    pub fn all() -> impl Iterator<Item = Self> {
        [Threads::Current, Threads::Multi].into_iter().flat_map(|threads| {
            [(Socket::Unix, false), (Socket::Unix, true), (Socket::Tcp, false), (Socket::Tcp, true)]
                .map(|(socket, tls)| Self { socket, tls, threads })
        })
    }

    /// The socket, and TLS.
    #[must_use]
    pub const fn transport(self) -> &'static str {
        match (self.socket, self.tls) {
            (Socket::Unix, false) => "unix",
            (Socket::Unix, true) => "unix+mtls",
            (Socket::Tcp, false) => "tcp",
            (Socket::Tcp, true) => "tcp+mtls",
        }
    }

    /// As [`parse`](Self::parse) reads it.
    #[must_use]
    pub fn line(self) -> String {
        format!("{}/{}", self.transport(), self.threads.name())
    }

    /// The place with this [`line`](Self::line).
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        Self::all().find(|place| place.line() == line)
    }
}

impl Threads {
    /// What tokio calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current-thread",
            Self::Multi => "multi-thread",
        }
    }

    /// A runtime of this kind.
    pub fn runtime(self) -> io::Result<Runtime> {
        match self {
            Self::Current => Builder::new_current_thread(),
            Self::Multi => Builder::new_multi_thread(),
        }
        .enable_all()
        .build()
    }
}

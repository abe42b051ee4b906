use std::future::pending;
use std::io;

use tokio::sync::mpsc;

#[cfg(feature = "broker")]
use crate::transport::Address;
use crate::transport::{Connection, Listener};

/// Where connections come from.
#[derive(Debug)]
pub(crate) enum Source {
    Socket(Listener),
    /// Whoever has streams to be served sends them.
    #[cfg_attr(
        not(feature = "broker"),
        allow(dead_code, reason = "streams that share a connection are the broker's")
    )]
    Streams(mpsc::Receiver<Connection>),
}

impl Source {
    /// Where others may connect.
    #[cfg(feature = "broker")]
    pub(crate) const fn address(&self) -> Option<&Address> {
        match self {
            Self::Socket(listener) => Some(listener.address()),
            Self::Streams(_) => None,
        }
    }

    /// The next connection, as [`Listener::accept`] gives it. Cancel-safe.
    pub(super) async fn accept(&mut self) -> io::Result<Connection> {
        match self {
            Self::Socket(listener) => listener.accept().await,
            Self::Streams(streams) => match streams.recv().await {
                Some(stream) => Ok(stream),
                // Nobody will send one any more. Those that are served go on.
                None => pending().await,
            },
        }
    }
}

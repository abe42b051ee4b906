//! A connection that ends with another one: the one over which it was brokered.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

use crate::transport::{Connection, ReadBy, Reading};

/// Ties a connection to the end of another.
pub(super) fn tied(
    connection: Connection,
    over: impl Future<Output = ()> + Send + 'static,
) -> ReadBy<Tied, Connection> {
    ReadBy::new(Tied { over: Some(Box::pin(over)) }, connection)
}

/// Whoever speaks a wire reads at all times, so this is where the end is noticed.
pub(super) struct Tied {
    /// `None` once it has happened.
    over: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Tied {
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if self.over.as_mut().is_some_and(|over| over.as_mut().poll(context).is_ready()) {
            self.over = None;
        }
        self.over.is_none()
    }
}

impl Reading<Connection> for Tied {
    fn poll_read(
        &mut self,
        connection: Pin<&mut Connection>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_over(context) {
            let text = "the connection over which this one was brokered has ended";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, text)));
        }
        connection.poll_read(context, buffer)
    }
}

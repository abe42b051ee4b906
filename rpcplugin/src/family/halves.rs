//! The two directions of a connection apart.

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::{FamilyError, FamilyOptions};
use crate::message::Family;

/// The sending half of a [`FamilyConnection`](crate::FamilyConnection): one task sends while another receives. An example
/// is at [`split`](crate::FamilyConnection::split).
pub struct FamilySender<F, W> {
    stream: W,
    outgoing: Outgoing<F>,
    options: FamilyOptions,
}

impl<F: Family, W: AsyncWrite + Unpin> FamilySender<F, W> {
    pub(super) const fn new(stream: W, outgoing: Outgoing<F>, options: FamilyOptions) -> Self {
        Self { stream, outgoing, options }
    }

    /// Sends a message, as [`FamilyConnection::send`](crate::FamilyConnection::send) does.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe, as there.
    pub async fn send(&mut self, message: &F) -> Result<(), FamilyError> {
        self.outgoing.stage(message, &self.options)?;
        self.outgoing.write(&mut self.stream, &self.options).await
    }

    /// Sends `NOT_FOUND`, as [`FamilyConnection::send_not_found`](crate::FamilyConnection::send_not_found) does.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Cancel safety
    ///
    /// Not cancel-safe, as there.
    pub async fn send_not_found(&mut self) -> Result<(), FamilyError> {
        self.outgoing.stage_not_found()?;
        self.outgoing.write(&mut self.stream, &self.options).await
    }

    /// Ends this direction, as [`FamilyConnection::shutdown`](crate::FamilyConnection::shutdown) does.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe, as there.
    pub async fn shutdown(&mut self) -> Result<(), FamilyError> {
        self.outgoing.shutdown(&mut self.stream, &self.options).await
    }
}

/// The receiving half of a [`FamilyConnection`](crate::FamilyConnection). An example is at
/// [`split`](crate::FamilyConnection::split).
pub struct FamilyReceiver<F, R> {
    stream: R,
    incoming: Incoming<F>,
    options: FamilyOptions,
}

impl<F: Family, R: AsyncRead + Unpin> FamilyReceiver<F, R> {
    pub(super) const fn new(stream: R, incoming: Incoming<F>, options: FamilyOptions) -> Self {
        Self { stream, incoming, options }
    }

    /// Receives the next message, as [`FamilyConnection::receive`](crate::FamilyConnection::receive) does. An unknown type
    /// is not answered here: this half cannot send. Answer it once, by [`FamilySender::send_not_found`], and end.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe, as there.
    pub async fn receive(&mut self) -> Result<Option<F>, FamilyError> {
        self.incoming.receive(&mut self.stream, &self.options).await
    }
}

impl<F: Family, W> fmt::Debug for FamilySender<F, W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe("FamilySender", F::FAMILY_NAME, &self.options, formatter)
    }
}

impl<F: Family, R> fmt::Debug for FamilyReceiver<F, R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe("FamilyReceiver", F::FAMILY_NAME, &self.options, formatter)
    }
}

fn describe(
    half: &str,
    family: &str,
    options: &FamilyOptions,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    formatter.debug_struct(half).field("family", &family).field("options", options).finish_non_exhaustive()
}

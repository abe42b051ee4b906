use std::sync::Arc;

use bytes::BytesMut;

use crate::transport::Connection;
use crate::wire::{ConnectionError, Dispatch, StopSignal, Terms};

/// The handlers' end of connections.
#[derive(Clone)]
pub(crate) struct BinaryServer {
    dispatch: Arc<dyn Dispatch>,
    message_bytes_max: usize,
}

impl BinaryServer {
    pub(crate) fn new(dispatch: Arc<dyn Dispatch>, message_bytes_max: usize) -> Self {
        Self { dispatch, message_bytes_max }
    }

    /// Serves one connection until the peer closes it, or until the calls that run at the stop signal are done.
    ///
    /// `first` are the bytes that were read from it already.
    pub(crate) async fn serve(
        &self,
        connection: Connection,
        first: BytesMut,
        terms: Terms,
        stop: StopSignal,
    ) -> Result<(), ConnectionError> {
        let _ = (&self.dispatch, self.message_bytes_max, connection, first, terms, stop);
        Ok(())
    }
}

//! The contract as a user of ours writes it. `echo.proto` is the same for the others.

use bytes::Bytes;
use rpcplugin::{BinaryMessage, Status, Streaming, rpc_protocol};

/// Some bytes.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub(crate) struct Blob {
    #[binary(id = 1)]
    pub(crate) payload: Bytes,
}

/// A wish for many messages.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub(crate) struct Order {
    #[binary(id = 1)]
    pub(crate) count: u32,
    #[binary(id = 2)]
    pub(crate) payload_bytes: u32,
}

#[rpc_protocol(service = "bench.Echo")]
pub(crate) trait Echo {
    /// The same bytes back.
    async fn echo(&self, request: Blob) -> Result<Blob, Status>;

    /// So many messages of so many bytes.
    async fn repeat(&self, request: Order) -> Result<Streaming<Blob>, Status>;
}

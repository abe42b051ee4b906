//! The contract, in packed messages: what the binary wire is made for.

use bytes::Bytes;
use rpcplugin::{BinaryMessage, Status, Streaming, rpc_protocol};

/// Some bytes.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub(crate) struct Blob {
    pub(crate) payload: Bytes,
}

/// A wish for many messages.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) count: u32,
    pub(crate) payload_bytes: u32,
}

#[rpc_protocol(service = "bench.Packed")]
pub(crate) trait Packed {
    /// The same bytes back.
    async fn echo(&self, request: Blob) -> Result<Blob, Status>;

    /// So many messages of so many bytes.
    async fn repeat(&self, request: Order) -> Result<Streaming<Blob>, Status>;
}

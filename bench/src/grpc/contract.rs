//! The contract as a user of ours writes it. `echo.proto` is the same for the others.

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, Streaming, rpc_protocol};

/// Some bytes.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub(crate) struct Blob {
    #[binary(id = 1)]
    pub(crate) payload: Vec<u8>,
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

/// By it a process sees that it is the plugin.
pub(crate) fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("RPCPLUGIN_BENCH", "the-benchmark-starts-itself")
}

/// What a message holds, whoever sends it.
pub(crate) fn payload(bytes: u32) -> Vec<u8> {
    vec![b'p'; usize::try_from(bytes).unwrap()]
}

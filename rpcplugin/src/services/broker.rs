//! Each side says what else can be called on it.

use crate::call::{Context, Metadata};
use crate::contract::Status;
use crate::limits::BROKER_MESSAGE_BYTES_MAX;
use crate::rpc::Streaming;
use crate::services::plugin::ConnInfo;

/// The metadata with which a host of this crate says that it is one.
const KEY: &str = "rpcplugin-broker";
const VALUE: &str = "1";

/// Carries what both sides say.
#[rpcplugin::rpc_protocol(service = "plugin.GRPCBroker")]
pub(crate) trait Broker {
    /// For as long as the connection lives. A host calls it once.
    #[rpc(max_len = BROKER_MESSAGE_BYTES_MAX)]
    async fn start_stream(
        &self,
        context: Context,
        infos: Streaming<ConnInfo>,
    ) -> Result<Streaming<ConnInfo>, Status>;
}

/// What a host of this crate sends with the call.
pub(crate) fn mark(metadata: &mut Metadata) {
    // Both are constants that can travel.
    let _ = metadata.insert(KEY, VALUE);
}

/// Whether a host is one of this crate: it takes the word that something is served no more.
pub(crate) fn is_ours(metadata: &Metadata) -> bool {
    metadata.get(KEY) == Some(VALUE)
}

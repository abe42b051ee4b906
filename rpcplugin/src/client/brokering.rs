use std::path::Path;

use crate::accept::ServerLimits;
use crate::broker::{Credentials, Ground, HostBroker, ListenAt};
use crate::rpc::Channel;
use crate::transport::Mux;
use crate::wire::Protocol;

/// Begins to broker with the plugin that is called on the channel. `directory` belongs to this host and to the plugin alone.
pub(super) fn open_broker(
    channel: &Channel,
    protocol: Protocol,
    credentials: Credentials,
    directory: &Path,
    message_bytes_max: usize,
    mux: Option<Mux>,
) -> HostBroker {
    let ground = Ground {
        credentials,
        listen_at: ListenAt::Unix(Some(directory.to_owned())),
        limits: ServerLimits::new(),
        accept_other_users: false,
        message_bytes_max,
    };
    HostBroker::open(channel.clone(), protocol, ground, mux)
}

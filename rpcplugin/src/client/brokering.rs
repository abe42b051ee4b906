use super::sockets::Sockets;
use crate::accept::ServerLimits;
use crate::broker::{Credentials, Ground, HostBroker, ListenAt};
use crate::rpc::Channel;
use crate::transport::Mux;
use crate::wire::Protocol;

/// Begins to broker with the plugin that is called on the channel. The sockets of this host are where those of the plugin are.
pub(super) fn open_broker(
    channel: &Channel,
    protocol: Protocol,
    credentials: Credentials,
    sockets: &Sockets,
    message_bytes_max: usize,
    mux: Option<Mux>,
) -> HostBroker {
    let ground = Ground {
        credentials,
        listen_at: ListenAt::Unix(Some(sockets.path().to_owned())),
        limits: ServerLimits::new(),
        accept_other_users: false,
        group: sockets.group(),
        message_bytes_max,
    };
    HostBroker::open(channel.clone(), protocol, ground, mux)
}

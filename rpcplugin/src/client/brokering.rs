use crate::accept::ServerLimits;
use crate::broker::{Credentials, Ground, ListenAt};
use crate::compression::MessageTerms;
use crate::transport::SocketGroup;

/// What a host has for all that is brokered. The sockets of this host are where those of the plugin are.
pub(super) fn ground(
    credentials: Credentials,
    listen_at: ListenAt,
    group: Option<SocketGroup>,
    messages: MessageTerms,
) -> Ground {
    Ground { credentials, listen_at, limits: ServerLimits::new(), accept_other_users: false, group, messages }
}

//! What can stand around a call of ours: an interceptor, on both sides.

use rpcplugin::{Call, Channel, Interceptor, Messages, Next, PluginServer, Status};

/// An interceptor whose cost is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// It passes the call on: what any interceptor costs.
    Nothing,
}

impl Layer {
    pub(crate) const ALL: [Self; 1] = [Self::Nothing];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
        }
    }

    /// On the host's side.
    pub(crate) fn around_channel(self, channel: Channel) -> Channel {
        match self {
            Self::Nothing => channel.intercepted(Nothing),
        }
    }

    /// On the plugin's side.
    pub(crate) fn around_server(self, server: PluginServer) -> PluginServer {
        match self {
            Self::Nothing => server.interceptor(Nothing),
        }
    }
}

struct Nothing;

impl Interceptor for Nothing {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        next.run(call).await
    }
}

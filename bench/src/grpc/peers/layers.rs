//! What can stand around a call of ours: an interceptor, on both sides.

use bytes::Bytes;
use rpcplugin::interceptors::{CallInfo, Hooks, Metrics, RequireToken, SendToken, Tracing};
use rpcplugin::{Call, Channel, Interceptor, Messages, Next, PluginServer, Status};

use rpcplugin_bench::calls::Fault;

/// An interceptor whose cost is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// It passes the call on: what any interceptor costs.
    Nothing,
    /// Spans that nobody subscribes to, and the trace that travels with the call.
    Tracing,
    /// Counts and times.
    Metrics,
    /// The host sends a token, the plugin asks for it.
    Token,
    /// One closure for the request and one for the response, which look at them.
    Hooks,
}

impl Layer {
    pub(crate) const ALL: [Self; 5] = [Self::Nothing, Self::Tracing, Self::Metrics, Self::Token, Self::Hooks];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Tracing => "tracing",
            Self::Metrics => "metrics",
            Self::Token => "token",
            Self::Hooks => "hooks",
        }
    }

    /// On the host's side.
    pub(crate) fn around_channel(self, channel: Channel) -> Result<Channel, Fault> {
        Ok(match self {
            Self::Nothing => channel.intercepted(Nothing),
            Self::Tracing => channel.intercepted(Tracing::new()),
            Self::Metrics => channel.intercepted(Metrics::new()),
            Self::Token => channel.intercepted(SendToken::new(TOKEN)?),
            Self::Hooks => channel.intercepted(hooks()),
        })
    }

    /// On the plugin's side.
    pub(crate) fn around_server(self, server: PluginServer) -> Result<PluginServer, Fault> {
        Ok(match self {
            Self::Nothing => server.interceptor(Nothing),
            Self::Tracing => server.interceptor(Tracing::new()),
            Self::Metrics => server.interceptor(Metrics::new()),
            Self::Token => server.interceptor(RequireToken::new("host", TOKEN)?),
            Self::Hooks => server.interceptor(hooks()),
        })
    }
}

struct Nothing;

impl Interceptor for Nothing {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        next.run(call).await
    }
}

fn hooks() -> Hooks {
    Hooks::new().before_request(look).after_response(look)
}

async fn look(call: CallInfo, message: Bytes) -> Result<Bytes, Status> {
    std::hint::black_box((call.method().name, message.len()));
    Ok(message)
}

/// As long as one that nobody guesses.
const TOKEN: &str = "a-text-of-forty-four-characters-as-in-base64";

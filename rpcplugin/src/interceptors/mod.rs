//! What many programs want around their calls: traces, figures, tokens, hooks, and what to do where there are too many calls
//! or one fails.
//!
//! | interceptor | what it does | where |
//! |---|---|---|
//! | [`Tracing`] | a span for each call, and one trace from host to plugin to nested plugin | both sides |
//! | [`Metrics`] | counts calls, errors, messages and time, for each method | both sides |
//! | [`RequireToken`] | refuses calls without an accepted token | where the handler runs |
//! | [`SendToken`] | sends a token with each call | where the call is made |
//! | [`Hooks`] | closures that see, replace or refuse messages | both sides |
//! | [`RateLimit`] | lets so many calls through in a time | both sides |
//! | [`ConcurrencyLimit`] | lets so many calls run at once, and so many wait | both sides |
//! | [`Retry`] | makes a call again that failed, where that does no harm | where the call is made |
//!
//! Each is an [`Interceptor`](crate::Interceptor) like one of your own, and stands where you put it: around all services
//! ([`Router::interceptor`](crate::Router::interceptor), `PluginServer::interceptor`), around one
//! ([`Service::intercepted`](crate::Service::intercepted)), or around a channel
//! ([`Channel::intercepted`](crate::Channel::intercepted), `PluginClientBuilder::interceptor`).
//! The first that is registered is the outermost: put [`Tracing`] and [`Metrics`] before [`RequireToken`], or they will not
//! see what it refuses.
//!
//! They stand above the wire, so they see a call whichever wire carries it, and what only one wire has can be done here too:
//! a header of gRPC is an entry of [`Metadata`](crate::Metadata), its trailers are the
//! [`trailing`](crate::ResponseMetadata::trailing) metadata. Layers of tower are not needed, and there is no place for them.
//!
//! A call to a path that names no method reaches no interceptor, and neither do the services that every plugin offers unasked.
//!
//! # Examples
//!
//! ```
//! use rpcplugin::interceptors::{Metrics, RequireToken, SendToken, Tracing};
//! use rpcplugin::{Channel, Router, Status, rpc_protocol};
//!
//! #[rpc_protocol]
//! trait Greeter {
//!     async fn greet(&self, request: String) -> Result<String, Status>;
//! }
//! # struct Polite;
//! # impl Greeter for Polite {
//! #     async fn greet(&self, request: String) -> Result<String, Status> { Ok(request) }
//! # }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let metrics = Metrics::new();
//! let router = Router::new()
//!     .interceptor(Tracing::new())
//!     .interceptor(metrics.clone())
//!     .interceptor(RequireToken::new("host", "a-long-random-text")?)
//!     .service(GreeterServer::new(Polite))?;
//! let channel = Channel::local(router)
//!     .intercepted(Tracing::new())
//!     .intercepted(SendToken::new("a-long-random-text")?);
//! GreeterClient::new(channel).greet("Ada".to_owned()).await?;
//! assert_eq!(metrics.snapshot().total.error_count, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod concurrency_limit;
mod hooks;
mod metrics;
mod observed;
mod rate_limit;
mod require_token;
mod retry;
mod scope;
mod send_token;
mod token;
mod trace_context;
mod traced;

pub use concurrency_limit::ConcurrencyLimit;
pub use hooks::{CallInfo, Hooks};
pub use metrics::{
    CallMetrics, ChannelState, LATENCY_BOUNDS_SECONDS, Latency, MethodMetrics, Metrics, MetricsSnapshot,
};
pub use rate_limit::RateLimit;
pub use require_token::RequireToken;
pub use retry::Retry;
pub use send_token::SendToken;
pub use token::{AuthenticatedCaller, Token, TokenError};
pub use trace_context::{TraceContext, TraceContextError};
pub use traced::Tracing;

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

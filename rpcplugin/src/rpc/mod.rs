//! Which method, and how does the call end?
//!
//! A call goes `FooClient -> call -> wire`, and on the other side `wire -> router -> dispatch -> handler`.
//! Here messages become bytes and bytes become messages; what is between is the wire's.

mod call;
mod channel;
mod deadline;
mod dispatch;
mod driven;
mod explain;
#[cfg(feature = "client")]
mod forward;
mod interceptor;
mod known_by_name;
mod local;
mod router;
mod service;
mod streaming;
#[cfg(test)]
mod tests;
mod typed;
mod under_way;
mod untyped;
mod within;

pub use call::{stream_stream, stream_unary, unary_stream, unary_unary};
pub use channel::Channel;
#[cfg(feature = "_connected")]
pub(crate) use channel::WatchedChannel;
pub use dispatch::{
    serve_stream_stream, serve_stream_unary, serve_unary_stream, serve_unary_unary, unknown_method,
};
#[cfg(feature = "client")]
pub(crate) use explain::{Explain, Explanation};
#[cfg(feature = "client")]
pub(crate) use interceptor::Interceptors;
pub use interceptor::{Interceptor, Next};
pub use known_by_name::{CallContext, Outcome};
pub use router::{Router, RouterError};
pub use service::{Intercepted, Service};
pub use streaming::Streaming;
pub use typed::{Row, Streamed, Unary};
#[cfg(feature = "client")]
pub(crate) use untyped::Untyped;

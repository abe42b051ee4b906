//! Which method, and how does the call end?
//!
//! A call goes `FooClient -> call -> wire`, and on the other side `wire -> router -> dispatch -> handler`.
//! Here messages become bytes and bytes become messages; what is between is the wire's.

mod call;
mod channel;
mod dispatch;
mod router;
#[cfg(feature = "server")]
mod running;
mod service;
mod streaming;

pub use call::{stream_stream, stream_unary, unary_stream, unary_unary};
pub use channel::Channel;
pub use dispatch::{
    serve_stream_stream, serve_stream_unary, serve_unary_stream, serve_unary_unary, unknown_method,
};
pub use router::{Router, RouterError};
#[cfg(feature = "server")]
pub(crate) use running::RunningCalls;
pub use service::Service;
pub use streaming::Streaming;

//! What does a call carry besides the bytes of its messages?
//!
//! The caller's words ([`Metadata`]), the time it has, who calls, and that it is over ([`Context`]); the messages of one
//! direction as a wire carries them ([`Messages`]); and all of it together, as interceptors see it ([`Call`]).

mod ambient;
#[cfg_attr(not(feature = "_connected"), allow(dead_code, reason = "without a wire nothing is sent"))]
mod batch;
mod contain;
mod context;
#[cfg(feature = "server")]
mod contexts;
mod deadline;
#[cfg_attr(not(feature = "_connected"), allow(dead_code, reason = "without a wire nothing is sent"))]
mod framing;
mod message_stream;
mod messages;
mod metadata;
mod metadata_iter;
mod options;
mod over;
mod peer;
mod request;
mod response;
mod shared;
mod size_limit;
mod uses;
mod values;

pub(crate) use ambient::Ambient;
pub(crate) use batch::Batch;
#[cfg(feature = "_connected")]
pub(crate) use batch::{Piece, next_of};
#[cfg(feature = "logging")]
pub(crate) use contain::is_contained;
pub(crate) use contain::{Panicked, contain};
pub use context::Context;
pub(crate) use context::out_of_time;
#[cfg(feature = "server")]
pub(crate) use contexts::Contexts;
pub(crate) use deadline::Deadline;
pub(crate) use framing::Framing;
pub use message_stream::MessageStream;
pub(crate) use message_stream::Source;
pub use messages::{Messages, ResponseFuture};
#[cfg(feature = "_connected")]
pub(crate) use metadata::is_reserved;
pub use metadata::{Metadata, MetadataError, MetadataValue};
pub use metadata_iter::MetadataIter;
pub use options::CallOptions;
pub(crate) use over::OverGuard;
pub use peer::{Peer, PeerAddress, UnixCredentials};
pub use request::{Call, Side};
pub use response::ResponseMetadata;
pub(crate) use size_limit::SizeLimit;
pub(crate) use uses::InUse;
pub(crate) use uses::Uses;

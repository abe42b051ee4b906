//! Calls with JSON for messages of protobuf, by what a plugin says of them.
//!
//! `codec` goes between JSON and the bytes of a message, `pool` makes what it needs of the files of a plugin, `fault` says what is
//! wrong with a JSON, and `call` makes the calls.

mod call;
pub(super) mod codec;
mod error;
mod fault;
mod imports;
mod pool;

pub use error::JsonCallError;
pub use fault::JsonFault;
pub(super) use pool::Pools;

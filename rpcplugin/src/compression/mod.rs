//! How do fewer bytes say the same?
//!
//! A message that is worth it is compressed on its way, on both wires, where both sides want it: [`Compression`] says what a
//! side reads and what it sends, and is given to `PluginClientBuilder::compression` and to `PluginServer::compression`.
//! Contracts, handlers and interceptors see the messages as they are.
//!
//! On gRPC these are the encodings of its specification, which Go, Python and every other implementation understand: a plugin
//! sends an encoding that its host said to read, and a host must know that its plugin reads what it sends. On the binary wire
//! each side says what it reads when the connection begins, and nobody is sent anything else.
//!
//! What comes is held against the limit of messages while it is decompressed: a few bytes that claim to be a gigabyte end
//! their call with [`Code::ResourceExhausted`](crate::Code::ResourceExhausted), and take no more memory than the limit, and with
//! zstd than the up to 8 MiB beside it that a message may claim for looking back.
//!
//! Compressing costs time, and how well a message compresses says something about what is in it. Do not compress messages in
//! which a secret stands beside text that an attacker chooses, where he can see how long they are.
//!
//! | encoding | feature | worth it for |
//! |---|---|---|
//! | [`Encoding::Gzip`] | `gzip` | peers in other languages: all of them read it |
//! | [`Encoding::Zstd`] | `zstd` | two sides of this crate: it is several times as fast, and packs better |
//!
//! # Examples
//!
//! ```no_run
//! use rpcplugin::compression::{Compression, Encoding};
//! use rpcplugin::{Cookie, PluginClient, StartError};
//!
//! # async fn host(cookie: Cookie) -> Result<(), StartError> {
//! # #[cfg(feature = "gzip")]
//! let compression = Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip).message_bytes_min(4096);
//! # #[cfg(not(feature = "gzip"))]
//! # let compression = Compression::new();
//! let plugin = PluginClient::builder("target/debug/greeter", cookie).compression(compression).start().await?;
//! # Ok(())
//! # }
//! ```

mod call;
mod codec;
mod encoding;
mod error;
mod settings;
mod terms;

pub use call::CallCompression;
pub(crate) use call::{Compressor, Decompressor};
#[cfg(all(any(test, feature = "_fuzz"), feature = "gzip", feature = "zstd"))]
pub(crate) use codec::decompress;
pub use encoding::Encoding;
pub(crate) use encoding::Encodings;
pub use error::DecompressError;
pub use settings::Compression;
pub(crate) use terms::MessageTerms;

#[cfg(all(feature = "_fuzz", feature = "gzip", feature = "zstd"))]
pub(crate) mod any_bytes;
#[cfg(all(test, feature = "gzip", feature = "zstd"))]
mod tests;

//! gRPC over HTTP/2: the wire that every go-plugin peer speaks.
//!
//! h2 carries the streams of one connection; what gRPC puts on them is here. From the outside in: `client` and `server`
//! (a call), `requests`, `answer` and `reply` (its two directions), `sending`, `outgoing` and `reader` (the messages of one
//! direction), and the pure parts that judge bytes: `frame`, `metadata`, `percent`, `status`, `timeout`.

#[cfg(feature = "client")]
mod answer;
#[cfg(feature = "server")]
mod authority;
#[cfg(feature = "client")]
mod client;
mod frame;
#[cfg(feature = "tonic")]
pub(crate) mod http;
#[cfg(feature = "server")]
mod huffman;
#[cfg(feature = "client")]
mod loss;
#[cfg(feature = "server")]
mod mended;
mod metadata;
mod outgoing;
#[cfg(feature = "client")]
mod overheard;
mod percent;
#[cfg(feature = "server")]
mod pings;
mod reader;
#[cfg(feature = "server")]
mod reply;
#[cfg(feature = "client")]
mod requests;
mod sending;
#[cfg(feature = "server")]
mod server;
mod status;
mod timeout;

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderMap, HeaderName};

use crate::compression::{Compression, Encoding};

#[cfg(feature = "client")]
pub(crate) use client::GrpcConnection;
#[cfg(feature = "server")]
pub(crate) use server::GrpcServer;

/// What both sides say about their bodies.
const GRPC_CONTENT_TYPE: &str = "application/grpc";

const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// What the other side says of the messages of a direction; `Err` is the name of an encoding that is not accepted.
fn encoding_of<'a>(headers: &'a HeaderMap, compression: &Compression) -> Result<Encoding, &'a [u8]> {
    let Some(name) = headers.get(ENCODING) else { return Ok(Encoding::Identity) };
    let known = name.to_str().ok().and_then(Encoding::named);
    known.filter(|encoding| compression.accepts(*encoding)).ok_or(name.as_bytes())
}

/// Whether a body is gRPC: `application/grpc`, alone or with `+proto`, `+anything` or parameters behind it.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let prefix = content_type.get(..GRPC_CONTENT_TYPE.len()).unwrap_or_default();
    let behind = content_type.get(GRPC_CONTENT_TYPE.len()..).unwrap_or_default();
    prefix.eq_ignore_ascii_case(GRPC_CONTENT_TYPE)
        && (behind.is_empty() || behind.starts_with(['+', ';', ' ']))
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests;

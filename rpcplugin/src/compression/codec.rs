//! The formats themselves. What goes in may be anything; what comes out has a bound.

#[cfg(any(feature = "gzip", feature = "zstd"))]
use std::io::{self, Read};

use bytes::Bytes;

#[cfg(any(feature = "gzip", feature = "zstd"))]
use super::DecompressError;
use super::Encoding;
use crate::call::SizeLimit;
use crate::contract::Status;
#[cfg(any(feature = "gzip", feature = "zstd"))]
use crate::limits::DECOMPRESSED_ROOM_BYTES;

/// A message in an encoding, behind `first`; `None` where it does not get shorter by that.
#[cfg_attr(
    not(any(feature = "gzip", feature = "zstd")),
    expect(unused_variables, reason = "without an encoding there is nothing to do")
)]
pub(super) fn compress(encoding: Encoding, message: &[u8], first: &[u8]) -> Option<Bytes> {
    let compressed = match encoding {
        Encoding::Identity => return None,
        #[cfg(feature = "gzip")]
        Encoding::Gzip => gzip(message, first),
        #[cfg(feature = "zstd")]
        Encoding::Zstd => zstd(message, first),
    };
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    return compressed.ok().filter(|compressed| compressed.len() < message.len()).map(Bytes::from);
}

/// The message of some bytes in an encoding.
///
/// # Errors
///
/// RESOURCE_EXHAUSTED as soon as more than the limit comes out, and INTERNAL with a [`DecompressError`] where the bytes are
/// damaged.
#[cfg_attr(
    not(any(feature = "gzip", feature = "zstd")),
    expect(unused_variables, reason = "without an encoding there is nothing to do")
)]
pub(crate) fn decompress(encoding: Encoding, bytes: Bytes, limit: SizeLimit) -> Result<Bytes, Status> {
    match encoding {
        Encoding::Identity => Ok(bytes),
        #[cfg(feature = "gzip")]
        Encoding::Gzip => read_all(encoding, Ok(flate2::bufread::MultiGzDecoder::new(bytes.as_ref())), limit),
        #[cfg(feature = "zstd")]
        Encoding::Zstd => read_all(encoding, zstd_decoder(&bytes), limit),
    }
}

#[cfg(feature = "gzip")]
fn gzip(message: &[u8], first: &[u8]) -> io::Result<Vec<u8>> {
    let level = flate2::Compression::new(crate::limits::GZIP_LEVEL);
    let mut encoder = flate2::write::GzEncoder::new(first.to_vec(), level);
    io::Write::write_all(&mut encoder, message)?;
    encoder.finish()
}

#[cfg(feature = "zstd")]
fn zstd(message: &[u8], first: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::write::Encoder::new(first.to_vec(), crate::limits::ZSTD_LEVEL)?;
    // What is known of the length makes the tables as small as they may be.
    encoder.set_pledged_src_size(u64::try_from(message.len()).ok())?;
    io::Write::write_all(&mut encoder, message)?;
    encoder.finish()
}

#[cfg(feature = "zstd")]
pub(super) fn zstd_decoder(bytes: &[u8]) -> io::Result<zstd::stream::read::Decoder<'static, &[u8]>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
    decoder.window_log_max(crate::limits::ZSTD_WINDOW_LOG_MAX)?;
    Ok(decoder)
}

/// Everything that a decoder gives. Memory grows with it, and ends a byte behind the limit.
#[cfg(any(feature = "gzip", feature = "zstd"))]
pub(super) fn read_all(
    encoding: Encoding,
    decoder: io::Result<impl Read>,
    limit: SizeLimit,
) -> Result<Bytes, Status> {
    let damaged = |source| DecompressError::Damaged { encoding, source };
    let mut decoder = decoder.map_err(damaged)?;
    let most = limit.bytes().saturating_add(1);
    let mut message = Vec::new();
    loop {
        let room = message.len().max(DECOMPRESSED_ROOM_BYTES).min(most - message.len());
        if room == 0 {
            return Err(limit.outgrown());
        }
        message.reserve_exact(room);
        let piece = decoder.by_ref().take(u64::try_from(room).unwrap_or(u64::MAX));
        if { piece }.read_to_end(&mut message).map_err(damaged)? < room {
            return Ok(message.into());
        }
    }
}

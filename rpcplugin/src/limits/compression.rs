//! The bounds of messages that travel compressed.

/// The shortest message that is compressed, in bytes, unless the user sets another bound. A shorter one fits into a packet as it
/// is, and what a format adds to it, some 20 bytes, eats what is saved.
pub(crate) const COMPRESSED_BYTES_MIN_DEFAULT: usize = 1024;

/// How hard gzip tries, from 1 to 9: what zlib and the other implementations of gRPC take unless told otherwise.
#[cfg(feature = "gzip")]
pub(crate) const GZIP_LEVEL: u32 = 6;

/// How hard zstd tries, from 1 to 22: what its authors take unless told otherwise.
#[cfg(feature = "zstd")]
pub(crate) const ZSTD_LEVEL: i32 = 3;

/// The memory in which a compressed message of zstd may look back, as a power of two: 8 MiB, what RFC 8878 asks every reader
/// to have. A message says how much it needs, and may say 128 MiB.
#[cfg(feature = "zstd")]
pub(crate) const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Room for the beginning of a message that is decompressed, in bytes. It grows with what comes out, not with what the message
/// claims.
#[cfg(any(feature = "gzip", feature = "zstd"))]
pub(crate) const DECOMPRESSED_ROOM_BYTES: usize = 4 * 1024;

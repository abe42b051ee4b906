//! Compression in one call.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Buf, Bytes};

use super::{Compression, DecompressError, Encoding, Encodings, codec};
use crate::call::{Context, SizeLimit};
use crate::contract::Status;

/// What one call makes of compression: whether its next messages are compressed, and whether the last one that came was.
///
/// A caller leaves one in the [`Context`] of its call. A handler finds one there, where its plugin was given a
/// [`Compression`]. Clones are of one call.
///
/// # Examples
///
/// A handler that does not compress what is compressed already:
///
/// ```
/// use rpcplugin::compression::CallCompression;
/// use rpcplugin::{Context, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Pictures {
///     async fn picture(&self, context: Context, name: String) -> Result<Vec<u8>, Status>;
/// }
///
/// struct Files;
/// impl Pictures for Files {
///     async fn picture(&self, context: Context, name: String) -> Result<Vec<u8>, Status> {
///         if let Some(compression) = context.get::<CallCompression>() {
///             compression.set_sending(!name.ends_with(".jpeg"));
///         }
/// #       Ok(Vec::new())
///         // ...
///     }
/// }
/// ```
///
/// A caller that sends one request as it is:
///
/// ```
/// use rpcplugin::Context;
/// use rpcplugin::compression::CallCompression;
///
/// let compression = CallCompression::new();
/// compression.set_sending(false);
/// let context = Context::new();
/// context.insert(compression.clone());
/// // pictures.picture(context, "portrait.jpeg".to_owned()).await
/// assert!(!compression.was_compressed());
/// ```
#[derive(Clone, Default)]
pub struct CallCompression(Arc<State>);

#[derive(Default)]
struct State {
    is_off: AtomicBool,
    was_compressed: AtomicBool,
}

impl CallCompression {
    /// Of a call that is to be made: its messages are compressed as the host was told.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the messages that are sent from now on may be compressed. They are where the [`Compression`] of this side
    /// says so: this turns it off, and on again.
    ///
    /// Of a stream it may be set before each message; a message that is handed on counts as sent.
    pub fn set_sending(&self, may_compress: bool) {
        self.0.is_off.store(!may_compress, Ordering::Relaxed);
    }

    /// Whether the last message was compressed that came: of a stream, the one that was read last.
    #[must_use]
    pub fn was_compressed(&self) -> bool {
        self.0.was_compressed.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for CallCompression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CallCompression")
            .field("is_off", &self.0.is_off)
            .field("was_compressed", &self.0.was_compressed)
            .finish()
    }
}

/// Compresses what this side of a call sends.
#[derive(Clone, Debug)]
pub(crate) struct Compressor {
    encoding: Encoding,
    worth: usize,
    call: Option<CallCompression>,
}

impl Compressor {
    pub(crate) fn new(encoding: Encoding, compression: &Compression, context: &Context) -> Self {
        let call = (encoding != Encoding::Identity).then(|| context.get()).flatten();
        Self { encoding, worth: compression.worth(), call }
    }

    /// Leaves every message as it is.
    pub(crate) const fn off() -> Self {
        Self { encoding: Encoding::Identity, worth: 0, call: None }
    }

    pub(crate) const fn is_on(&self) -> bool {
        !matches!(self.encoding, Encoding::Identity)
    }

    pub(crate) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// A message as it travels on gRPC, if it is worth it. One over the limit is for the sender to refuse, as it is.
    pub(crate) fn compress(&self, message: &[u8]) -> Option<Bytes> {
        self.compress_behind(message, &[])
    }

    /// The same for the binary wire, with the number of the encoding before it.
    pub(crate) fn compress_numbered(&self, message: &[u8]) -> Option<Bytes> {
        self.compress_behind(message, &[self.encoding.number()])
    }

    fn compress_behind(&self, message: &[u8], first: &[u8]) -> Option<Bytes> {
        let is_off = self.call.as_ref().is_some_and(|call| call.0.is_off.load(Ordering::Relaxed));
        if !self.is_on() || is_off || message.len() < self.worth {
            return None;
        }
        codec::compress(self.encoding, message, first)
    }
}

/// Decompresses what comes to this side of a call.
#[derive(Clone, Debug)]
pub(crate) struct Decompressor {
    /// Of all messages of a direction on gRPC.
    encoding: Encoding,
    accepted: Encodings,
    call: Option<CallCompression>,
}

impl Decompressor {
    /// `encoding` is what the other side says of its messages on gRPC.
    pub(crate) fn new(encoding: Encoding, compression: &Compression, context: &Context) -> Self {
        let call = compression.is_on().then(|| context.get()).flatten();
        Self { encoding, accepted: compression.accepted(), call }
    }

    /// Reads nothing compressed.
    #[cfg(any(test, feature = "tonic"))]
    pub(crate) const fn off() -> Self {
        Self { encoding: Encoding::Identity, accepted: Encodings::from_bits(0), call: None }
    }

    /// Whether a message on gRPC may say that it is compressed.
    pub(crate) const fn is_on(&self) -> bool {
        !matches!(self.encoding, Encoding::Identity)
    }

    /// A message that came as it is.
    pub(crate) fn note_plain(&self) {
        self.note(false);
    }

    /// A message of gRPC that says that it is compressed.
    pub(crate) fn decompress(&self, bytes: Bytes, limit: SizeLimit) -> Result<Bytes, Status> {
        self.note(true);
        codec::decompress(self.encoding, bytes, limit)
    }

    /// A message of the binary wire that says so, with the number of its encoding before it.
    pub(crate) fn decompress_numbered(&self, mut bytes: Bytes, limit: SizeLimit) -> Result<Bytes, Status> {
        self.note(true);
        if bytes.is_empty() {
            return Err(DecompressError::Empty.into());
        }
        let number = bytes.get_u8();
        let encoding = Encoding::numbered(number)
            .filter(|encoding| *encoding != Encoding::Identity && self.accepted.contains(*encoding));
        let encoding = encoding.ok_or(DecompressError::NotAccepted { number })?;
        codec::decompress(encoding, bytes, limit)
    }

    fn note(&self, is_compressed: bool) {
        if let Some(call) = &self.call {
            call.0.was_compressed.store(is_compressed, Ordering::Relaxed);
        }
    }
}

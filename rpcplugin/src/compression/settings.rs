use super::{Encoding, Encodings};
use crate::limits::COMPRESSED_BYTES_MIN_DEFAULT;

/// What a side makes of compression: what it reads, what it sends, and from which length on.
///
/// Unless it is told so, a side reads and sends nothing compressed. The module's page says what each encoding is for.
///
/// # Examples
///
/// ```
/// use rpcplugin::compression::Compression;
/// # #[cfg(feature = "gzip")] {
/// use rpcplugin::compression::Encoding;
///
/// // Reads what comes in gzip, and sends as it is.
/// let compression = Compression::new().accept(Encoding::Gzip);
/// assert!(compression.accepts(Encoding::Gzip) && compression.accepts(Encoding::Identity));
///
/// // Sends messages in gzip that have 4 KiB and more.
/// let compression = compression.send(Encoding::Gzip).message_bytes_min(4096);
/// # drop(compression);
/// # }
/// assert_eq!(Compression::new(), Compression::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "compression does nothing until a host or a plugin is given it"]
pub struct Compression {
    accepted: Encodings,
    sent: Encoding,
    message_bytes_min: usize,
    /// Whether messages are sent in it only in calls that turn it on: those of a protocol that is compressed.
    is_off_unless_asked: bool,
}

impl Compression {
    /// Nothing compressed, in either direction.
    pub const fn new() -> Self {
        Self {
            accepted: Encodings::from_bits(0),
            sent: Encoding::Identity,
            message_bytes_min: COMPRESSED_BYTES_MIN_DEFAULT,
            is_off_unless_asked: false,
        }
    }

    /// Reads messages that come in this encoding, beside those that are read already. The other side is told so.
    pub const fn accept(mut self, encoding: Encoding) -> Self {
        self.accepted = self.accepted.with(encoding);
        self
    }

    /// Sends messages in this encoding, if they are worth it and the other side reads it.
    ///
    /// A plugin, and both sides of the binary wire, know what the other side reads, and send messages as they are to one
    /// that does not read this. Over gRPC a host learns it by a call that is refused as
    /// [`Code::Unimplemented`](crate::Code::Unimplemented): set this only for plugins that read it.
    pub const fn send(mut self, encoding: Encoding) -> Self {
        self.sent = encoding;
        self
    }

    /// The shortest message that is worth it, in bytes. 1024 unless set. A message that would not get shorter goes as it is,
    /// whatever its length.
    pub const fn message_bytes_min(mut self, bytes: usize) -> Self {
        self.message_bytes_min = bytes;
        self
    }

    /// Whether messages in this encoding are read. As they are they always are.
    #[must_use]
    pub const fn accepts(&self, encoding: Encoding) -> bool {
        self.accepted.contains(encoding)
    }

    pub(crate) const fn accepted(&self) -> Encodings {
        self.accepted
    }

    /// What is sent to a side that reads these.
    pub(crate) const fn sent_to(&self, accepted: Encodings) -> Encoding {
        if accepted.contains(self.sent) { self.sent } else { Encoding::Identity }
    }

    /// What is sent to a side of which nobody knows what it reads.
    #[cfg(any(feature = "client", feature = "gzip", feature = "zstd"))]
    pub(crate) const fn sent(&self) -> Encoding {
        self.sent
    }

    /// What a plugin makes of compression that was told this, and serves a protocol beside others that was told that. It reads
    /// what either says, and sends in one encoding: in its own if it has one, and otherwise only for the protocol.
    #[cfg(all(feature = "server", any(feature = "gzip", feature = "zstd")))]
    pub(crate) const fn with_protocol(self, protocol: Self) -> Self {
        let accepted = self.accepted.and(protocol.accepted);
        match self.sent {
            Encoding::Identity => Self { accepted, is_off_unless_asked: true, ..protocol },
            _ => Self { accepted, ..self },
        }
    }

    /// What a call finds in its context.
    #[cfg(feature = "server")]
    pub(crate) fn of_call(&self) -> super::CallCompression {
        let call = super::CallCompression::new();
        call.set_sending(!self.is_off_unless_asked);
        call
    }

    /// The length from which on a message is worth it, in bytes.
    pub(super) const fn worth(&self) -> usize {
        self.message_bytes_min
    }

    /// Whether anything is read or sent in an encoding.
    pub(crate) const fn is_on(&self) -> bool {
        !self.accepted.is_empty() || !matches!(self.sent, Encoding::Identity)
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::new()
    }
}

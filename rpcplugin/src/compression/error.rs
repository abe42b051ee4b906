use super::Encoding;
use crate::contract::Status;

/// Why a compressed message cannot be read. It is the source of the [`Status`] with which its call ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecompressError {
    /// The bytes are nothing of this encoding, are broken, or are not all there.
    #[error(
        "a compressed message is no {encoding}, or is damaged; its sender compressed something else than it said"
    )]
    Damaged {
        /// What the message is said to be.
        encoding: Encoding,
        /// What the decoder says.
        source: std::io::Error,
    },
    /// The message is in an encoding that this side did not say it reads.
    #[error(
        "a message is compressed in the encoding number {number}, which this side does not accept; the sender must keep to \
         what it was told"
    )]
    NotAccepted {
        /// The number of the encoding on the binary wire.
        number: u8,
    },
    /// There is not even a byte that says how the message is compressed.
    #[error("a message is said to be compressed and has no byte; the sender must say how")]
    Empty,
}

impl From<DecompressError> for Status {
    fn from(error: DecompressError) -> Self {
        Self::internal(error.to_string()).with_source(error)
    }
}

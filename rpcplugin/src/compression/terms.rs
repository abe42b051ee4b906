use super::Compression;

/// What a connection makes of its messages, whichever wire is spoken on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageTerms {
    /// The largest message in either direction, in bytes.
    pub(crate) bytes_max: usize,
    pub(crate) compression: Compression,
}

impl MessageTerms {
    pub(crate) const fn new(bytes_max: usize, compression: Compression) -> Self {
        Self { bytes_max, compression }
    }
}

/// Messages up to a length, and none of them compressed.
impl From<usize> for MessageTerms {
    fn from(bytes_max: usize) -> Self {
        Self::new(bytes_max, Compression::new())
    }
}

//! A message of both sides: what each makes of bytes.

use bytes::Bytes;
use rpcplugin::{BinaryMessage, DecodeError, EncodeError, Message, MessageSchema};

#[derive(Debug)]
pub(super) struct Case {
    pub(super) schema: &'static MessageSchema,
    /// Reads bytes and writes them again.
    pub(super) ours: fn(&[u8]) -> Result<Written, DecodeError>,
    /// Reads bytes and writes them again; nothing if they are refused.
    pub(super) theirs: fn(&[u8]) -> Option<Vec<u8>>,
}

/// What this crate writes.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) bytes: Result<Bytes, EncodeError>,
    /// How many bytes it said that it would write.
    pub(super) length: usize,
}

pub(super) const fn case<Ours, Theirs>() -> Case
where
    Ours: Message + BinaryMessage,
    Theirs: prost::Message + Default,
{
    Case { schema: Ours::SCHEMA, ours: ours::<Ours>, theirs: theirs::<Theirs> }
}

fn ours<T: Message>(bytes: &[u8]) -> Result<Written, DecodeError> {
    let message = T::decode(Bytes::copy_from_slice(bytes))?;
    Ok(Written { bytes: message.encode(), length: message.encoded_len() })
}

fn theirs<T: prost::Message + Default>(bytes: &[u8]) -> Option<Vec<u8>> {
    T::decode(bytes).ok().map(|message| message.encode_to_vec())
}

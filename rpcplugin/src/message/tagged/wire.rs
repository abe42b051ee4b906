//! The grammar of protobuf's bytes: keys, lengths, and what an unknown field takes.

use super::varint::{VARINT_BYTES_MAX, varint, varint_len};
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind};

/// What the key of a field says about the bytes behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireType {
    /// A number, seven bits a byte.
    Varint,
    /// Eight bytes.
    Fixed64,
    /// A length as a varint, then as many bytes.
    Length,
    /// Fields up to the [`GroupEnd`](Self::GroupEnd) of the same id. Nobody writes it any more.
    GroupStart,
    /// See [`GroupStart`](Self::GroupStart).
    GroupEnd,
    /// Four bytes.
    Fixed32,
}

impl WireType {
    pub(in crate::message) fn name(self) -> &'static str {
        match self {
            Self::Varint => "varint",
            Self::Fixed64 => "64-bit",
            Self::Length => "length-delimited",
            Self::GroupStart => "start of a group",
            Self::GroupEnd => "end of a group",
            Self::Fixed32 => "32-bit",
        }
    }

    fn number(self) -> u64 {
        match self {
            Self::Varint => 0,
            Self::Fixed64 => 1,
            Self::Length => 2,
            Self::GroupStart => 3,
            Self::GroupEnd => 4,
            Self::Fixed32 => 5,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Varint),
            1 => Some(Self::Fixed64),
            2 => Some(Self::Length),
            3 => Some(Self::GroupStart),
            4 => Some(Self::GroupEnd),
            5 => Some(Self::Fixed32),
            _ => None,
        }
    }
}

#[inline]
pub(super) fn key_len(id: u32) -> usize {
    varint_len(u64::from(id) << 3)
}

/// The bytes of a value with its length before it.
#[inline]
pub(super) fn delimited_len(body_len: usize) -> usize {
    let prefix = u64::try_from(body_len).map_or(VARINT_BYTES_MAX, varint_len);
    body_len.saturating_add(prefix)
}

impl Writer<'_> {
    #[inline]
    pub(super) fn put_key(&mut self, id: u32, wire: WireType) -> Result<(), EncodeError> {
        self.put_varint((u64::from(id) << 3) | wire.number())
    }

    #[inline]
    pub(super) fn put_length(&mut self, length: usize) -> Result<(), EncodeError> {
        match u8::try_from(length) {
            Ok(byte @ ..0x80) => self.put_byte(byte),
            _ => self.put_long_length(length),
        }
    }

    fn put_long_length(&mut self, length: usize) -> Result<(), EncodeError> {
        match i32::try_from(length) {
            Ok(length) => self.put_varint(u64::from(length.unsigned_abs())),
            Err(_) => Err(EncodeError::new(EncodeErrorKind::TooLong { limit: LENGTH_MAX, found: length })),
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads a message: calls `on_field` behind every key, until the bytes end.
    ///
    /// # Errors
    ///
    /// If a key or a field cannot be read, or the message lies too deep.
    pub fn fields(
        &mut self,
        mut on_field: impl FnMut(&mut Self, u32, WireType) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.message(|reader| {
            while reader.remaining() > 0 {
                let (id, wire) = reader.take_key()?;
                on_field(reader, id, wire)?;
            }
            Ok(())
        })
    }

    /// Skips a field that this side does not know.
    ///
    /// # Errors
    ///
    /// If its bytes are not what its key says.
    #[cold]
    pub fn skip(&mut self, id: u32, wire: WireType) -> Result<(), DecodeError> {
        match wire {
            WireType::Varint => self.take_varint().map(drop),
            WireType::Fixed64 => self.take(8).map(drop),
            WireType::Length => {
                let length = self.take_length()?;
                self.take(length).map(drop)
            }
            WireType::GroupStart => self.skip_group(id),
            WireType::GroupEnd => Err(self.error(DecodeErrorKind::GroupEnd { found: id })),
            WireType::Fixed32 => self.take(4).map(drop),
        }
    }

    /// A group counts as a message: they may lie within one another, so the depth bounds them.
    fn skip_group(&mut self, group: u32) -> Result<(), DecodeError> {
        self.message(|reader| {
            loop {
                match reader.take_key()? {
                    (id, WireType::GroupEnd) if id == group => return Ok(()),
                    (id, wire) => reader.skip(id, wire)?,
                }
            }
        })
    }

    /// Reads a value with its length before it.
    #[inline]
    pub(super) fn delimited(
        &mut self,
        value: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let length = self.take_length()?;
        self.within(length, value)
    }

    fn take_length(&mut self) -> Result<usize, DecodeError> {
        // A length that `usize` does not hold is longer than the bytes, too.
        self.take_varint().map(|length| usize::try_from(length).unwrap_or(usize::MAX))
    }

    #[inline]
    fn take_key(&mut self) -> Result<(u32, WireType), DecodeError> {
        let (key, length) = key(self.rest());
        let (id, wire) = key;
        if length > self.remaining() {
            return Err(self.no_key());
        }
        let Some(wire) = WireType::from_number(wire) else {
            return Err(self.no_key());
        };
        self.take(length)?;
        Ok((id, wire))
    }

    #[cold]
    #[inline(never)]
    fn no_key(&self) -> DecodeError {
        let (found, length) = varint(self.rest());
        if length > self.remaining() {
            return self.no_varint();
        }
        self.error(DecodeErrorKind::FieldKey { found })
    }
}

/// The key that these bytes begin with, as its id and the number of its wire type, and how many of the bytes it takes:
/// more than there are, if it is no key.
#[inline]
fn key(bytes: &[u8]) -> ((u32, u8), usize) {
    match bytes {
        // The ids up to 15.
        [byte @ 0x08..0x80, ..] => ((u32::from(byte >> 3), byte & 7), 1),
        _ => long_key(bytes),
    }
}

#[cold]
fn long_key(bytes: &[u8]) -> ((u32, u8), usize) {
    let (key, length) = varint(bytes);
    let [low, ..] = key.to_le_bytes();
    match u32::try_from(key >> 3) {
        Ok(id @ 1..=ID_MAX) => ((id, low & 7), length),
        _ => ((0, 0), usize::MAX),
    }
}

/// The highest id of a field: a key is a 32-bit number, three bits of which are the wire type.
const ID_MAX: u32 = 0x1fff_ffff;

/// What every protobuf implementation reads, in bytes.
const LENGTH_MAX: usize = 0x7fff_ffff;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_other_implementations_do_not_read_is_refused() {
        let mut bytes = [0; 5];
        let mut writer = Writer::new(&mut bytes, 16);
        writer.put_length(LENGTH_MAX).unwrap();
        let error = writer.put_length(LENGTH_MAX + 1).unwrap_err();
        assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: LENGTH_MAX, found: 0x8000_0000 });
        assert_eq!(bytes, [0xff, 0xff, 0xff, 0xff, 0x07]);
    }
}

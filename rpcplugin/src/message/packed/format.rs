//! How numbers and lengths lie in the bytes, said in types, so that the choice is made at compile time.

use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError, EncodeErrorKind};

/// The byte order of numbers and the width of the length before a string or a list: `(Big, u16)`.
pub trait Format {
    /// The order of a number's bytes.
    type Order: ByteOrder;
    /// What says a length.
    type Prefix: Prefix;
}

impl<O: ByteOrder, P: Prefix> Format for (O, P) {
    type Order = O;
    type Prefix = P;
}

/// What the outermost message is asked for. It has a format of its own, as every message.
pub(crate) type Outermost = (Little, u32);

/// The order of a number's bytes.
pub trait ByteOrder {
    /// Whether the most significant byte comes first.
    const BIG: bool;

    /// Turns the bytes of a number, least significant first, into this order, and back.
    fn arrange<const N: usize>(bytes: [u8; N]) -> [u8; N];
}

/// Least significant byte first: `<` of `struct.pack`.
#[derive(Debug)]
pub struct Little;

impl ByteOrder for Little {
    const BIG: bool = false;

    #[inline]
    fn arrange<const N: usize>(bytes: [u8; N]) -> [u8; N] {
        bytes
    }
}

/// Most significant byte first: `>` of `struct.pack`, the network's order.
#[derive(Debug)]
pub struct Big;

impl ByteOrder for Big {
    const BIG: bool = true;

    #[inline]
    fn arrange<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
        bytes.reverse();
        bytes
    }
}

/// The number before a string, bytes, a list or a map that says its length: `u8`, `u16`, `u32` or `u64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the width of a length",
    label = "write `u8`, `u16`, `u32` or `u64`"
)]
pub trait Prefix: Sized {
    /// The bytes that it takes.
    const BYTES: usize;

    /// The longest that it can say.
    const LENGTH_MAX: usize;

    /// Writes a length.
    ///
    /// # Errors
    ///
    /// If it is longer than can be said.
    fn put<O: ByteOrder>(length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Writes bytes with their length before them.
    ///
    /// # Errors
    ///
    /// If they are longer than can be said.
    fn put_bytes<O: ByteOrder>(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads a length.
    ///
    /// # Errors
    ///
    /// If the bytes end before it.
    fn take<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<usize, DecodeError>;

    /// The length at the front of bytes, and what is behind it.
    fn split<O: ByteOrder>(bytes: &[u8]) -> Option<(usize, &[u8])>;
}

macro_rules! prefixes {
    ($($number:ty, $most:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Prefix for $number {
            const BYTES: usize = size_of::<Self>();
            const LENGTH_MAX: usize = $most;

            #[inline]
            fn put<O: ByteOrder>(length: usize, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                match Self::try_from(length) {
                    Ok(length) => writer.put_array(O::arrange(length.to_le_bytes())),
                    Err(_) => Err(too_long(Self::LENGTH_MAX, length)),
                }
            }

            #[inline]
            fn put_bytes<O: ByteOrder>(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                match Self::try_from(bytes.len()) {
                    Ok(length) => writer.put_behind(O::arrange(length.to_le_bytes()), bytes),
                    Err(_) => Err(too_long(Self::LENGTH_MAX, bytes.len())),
                }
            }

            #[inline]
            fn take<O: ByteOrder>(reader: &mut Reader<'_>) -> Result<usize, DecodeError> {
                let length = Self::from_le_bytes(O::arrange(reader.take_array()?));
                // Where `usize` is smaller, no memory holds such a length: the check against the bytes refuses it.
                Ok(usize::try_from(length).unwrap_or(usize::MAX))
            }

            #[inline]
            fn split<O: ByteOrder>(bytes: &[u8]) -> Option<(usize, &[u8])> {
                let (length, behind) = bytes.split_first_chunk()?;
                Some((usize::try_from(Self::from_le_bytes(O::arrange(*length))).ok()?, behind))
            }
        }
    )* };
}

prefixes! {
    u8, 0xff;
    u16, 0xffff;
    u32, 0xffff_ffff;
    u64, usize::MAX;
}

#[cold]
#[inline(never)]
fn too_long(limit: usize, found: usize) -> EncodeError {
    EncodeError::new(EncodeErrorKind::TooLong { limit, found })
}

/// Writes the length of a string, bytes, a list or a map.
#[inline]
pub(in crate::message) fn put_length<F: Format>(
    length: usize,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    <F::Prefix as Prefix>::put::<F::Order>(length, writer)
}

/// Writes a string or bytes with the length.
#[inline]
pub(super) fn put_with_length<F: Format>(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    <F::Prefix as Prefix>::put_bytes::<F::Order>(bytes, writer)
}

/// Reads what [`put_length`] wrote.
#[inline]
pub(in crate::message) fn take_length<F: Format>(reader: &mut Reader<'_>) -> Result<usize, DecodeError> {
    <F::Prefix as Prefix>::take::<F::Order>(reader)
}

/// Takes bytes with the length before them off the front of others.
#[inline]
pub(super) fn split_with_length<'b, F: Format>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, behind) = <F::Prefix as Prefix>::split::<F::Order>(bytes)?;
    let (own, rest) = behind.split_at_checked(length)?;
    *bytes = rest;
    Some(own)
}

/// The bytes of a length.
#[inline]
pub(in crate::message) fn length_bytes<F: Format>() -> usize {
    <F::Prefix as Prefix>::BYTES
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn a_length_is_written_in_the_order_of_the_message_and_refused_above_its_width() {
        let mut bytes = [0; 11];
        let mut writer = Writer::new(&mut bytes, 16);
        put_length::<(Little, u32)>(1, &mut writer).unwrap();
        put_length::<(Big, u32)>(0xffff_fffe, &mut writer).unwrap();
        put_length::<(Big, u16)>(0x0102, &mut writer).unwrap();
        put_length::<(Big, u8)>(0xff, &mut writer).unwrap();
        let error = put_length::<(Big, u8)>(0x100, &mut writer).unwrap_err();
        assert_eq!(error.kind(), &EncodeErrorKind::TooLong { limit: 0xff, found: 0x100 });
        assert_eq!(bytes, [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe, 1, 2, 0xff]);
    }
}

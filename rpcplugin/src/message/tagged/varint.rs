//! Varints: numbers of seven bits a byte, the lowest first; every byte but the last has its highest bit.

use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

#[inline]
pub(super) fn varint_len(value: u64) -> usize {
    // Seven bits a byte, and one byte for zero.
    let bytes = 1 + (value | 1).ilog2() / 7;
    usize::try_from(bytes).unwrap_or(VARINT_BYTES_MAX)
}

/// The low half of a number: what a 32-bit field takes of a varint, so that its other side may become wider.
#[inline]
pub(super) fn low_half(value: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = value.to_le_bytes();
    [a, b, c, d]
}

impl Writer<'_> {
    #[inline]
    pub(super) fn put_varint(&mut self, value: u64) -> Result<(), EncodeError> {
        // Most are one byte: keys, lengths, small numbers.
        let [low, ..] = value.to_le_bytes();
        if value < 0x80 { self.put_byte(low) } else { self.put_long_varint(value) }
    }

    fn put_long_varint(&mut self, mut value: u64) -> Result<(), EncodeError> {
        let place = self.place(varint_len(value))?;
        let Some((last, others)) = place.split_last_mut() else { return Ok(()) };
        for byte in others {
            let [low, ..] = value.to_le_bytes();
            *byte = low | 0x80;
            value >>= 7;
        }
        [*last, ..] = value.to_le_bytes();
        Ok(())
    }
}

impl Reader<'_> {
    #[inline]
    pub(super) fn take_varint(&mut self) -> Result<u64, DecodeError> {
        let (value, length) = varint(self.rest());
        if length > self.remaining() {
            return Err(self.no_varint());
        }
        self.take(length).map(|_| value)
    }

    #[cold]
    #[inline(never)]
    pub(super) fn no_varint(&self) -> DecodeError {
        let rest = self.rest();
        if rest.len() >= VARINT_BYTES_MAX || rest.iter().any(|byte| *byte < 0x80) {
            return self.error(DecodeErrorKind::Varint);
        }
        // It may be one, as far as the bytes go.
        let end = self.offset().saturating_add(rest.len());
        DecodeError::at(end, DecodeErrorKind::Truncated { expected: 1, found: 0 })
    }
}

/// The varint that these bytes begin with, and how many of them it takes: more than there are, if it is no varint.
///
/// It looks at bytes and not at a reader, so that the reader moves once a number, and the compiler sees where to.
#[inline]
pub(super) fn varint(bytes: &[u8]) -> (u64, usize) {
    match bytes {
        [byte, ..] if *byte < 0x80 => (u64::from(*byte), 1),
        _ => long_varint(bytes),
    }
}

/// Without a loop: eight bytes are one number, in which the first byte without its highest bit is the last.
fn long_varint(bytes: &[u8]) -> (u64, usize) {
    let Some([a, b, c, d, e, f, g, h, ninth, tenth]) = bytes.first_chunk::<VARINT_BYTES_MAX>() else {
        return last_varint(bytes);
    };
    let word = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
    let ends = !word & 0x8080_8080_8080_8080;
    if ends != 0 {
        let highest = ends.trailing_zeros();
        let length = usize::try_from(highest / 8 + 1).unwrap_or(VARINT_BYTES_MAX);
        return (squeeze(word & (u64::MAX >> (63 - highest))), length);
    }
    let value = squeeze(word) | (u64::from(ninth & 0x7f) << 56);
    match (ninth, tenth) {
        (..0x80, _) => (value, 9),
        // The tenth byte has room for one bit.
        (_, 0 | 1) => (value | (u64::from(*tenth) << 63), 10),
        _ => NO_VARINT,
    }
}

/// Where the bytes end soon, so that there are no ten to look at.
fn last_varint(bytes: &[u8]) -> (u64, usize) {
    let (mut value, mut length) = (0, 0);
    for byte in bytes.iter().take(VARINT_BYTES_MAX - 1) {
        value |= u64::from(byte & 0x7f) << (7 * length);
        length += 1;
        if *byte < 0x80 {
            return (value, length);
        }
    }
    NO_VARINT
}

/// Eight bytes of seven bits, put together: bytes to pairs, pairs to halves, halves to one number.
#[inline]
fn squeeze(word: u64) -> u64 {
    let pairs = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
    let halves = (pairs & 0x0000_3fff_0000_3fff) | ((pairs & 0x3fff_0000_3fff_0000) >> 2);
    (halves & 0x0fff_ffff) | ((halves & 0x0fff_ffff_0000_0000) >> 4)
}

/// A length that no bytes have.
const NO_VARINT: (u64, usize) = (0, usize::MAX);

/// Seven bits a byte.
pub(super) const VARINT_BYTES_MAX: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers around every power of two.
    fn numbers() -> impl Iterator<Item = u64> {
        (0..u64::BITS).flat_map(|shift| {
            let power = 1_u64 << shift;
            [power, power - 1, power | 1, power | 0x5555, u64::MAX - power]
        })
    }

    fn written(value: u64) -> Vec<u8> {
        let mut bytes = vec![0; varint_len(value)];
        let mut writer = Writer::new(&mut bytes, 16);
        writer.put_varint(value).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn a_varint_takes_as_many_bytes_as_it_is_said_to_take() {
        for value in numbers() {
            let mut bytes = written(value);
            let length = bytes.len();
            // At the end of a message, before a few bytes and before many.
            for behind in [0, 1, 5, 20] {
                bytes.resize(length + behind, 0xff);
                assert_eq!(varint(&bytes), (value, length), "{value:#x} before {behind} bytes");
                let mut reader = Reader::new(&bytes, 1);
                assert_eq!(reader.take_varint().unwrap(), value);
                assert_eq!(reader.offset(), length);
            }
        }
    }

    #[test]
    fn a_number_may_take_more_bytes_than_it_needs_but_not_more_than_ten() {
        for length in 1..=12 {
            for behind in [0, 20] {
                let mut bytes = vec![0x80; length - 1];
                bytes.push(0);
                bytes.resize(length + behind, 0);
                let expected = if length <= 10 { (0, length) } else { NO_VARINT };
                assert_eq!(varint(&bytes), expected, "{length} bytes before {behind}");
            }
        }
    }

    #[test]
    fn what_is_no_varint_is_told_from_what_is_cut_off() {
        let whole = written(u64::MAX);
        let kind = |bytes: &[u8]| {
            let error = Reader::new(bytes, 1).take_varint().unwrap_err();
            (error.kind().clone(), error.offset().unwrap())
        };
        for length in 0..whole.len() {
            let cut = (DecodeErrorKind::Truncated { expected: 1, found: 0 }, length);
            assert_eq!(kind(&whole[..length]), cut);
        }
        let too_wide = [&[0xff; 9][..], &[2]].concat();
        assert_eq!(kind(&too_wide), (DecodeErrorKind::Varint, 0));
        let too_long = [&[0x80; 10][..], &[0]].concat();
        assert_eq!(kind(&too_long), (DecodeErrorKind::Varint, 0));
    }
}

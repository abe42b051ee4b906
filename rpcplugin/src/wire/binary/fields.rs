//! What payloads are made of: numbers, and bytes with their length before them.
#![allow(dead_code, reason = "what is read and what is written depends on the features that are on")]

use bytes::{Buf, BufMut};

/// What is left of a payload. A length is believed when the bytes are there.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Fields<'a> {
    pub(super) const fn of(payload: &'a [u8]) -> Self {
        Self { rest: payload, length: payload.len() }
    }

    /// The bytes that were taken, as a number.
    pub(super) const fn offset(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.rest.try_get_u8().ok()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.rest.try_get_u16_le().ok()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.rest.try_get_u32_le().ok()
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.rest.try_get_u64_le().ok()
    }

    /// Bytes behind a length of two bytes.
    pub(super) fn short(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// Bytes behind a length of four bytes.
    pub(super) fn long(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()?;
        self.take(usize::try_from(length).ok()?)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

/// Writes bytes behind their length in two bytes. Longer ones are cut there: each of them has a bound of its own below that.
pub(super) fn put_short(to: &mut impl BufMut, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    to.put_u16_le(length);
    to.put_slice(bytes.get(..usize::from(length)).unwrap_or(bytes));
}

/// The same with a length in four bytes.
pub(super) fn put_long(to: &mut impl BufMut, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    to.put_u32_le(length);
    to.put_slice(usize::try_from(length).ok().and_then(|length| bytes.get(..length)).unwrap_or(bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut bytes = vec![7, 1, 2];
        put_short(&mut bytes, b"ab");
        put_long(&mut bytes, b"cde");
        bytes.push(9);
        let mut fields = Fields::of(&bytes);
        assert_eq!((fields.u8(), fields.u16()), (Some(7), Some(0x0201)));
        assert_eq!((fields.short(), fields.long()), (Some(&b"ab"[..]), Some(&b"cde"[..])));
        assert_eq!((fields.offset(), fields.rest(), fields.is_empty()), (bytes.len() - 1, &[9][..], false));
    }

    #[test]
    fn a_length_is_not_believed() {
        for bytes in [&[][..], &[1], &[1, 0], &[0xff, 0xff, 0]] {
            assert_eq!(Fields::of(bytes).short(), None, "{bytes:?}");
        }
        for bytes in [&[0xff; 4][..], &[1, 0, 0], &[1, 0, 0, 0]] {
            assert_eq!(Fields::of(bytes).long(), None, "{bytes:?}");
        }
        assert_eq!((Fields::of(&[0; 3]).u32(), Fields::of(&[0; 7]).u64()), (None, None));
    }

    #[test]
    fn what_its_length_cannot_say_is_cut() {
        let mut bytes = Vec::new();
        put_short(&mut bytes, &[1; 70_000]);
        let mut fields = Fields::of(&bytes);
        assert_eq!(fields.short().map(<[u8]>::len), Some(65_535));
        assert!(fields.is_empty());
    }
}

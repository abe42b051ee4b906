//! Bytes that are taken for what they are: fixed messages that lie in memory as they lie in bytes, and short texts.
//!
//! The only unsafe code of the crate. It is here because of measurements (`bench-codec`). Field by field, a batch of 100,000
//! messages of 16 bytes takes a fifth longer to encode than a copy, and one message nearly twice as long to decode. And the
//! standard library, the only way to a `str` in safe code, looks at the bytes of short texts one by one: for a message with
//! seven texts of ten letters each, that is half of what reading it takes.
//!
//! [`text`] rests on one fact: bytes below 128 are UTF-8.
//!
//! The rest rests on one value, [`Raw`]: who has a `Raw` that holds for `T` knows that
//!
//! - a `T` is exactly its packed bytes, in their order, without padding,
//! - so all of its bytes are initialized, and none of them is a pointer or can change behind a shared reference,
//! - and every pattern of bits is a `T`.
//!
//! For numbers this follows from the machine's byte order. For a struct the derive proves it to the compiler, with the
//! offsets of its fields in memory; where the proof fails, because the compiler arranged the fields otherwise, the message
//! is read and written field by field, and nobody sees a difference.
#![allow(unsafe_code, reason = "see above; every use says why it is sound")]

use std::marker::PhantomData;
use std::str::Utf8Error;

/// Whether a `T` lies in memory as in its bytes.
#[derive(Debug)]
pub struct Raw<T> {
    holds: bool,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Raw<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Raw<T> {}

/// A field of a struct, for the proof.
#[derive(Debug, Clone, Copy)]
pub struct RawField {
    holds: bool,
    bytes: usize,
    /// Where the field lies in memory.
    offset: usize,
}

impl RawField {
    /// A field that lies at this offset in memory.
    #[must_use]
    pub const fn new<T>(raw: Raw<T>, offset: usize) -> Self {
        Self { holds: raw.holds, bytes: size_of::<T>(), offset }
    }
}

impl<T> Raw<T> {
    /// It does not, or nobody knows.
    pub const NO: Self = Self { holds: false, of: PhantomData };

    /// It does.
    ///
    /// # Safety
    ///
    /// What the module says of a `Raw` that holds must be true of `T`.
    pub(super) const unsafe fn yes() -> Self {
        Self { holds: true, of: PhantomData }
    }

    /// For a struct from all of its fields, in the order of its bytes.
    ///
    /// # Safety
    ///
    /// `T` must be a struct with exactly these fields, at these offsets, and with nothing between them in its bytes; each
    /// field's [`Raw`] must be for the byte order that it is written in.
    #[must_use]
    pub const unsafe fn of_struct(fields: &[RawField]) -> Self {
        let mut end = 0;
        let mut rest = fields;
        while let [field, others @ ..] = rest {
            if !field.holds || field.offset != end {
                return Self::NO;
            }
            end += field.bytes;
            rest = others;
        }
        // Behind the last field there may be padding.
        Self { holds: end == size_of::<T>() && end > 0, of: PhantomData }
    }

    /// For a run of so many.
    #[must_use]
    pub const fn of_array<const N: usize>(self) -> Raw<[T; N]> {
        Raw { holds: self.holds && N > 0, of: PhantomData }
    }

    /// The value that these bytes are, if that can be said without looking at them.
    #[inline]
    pub(super) fn read(self, bytes: &[u8]) -> Option<T> {
        if !self.holds || bytes.len() != size_of::<T>() {
            return None;
        }
        // SAFETY: there are as many bytes as a `T` has, any bytes are a `T`, and reading them needs no alignment.
        Some(unsafe { bytes.as_ptr().cast::<T>().read_unaligned() })
    }

    /// The values that these bytes are, if that can be said without looking at them.
    #[inline]
    pub(super) fn read_all(self, bytes: &[u8]) -> Option<Vec<T>> {
        let count = bytes.len().checked_div(size_of::<T>())?;
        if !self.holds || count.checked_mul(size_of::<T>()) != Some(bytes.len()) {
            return None;
        }
        let mut items: Vec<T> = Vec::with_capacity(count);
        // SAFETY: the list has room for `count` values, which are as many bytes as there are; the two do not overlap, because
        // the list is new. Any bytes are a `T`, so the first `count` values are initialized then.
        unsafe {
            items.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            items.set_len(count);
        }
        Some(items)
    }

    /// The bytes of these values, if they lie in memory like that.
    #[inline]
    pub(super) fn bytes_of(self, items: &[T]) -> Option<&[u8]> {
        if !self.holds {
            return None;
        }
        // SAFETY: the bytes are those of the slice, all of them are initialized because there is no padding, and nothing
        // changes them while the slice is borrowed.
        Some(unsafe { std::slice::from_raw_parts(items.as_ptr().cast::<u8>(), size_of_val(items)) })
    }
}

/// For numbers: their bytes in memory are those of the machine's order, without padding, and any bytes are one.
macro_rules! raw_numbers {
    ($($number:ty)*) => { $(
        impl Raw<$number> {
            /// For bytes that have the least significant one first.
            // SAFETY: a number is its bytes, see above.
            pub(super) const LITTLE: Self =
                if cfg!(target_endian = "little") || size_of::<$number>() == 1 { unsafe { Self::yes() } } else { Self::NO };

            /// For bytes that have the most significant one first.
            // SAFETY: a number is its bytes, see above.
            pub(super) const BIG: Self =
                if cfg!(target_endian = "big") || size_of::<$number>() == 1 { unsafe { Self::yes() } } else { Self::NO };
        }
    )* };
}

raw_numbers! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

/// The text that these bytes are.
#[inline]
pub(super) fn text(bytes: &[u8]) -> Result<&str, Utf8Error> {
    if is_ascii(bytes) {
        // SAFETY: all of the bytes are below 128, and such bytes are UTF-8.
        return Ok(unsafe { std::str::from_utf8_unchecked(bytes) });
    }
    other_text(bytes)
}

#[cold]
fn other_text(bytes: &[u8]) -> Result<&str, Utf8Error> {
    std::str::from_utf8(bytes)
}

/// Whether all of the bytes are below 128. A short text is seen with two looks, at its front and at its end, which may
/// overlap.
// A call would take as long as the looks do.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    if bytes.len() > 32 {
        return is_long_ascii(bytes);
    }
    if let (Some(front), Some(end)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        return (u128::from_ne_bytes(*front) | u128::from_ne_bytes(*end)) & HIGHEST_BITS == 0;
    }
    if let (Some(front), Some(end)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return u128::from(u64::from_ne_bytes(*front) | u64::from_ne_bytes(*end)) & HIGHEST_BITS == 0;
    }
    if let (Some(front), Some(end)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u128::from(u32::from_ne_bytes(*front) | u32::from_ne_bytes(*end)) & HIGHEST_BITS == 0;
    }
    match bytes {
        [] => true,
        [a] => a.is_ascii(),
        [a, b] => (a | b).is_ascii(),
        [a, b, c] => (a | b | c).is_ascii(),
        _ => false,
    }
}

#[inline(never)]
fn is_long_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii()
}

/// The highest bit of each byte.
const HIGHEST_BITS: u128 = u128::from_ne_bytes([0x80; 16]);

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair {
        first: u32,
        second: u32,
    }

    const fn pair(first: usize, second: usize) -> Raw<Pair> {
        let number = Raw::<u32>::LITTLE;
        let fields = [RawField::new(number, first), RawField::new(number, second)];
        // SAFETY: the offsets are those of the fields where the tests use the proof; elsewhere they only look at it.
        unsafe { Raw::of_struct(&fields) }
    }

    #[test]
    fn a_proof_needs_every_field_in_its_place() {
        let little = cfg!(target_endian = "little");
        assert_eq!(pair(0, 4).holds, little);
        assert!(!pair(4, 0).holds, "the fields are swapped");
        assert!(!pair(0, 8).holds, "there is padding between them");
        let one = [RawField::new(Raw::<u32>::LITTLE, 0)];
        // SAFETY: the proof is only looked at.
        assert!(!unsafe { Raw::<Pair>::of_struct(&one) }.holds, "there is something behind them");
        // SAFETY: the proof is only looked at.
        assert!(!unsafe { Raw::<()>::of_struct(&[]) }.holds, "there is nothing to copy");
        let unknown = [RawField::new(Raw::<u64>::NO, 0)];
        // SAFETY: the proof is only looked at.
        assert!(!unsafe { Raw::<u64>::of_struct(&unknown) }.holds, "of the field it is not known");
    }

    #[test]
    fn values_are_copied_from_any_address_and_only_if_they_fit() {
        let bytes = [9, 1, 0, 0, 0, 2, 0, 0, 0];
        let raw = pair(std::mem::offset_of!(Pair, first), std::mem::offset_of!(Pair, second));
        if !raw.holds {
            return;
        }
        let value = raw.read(&bytes[1..]).map(|pair| (pair.first, pair.second));
        assert_eq!(value, Some((1, 2)));
        assert!(raw.read(&bytes).is_none());
        assert!(raw.read_all(&bytes).is_none());
        let all = raw.read_all(&bytes[1..]).unwrap_or_default();
        assert_eq!(all.len(), 1);
        assert_eq!(raw.bytes_of(&all), Some(&bytes[1..]));
        assert_eq!(Raw::<Pair>::NO.bytes_of(&all), None);
    }

    #[test]
    fn a_text_is_what_the_standard_library_says_of_every_length_with_any_byte_anywhere() {
        for length in 0..70 {
            let letters: Vec<u8> = (0..length).map(|index| b'a' + index % 26).collect();
            assert_eq!(text(&letters), std::str::from_utf8(&letters));
            for place in 0..letters.len() {
                for byte in [0, 0x7f, 0x80, 0xc3, 0xe2, 0xf0, 0xff] {
                    let mut bytes = letters.clone();
                    bytes[place] = byte;
                    assert_eq!(is_ascii(&bytes), byte < 0x80, "{bytes:02x?}");
                    assert_eq!(text(&bytes), std::str::from_utf8(&bytes), "{bytes:02x?}");
                    // Perhaps a letter of two bytes.
                    if let Some(second) = bytes.get_mut(place + 1) {
                        *second = 0xbf;
                        assert_eq!(text(&bytes), std::str::from_utf8(&bytes), "{bytes:02x?}");
                    }
                }
            }
        }
    }
}

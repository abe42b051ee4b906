//! A type without a message around it, asked as a field is asked.

use std::fmt::Debug;

use crate::message::depth::Depth;
use crate::message::packed::{Big, Fixed, Format, Little, Packed};
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::{DecodeError, DecodeErrorKind, EncodeError};

/// The memory that a value may take, as a multiple of its bytes.
const MEMORY_FACTOR: usize = 16;

/// Writes into memory that was used before.
pub(super) fn try_write<'a, F: Format, T: Packed<'a>>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = vec![0xee; value.packed_len::<F>(Depth::TOP)];
    let mut writer = Writer::new(&mut bytes, 1 << 20);
    value.write::<F>(&mut writer)?;
    writer.finish()?;
    Ok(bytes)
}

pub(super) fn write<'a, F: Format, T: Packed<'a>>(value: &T) -> Vec<u8> {
    try_write::<F, T>(value).unwrap()
}

/// Reads all of the bytes.
pub(super) fn read<'a, F: Format, T: Packed<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes, MEMORY_FACTOR);
    let value = T::read::<F>(&mut reader)?;
    assert_eq!(reader.remaining(), 0, "all of {bytes:02x?} is read");
    Ok(value)
}

/// Reads what must not be accepted.
pub(super) fn refuse<'a, F: Format, T: Packed<'a>>(bytes: &'a [u8]) -> DecodeError {
    match read::<F, T>(bytes) {
        Ok(_) => panic!("accepted {bytes:02x?}"),
        Err(error) => error,
    }
}

/// The path, the offset and the kind of an error.
pub(super) fn said(error: &DecodeError) -> (String, usize, DecodeErrorKind) {
    (error.path(), error.offset().unwrap(), error.kind().clone())
}

/// Writes exactly these bytes, little and big endian, reads them back, and refuses them when they are cut anywhere.
pub(super) fn assert_bytes<'a, T: Packed<'a> + PartialEq + Debug>(
    value: &T,
    little: &'a [u8],
    big: &'a [u8],
) {
    assert_bytes_in::<(Little, u32), T>(value, little);
    assert_bytes_in::<(Big, u32), T>(value, big);
}

pub(super) fn assert_bytes_in<'a, F: Format, T: Packed<'a> + PartialEq + Debug>(value: &T, bytes: &'a [u8]) {
    assert_eq!(write::<F, T>(value), bytes);
    assert_eq!(&read::<F, T>(bytes).unwrap(), value);
    assert!(T::bytes_min::<F>() <= bytes.len());
    assert_eq!(T::SIZE.unwrap_or(bytes.len()), bytes.len());
    for length in 0..bytes.len() {
        let (_, offset, kind) = said(&refuse::<F, T>(&bytes[..length]));
        assert!(offset <= length, "{offset} of {length}");
        let cut = matches!(kind, DecodeErrorKind::Truncated { .. } | DecodeErrorKind::Count { .. });
        assert!(cut, "{length}: {kind}");
    }
}

/// As [`assert_bytes`], and the same in place, in a list and in an array.
pub(super) fn assert_fixed_bytes<T: for<'a> Fixed<'a> + Clone + PartialEq + Debug>(
    value: &T,
    little: &'static [u8],
    big: &'static [u8],
) {
    assert_bytes(value, little, big);
    assert_fixed_bytes_in::<(Little, u32), T>(value, little);
    assert_fixed_bytes_in::<(Big, u32), T>(value, big);
}

fn assert_fixed_bytes_in<F: Format, T: for<'a> Fixed<'a> + Clone + PartialEq + Debug>(
    value: &T,
    bytes: &[u8],
) {
    assert_eq!(<T as Fixed<'_>>::BYTES, bytes.len());
    let mut place = vec![0xee; bytes.len()];
    value.put::<F>(&mut place);
    assert_eq!(place, bytes);
    assert_eq!(T::check::<F>(bytes), Ok(()));
    assert_eq!(&T::get::<F>(bytes), value);
    let pair = [value.clone(), value.clone()];
    assert_eq!(write::<F, [T; 2]>(&pair), bytes.repeat(2));
    assert_eq!(read::<F, [T; 2]>(&bytes.repeat(2)).unwrap(), pair);
    let list = write::<F, Vec<T>>(&pair.to_vec());
    assert_eq!(list[4..], bytes.repeat(2));
    assert_eq!(read::<F, Vec<T>>(&list).unwrap(), pair);
    // What `check` refuses and what is too short still gives some value.
    for byte in 0..=0xff {
        T::get::<F>(&vec![byte; bytes.len()]);
        T::get::<F>(&vec![byte; bytes.len().saturating_sub(1)]);
    }
}

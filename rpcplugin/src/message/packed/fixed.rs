//! What always takes the same number of bytes: it is read and written in one move.

use super::{ByteOrder, Format, Packed};
use crate::message::memory::Raw;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// A value that always takes the same number of bytes, and can be put into any bytes of that number.
///
/// Bytes are looked at twice: [`check`](Self::check) says whether they are a value, [`get`](Self::get) is that value.
/// Where every pattern of bits is a value, the first look costs nothing, and the second is a copy.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a fixed message",
    label = "its size is not always the same, or not known to be",
    note = "a fixed message holds numbers, `bool`, `char`, `[T; N]` and tuples of these, enums without payload, and messages with `#[binary(fixed)]`",
    note = "for text of a fixed size write `[u8; N]`, or leave `fixed` out and write `#[binary(length = N)]` above a `String`"
)]
pub trait Fixed<'a>: Packed<'a> {
    /// The number of bytes.
    const BYTES: usize;

    /// Whether a value lies in memory as in bytes that have the least significant one first.
    const LITTLE: Raw<Self> = Raw::NO;

    /// Whether a value lies in memory as in bytes that have the most significant one first.
    const BIG: Raw<Self> = Raw::NO;

    /// Whether a type says something of its values, `validate`: a value in memory may be one that it refuses.
    const VALIDATED: bool = false;

    /// Asks what the type says of this value, before it is written.
    ///
    /// # Errors
    ///
    /// If it is refused.
    #[inline]
    fn check_value(&self) -> Result<(), EncodeError> {
        Ok(())
    }

    /// The same for the field of a message.
    ///
    /// # Errors
    ///
    /// As [`check_value`](Self::check_value), with the field's name.
    #[inline]
    fn check_field_value(&self, name: &'static str) -> Result<(), EncodeError> {
        if Self::VALIDATED { self.check_value().map_err(|error| error.in_field(name)) } else { Ok(()) }
    }

    /// Whether a value lies in memory as in bytes of this format.
    #[inline]
    #[must_use]
    fn raw<F: Format>() -> Raw<Self> {
        if <F::Order as ByteOrder>::BIG { Self::BIG } else { Self::LITTLE }
    }

    /// Writes the value to its bytes. `place` has [`BYTES`](Self::BYTES) bytes.
    fn put<F: Format>(&self, place: &mut [u8]);

    /// Whether these are the bytes of a value.
    ///
    /// # Errors
    ///
    /// If they are not; offsets count from the first of `bytes`.
    fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError>;

    /// The value of bytes that passed [`check`](Self::check), and some value for others.
    fn get<F: Format>(bytes: &'a [u8]) -> Self;

    /// Puts the value into the front of `place`; returns what is behind it.
    #[inline]
    fn put_front<'p, F: Format>(&self, place: &'p mut [u8]) -> &'p mut [u8] {
        let length = Self::BYTES.min(place.len());
        let (own, rest) = place.split_at_mut(length);
        self.put::<F>(own);
        rest
    }

    /// Checks the field at the front of `bytes`, the rest of `whole`; returns what is behind it.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), with the field's name.
    #[inline]
    fn check_front<F: Format>(
        name: &'static str,
        whole: &[u8],
        bytes: &'a [u8],
    ) -> Result<&'a [u8], DecodeError> {
        let (own, rest) = bytes.split_at(Self::BYTES.min(bytes.len()));
        match Self::check::<F>(own) {
            Ok(()) => Ok(rest),
            Err(error) => Err(error.in_field(name).later_by(whole.len().saturating_sub(bytes.len()))),
        }
    }

    /// The value at the front of `bytes`, and what is behind it.
    #[inline]
    fn get_front<F: Format>(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let (own, rest) = bytes.split_at(Self::BYTES.min(bytes.len()));
        (Self::get::<F>(own), rest)
    }

    /// The value that begins at `offset`.
    #[inline]
    fn get_at<F: Format>(bytes: &'a [u8], offset: usize) -> Self {
        let own = bytes.get(offset..).and_then(|rest| rest.get(..Self::BYTES)).unwrap_or_default();
        Self::get::<F>(own)
    }
}

/// See [`Packed::write`].
///
/// # Errors
///
/// If the type refuses the value.
#[inline]
pub fn write_fixed<'a, T: Fixed<'a>, F: Format>(
    value: &T,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    if T::VALIDATED {
        value.check_value()?;
    }
    value.put::<F>(writer.place(T::BYTES)?);
    Ok(())
}

/// See [`Packed::read`].
///
/// # Errors
///
/// If the next bytes are no such value.
#[inline]
pub fn read_fixed<'a, T: Fixed<'a>, F: Format>(reader: &mut Reader<'a>) -> Result<T, DecodeError> {
    let bytes = reader.take(T::BYTES)?;
    match T::check::<F>(bytes) {
        Ok(()) => Ok(get_whole::<T, F>(bytes)),
        Err(error) => Err(error.later_by(reader.offset().saturating_sub(T::BYTES))),
    }
}

/// The value of bytes that passed [`Fixed::check`], in one move if it can be.
#[inline]
pub(in crate::message) fn get_whole<'a, T: Fixed<'a>, F: Format>(bytes: &'a [u8]) -> T {
    T::raw::<F>().read(bytes).unwrap_or_else(|| T::get::<F>(bytes))
}

/// See [`Packed::write_items`].
///
/// # Errors
///
/// If the type refuses one of the values, or they take more memory than their bytes justify.
#[inline]
pub fn write_fixed_items<'a, T: Fixed<'a>, F: Format>(
    items: &[T],
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    writer.spend_bytes(excess::<T>(items.len()))?;
    write_run::<T, F>(items, writer)
}

/// See [`Packed::write_array`]. The holder's own size has the values, so no memory is counted, as when they are read.
///
/// # Errors
///
/// If the type refuses one of the values.
#[inline]
pub fn write_fixed_array<'a, T: Fixed<'a>, F: Format, const N: usize>(
    items: &[T; N],
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    write_run::<T, F>(items, writer)
}

/// Writes values one behind the other, in one move if it can be.
#[inline]
fn write_run<'a, T: Fixed<'a>, F: Format>(items: &[T], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    check_values(items)?;
    if let Some(bytes) = T::raw::<F>().bytes_of(items) {
        return writer.put(bytes);
    }
    let place = writer.place(T::BYTES.saturating_mul(items.len()))?;
    put_items::<T, F>(items, place);
    Ok(())
}

/// The memory that values take beyond their bytes: for what is skipped, and for the compiler's padding.
#[inline]
fn excess<'a, T: Fixed<'a>>(count: usize) -> usize {
    size_of::<T>().saturating_sub(T::BYTES).saturating_mul(count)
}

#[inline]
fn check_values<'a, T: Fixed<'a>>(items: &[T]) -> Result<(), EncodeError> {
    if T::VALIDATED {
        for (index, item) in items.iter().enumerate() {
            item.check_value().map_err(|error| error.in_item(index))?;
        }
    }
    Ok(())
}

#[inline]
fn put_items<'a, T: Fixed<'a>, F: Format>(items: &[T], place: &mut [u8]) {
    // Chunks have at least one byte; a value without bytes has nothing to write.
    for (item, own) in items.iter().zip(place.chunks_exact_mut(T::BYTES.max(1))) {
        item.put::<F>(own);
    }
}

/// See [`Packed::read_items`].
///
/// # Errors
///
/// If the next bytes are no such values.
#[inline]
pub fn read_fixed_items<'a, T: Fixed<'a>, F: Format>(
    count: usize,
    reader: &mut Reader<'a>,
) -> Result<Vec<T>, DecodeError> {
    reader.spend(excess::<T>(count))?;
    if T::BYTES == 0 {
        T::check::<F>(&[])?;
        return Ok((0..count).map(|_| T::get::<F>(&[])).collect());
    }
    let bytes = take_checked_items::<T, F>(count, reader)?;
    if let Some(items) = T::raw::<F>().read_all(bytes) {
        return Ok(items);
    }
    Ok(bytes.chunks_exact(T::BYTES).map(T::get::<F>).collect())
}

/// See [`Packed::read_array`].
///
/// # Errors
///
/// If the next bytes are no such values.
#[inline]
pub fn read_fixed_array<'a, T: Fixed<'a>, F: Format, const N: usize>(
    reader: &mut Reader<'a>,
) -> Result<[T; N], DecodeError> {
    let bytes = take_checked_items::<T, F>(N, reader)?;
    Ok(get_array::<T, F, N>(bytes))
}

#[inline]
fn take_checked_items<'a, T: Fixed<'a>, F: Format>(
    count: usize,
    reader: &mut Reader<'a>,
) -> Result<&'a [u8], DecodeError> {
    let bytes = reader.take(T::BYTES.saturating_mul(count))?;
    match check_items::<T, F>(bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(error.later_by(reader.offset().saturating_sub(bytes.len()))),
    }
}

#[inline]
fn check_items<'a, T: Fixed<'a>, F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
    for (index, own) in bytes.chunks_exact(T::BYTES.max(1)).enumerate() {
        if let Err(error) = T::check::<F>(own) {
            return Err(error.in_item(index).later_by(index.saturating_mul(T::BYTES)));
        }
    }
    Ok(())
}

#[inline]
fn get_array<'a, T: Fixed<'a>, F: Format, const N: usize>(bytes: &'a [u8]) -> [T; N] {
    let mut chunks = bytes.chunks_exact(T::BYTES.max(1));
    std::array::from_fn(|_| T::get::<F>(chunks.next().unwrap_or_default()))
}

#[diagnostic::do_not_recommend]
impl<'a, T: Fixed<'a>, const N: usize> Fixed<'a> for [T; N] {
    const BYTES: usize = T::BYTES.saturating_mul(N);
    const LITTLE: Raw<Self> = T::LITTLE.of_array();
    const BIG: Raw<Self> = T::BIG.of_array();
    const VALIDATED: bool = T::VALIDATED;

    #[inline]
    fn check_value(&self) -> Result<(), EncodeError> {
        check_values(self)
    }

    #[inline]
    fn put<F: Format>(&self, place: &mut [u8]) {
        put_items::<T, F>(self, place);
    }

    #[inline]
    fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
        check_items::<T, F>(bytes)
    }

    #[inline]
    fn get<F: Format>(bytes: &'a [u8]) -> Self {
        get_array::<T, F, N>(bytes)
    }
}

/// The values of a run of bytes, read in place.
///
/// # Errors
///
/// If the bytes are no whole number of values, or one of them is none.
pub(in crate::message) fn check_fixed_run<'a, T: Fixed<'a>, F: Format>(
    bytes: &'a [u8],
) -> Result<(), DecodeError> {
    let left = bytes.len().checked_rem(T::BYTES).unwrap_or(bytes.len());
    if left > 0 {
        let offset = bytes.len().saturating_sub(left);
        let kind = DecodeErrorKind::Truncated { expected: T::BYTES, found: left };
        return Err(DecodeError::at(offset, kind));
    }
    check_items::<T, F>(bytes)
}

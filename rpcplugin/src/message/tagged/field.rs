//! A field: how often its value may come, and what it is when it does not.

use super::wire::{delimited_len, key_len};
use super::{PLAIN, Tagged, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::refusal::Refusal;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// A field of a tagged message: a value, an `Option`, a list, a set or a map.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a tagged message",
    label = "no protobuf type for this",
    note = "a tagged message holds `u32`, `u64`, `i32`, `i64`, `f32`, `f64`, `bool`, `String`, `&str`, `Vec<u8>`, `&[u8]`, `bytes::Bytes`, `Duration`, `SystemTime`, and `Option<T>`, `Vec<T>`, `Box<T>`, maps and sets of these",
    note = "protobuf has no 8-, 16- or 128-bit numbers: write `u32` or `i32`, or `Vec<u8>` for 16 bytes",
    note = "protobuf has no list of lists, of options or of maps, and no option of a list: put the inner one into a message of its own",
    note = "another message can be in it if it is tagged too: `#[derive(BinaryMessage)]` with an id on every field; an enum needs a variant with the id 0",
    note = "any other type can be in it with `#[binary(with = module)]`"
)]
pub trait TaggedField<'a, const E: u8 = PLAIN>: Sized {
    /// What the description of a message says of the type.
    const TYPE: TypeSchema;

    /// The memory that [`absent`](Self::absent) takes beside the field itself, in bytes.
    const ABSENT_BYTES: usize = 0;

    /// The field of a message that does not have it.
    fn absent() -> Self;

    /// Asks what the values say of themselves, see [`Tagged::check_whole`].
    ///
    /// # Errors
    ///
    /// If a value is refused.
    fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal>;

    /// The bytes that this field takes, with its keys.
    fn field_len(&self, id: u32, depth: Depth) -> usize;

    /// Writes this field, with its keys.
    ///
    /// # Errors
    ///
    /// If a value does not fit.
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads what stands behind one of this field's keys.
    ///
    /// # Errors
    ///
    /// If it is no value of this field.
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError>;
}

#[diagnostic::do_not_recommend]
impl<'a, const E: u8, T: Tagged<'a, E>> TaggedField<'a, E> for T {
    const TYPE: TypeSchema = <T as Tagged<'a, E>>::TYPE;
    const ABSENT_BYTES: usize = <T as Tagged<'a, E>>::ABSENT_BYTES;

    #[inline]
    fn absent() -> Self {
        T::absent()
    }

    #[inline]
    fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal> {
        <T as Tagged<'a, E>>::check_whole(self, depth).map_err(|refusal| refusal.in_field(name))
    }

    #[inline]
    fn field_len(&self, id: u32, depth: Depth) -> usize {
        let body_len = self.body_len(depth);
        if self.is_absent(body_len) { 0 } else { key_len(id).saturating_add(prefixed_len::<E, T>(body_len)) }
    }

    #[inline]
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        let body_len = self.body_len(writer.depth());
        if self.is_absent(body_len) {
            return Ok(());
        }
        write_value(self, body_len, id, writer).map_err(|error| error.in_field(name))
    }

    #[inline]
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError> {
        merge_value(self, wire, reader).map_err(|error| error.in_field(name))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, const E: u8, T: Tagged<'a, E>> TaggedField<'a, E> for Option<T> {
    const TYPE: TypeSchema = TypeSchema::Optional(T::TYPE_REF);

    #[inline]
    fn absent() -> Self {
        None
    }

    #[inline]
    fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal> {
        self.as_ref().map_or(Ok(()), |value| <T as TaggedField<'a, E>>::check_whole(value, name, depth))
    }

    #[inline]
    fn field_len(&self, id: u32, depth: Depth) -> usize {
        let len = |value: &T| key_len(id).saturating_add(prefixed_len::<E, T>(value.body_len(depth)));
        self.as_ref().map_or(0, len)
    }

    #[inline]
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        let Some(value) = self else { return Ok(()) };
        writer.spend_bytes(T::ABSENT_BYTES).map_err(|error| error.in_field(name))?;
        let body_len = value.body_len(writer.depth());
        write_value(value, body_len, id, writer).map_err(|error| error.in_field(name))
    }

    #[inline]
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError> {
        if self.is_none() {
            reader.spend(T::ABSENT_BYTES).map_err(|error| error.in_field(name))?;
        }
        let value = self.get_or_insert_with(T::absent);
        merge_value(value, wire, reader).map_err(|error| error.in_field(name))
    }
}

/// Writes a value with its key, and with its length if it has one.
#[inline]
pub(super) fn write_value<'a, const E: u8, T: Tagged<'a, E>>(
    value: &T,
    body_len: usize,
    id: u32,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    writer.put_key(id, T::WIRE)?;
    if is_number::<E, T>() {
        return value.write_body(writer);
    }
    writer.put_length(body_len)?;
    let end = writer.end_of(body_len);
    value.write_body(writer)?;
    writer.expect_end(end)
}

/// Reads what stands behind a key into a value.
#[inline]
pub(super) fn merge_value<'a, const E: u8, T: Tagged<'a, E>>(
    value: &mut T,
    wire: WireType,
    reader: &mut Reader<'a>,
) -> Result<(), DecodeError> {
    if wire != T::WIRE {
        return Err(wrong_wire(reader, T::WIRE, wire));
    }
    if is_number::<E, T>() {
        value.merge_body(reader)
    } else {
        reader.delimited(|reader| value.merge_body(reader))
    }
}

/// The bytes of a value with the length before it, if it has one.
#[inline]
pub(super) fn prefixed_len<'a, const E: u8, T: Tagged<'a, E>>(body_len: usize) -> usize {
    if is_number::<E, T>() { body_len } else { delimited_len(body_len) }
}

/// Everything that is no number has a length before it.
#[inline]
pub(super) fn is_number<'a, const E: u8, T: Tagged<'a, E>>() -> bool {
    T::WIRE != WireType::Length
}

// Apart from what is done with every field: put together in the midst of it, the error makes that slower by a tenth.
#[cold]
#[inline(never)]
fn wrong_wire(reader: &Reader<'_>, expected: WireType, found: WireType) -> DecodeError {
    reader.error(DecodeErrorKind::wire_type(expected, found))
}

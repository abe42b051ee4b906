//! `oneof`: of several fields, which lie in the message like any others, the one that came last.

use super::field::{merge_value, prefixed_len, write_value};
use super::wire::key_len;
use super::{Tagged, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::refusal::Refusal;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

/// An enum each of whose variants is a field of the message that holds it.
#[diagnostic::on_unimplemented(
    message = "`oneof` is for an enum with `#[binary(oneof)]`",
    label = "no such enum",
    note = "write `#[derive(BinaryMessage)] #[binary(oneof)]` above `enum {Self}`, and an id above each of its variants"
)]
pub trait Oneof<'a>: Sized {
    /// The ids of the variants.
    const IDS: &'static [u32];

    /// What the description of a message says of the enum.
    const TYPE: TypeSchema;

    /// Asks what the value says of itself, see [`Tagged::check_whole`].
    ///
    /// # Errors
    ///
    /// If it is refused.
    fn check_variant(&self, depth: Depth) -> Result<(), Refusal>;

    /// The bytes that this variant takes, with its key.
    fn variant_len(&self, depth: Depth) -> usize;

    /// Writes this variant, with its key.
    ///
    /// # Errors
    ///
    /// If its value does not fit.
    fn write_variant(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads what stands behind the key of a variant.
    ///
    /// # Errors
    ///
    /// If it is no value of this variant.
    fn merge_variant(
        slot: &mut Option<Self>,
        id: u32,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError>;
}

/// A field of a tagged message that stands for all variants of a [`Oneof`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `oneof`",
    label = "write `Option<..>` of an enum with `#[binary(oneof)]`",
    note = "a `oneof` field is an `Option<..>` of the enum, because none of its variants may be there"
)]
pub trait OneofField<'a>: Sized {
    /// The ids of the variants.
    const IDS: &'static [u32];

    /// What the description of a message says of the type.
    const TYPE: TypeSchema;

    /// The field of a message that has none of the variants.
    fn absent() -> Self;

    /// Whether the id is one of the variants'.
    #[inline]
    #[must_use]
    fn has(id: u32) -> bool {
        Self::IDS.contains(&id)
    }

    /// Asks what the value says of itself, see [`Tagged::check_whole`].
    ///
    /// # Errors
    ///
    /// If it is refused.
    fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal>;

    /// The bytes that this field takes, with its key.
    fn oneof_len(&self, depth: Depth) -> usize;

    /// Writes this field, with its key.
    ///
    /// # Errors
    ///
    /// If the value does not fit.
    fn write_oneof(&self, name: &'static str, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads what stands behind the key of a variant.
    ///
    /// # Errors
    ///
    /// If it is no value of this variant.
    fn merge_oneof(
        &mut self,
        name: &'static str,
        id: u32,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError>;
}

impl<'a, T: Oneof<'a>> OneofField<'a> for Option<T> {
    const IDS: &'static [u32] = T::IDS;
    const TYPE: TypeSchema = T::TYPE;

    #[inline]
    fn absent() -> Self {
        None
    }

    #[inline]
    fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal> {
        let Some(variant) = self else { return Ok(()) };
        variant.check_variant(depth).map_err(|refusal| refusal.in_field(name))
    }

    #[inline]
    fn oneof_len(&self, depth: Depth) -> usize {
        self.as_ref().map_or(0, |variant| variant.variant_len(depth))
    }

    #[inline]
    fn write_oneof(&self, name: &'static str, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        let Some(variant) = self else { return Ok(()) };
        variant.write_variant(writer).map_err(|error| error.in_field(name))
    }

    #[inline]
    fn merge_oneof(
        &mut self,
        name: &'static str,
        id: u32,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError> {
        T::merge_variant(self, id, wire, reader).map_err(|error| error.in_field(name))
    }
}

/// The bytes of a variant's value, with its key. It is never left out: that it is there says which variant it is.
#[inline]
pub fn present_len<'a, T: Tagged<'a, E>, const E: u8>(value: &T, id: u32, depth: Depth) -> usize {
    key_len(id).saturating_add(prefixed_len::<E, T>(value.body_len(depth)))
}

/// Asks what the value of a variant says of itself.
///
/// # Errors
///
/// If it is refused.
#[inline]
pub fn check_present<'a, T: Tagged<'a, E>, const E: u8>(
    value: &T,
    variant_name: &'static str,
    depth: Depth,
) -> Result<(), Refusal> {
    value.check_whole(depth).map_err(|refusal| refusal.in_field(variant_name))
}

/// Writes what [`present_len`] measures.
///
/// # Errors
///
/// If the value does not fit.
#[inline]
pub fn write_present<'a, T: Tagged<'a, E>, const E: u8>(
    value: &T,
    variant_name: &'static str,
    id: u32,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    writer.spend_bytes(T::ABSENT_BYTES).map_err(|error| error.in_field(variant_name))?;
    let body_len = value.body_len(writer.depth());
    write_value(value, body_len, id, writer).map_err(|error| error.in_field(variant_name))
}

/// The value of a variant. `earlier` is the value that the same variant had before: a message is merged into it, any
/// other value replaces it.
///
/// # Errors
///
/// If the next bytes are no such value.
#[inline]
pub fn merge_present<'a, T: Tagged<'a, E>, const E: u8>(
    earlier: Option<T>,
    variant_name: &'static str,
    wire: WireType,
    reader: &mut Reader<'a>,
) -> Result<T, DecodeError> {
    if earlier.is_none() {
        reader.spend(T::ABSENT_BYTES).map_err(|error| error.in_field(variant_name))?;
    }
    let mut value = earlier.unwrap_or_else(T::absent);
    merge_value(&mut value, wire, reader).map_err(|error| error.in_field(variant_name))?;
    Ok(value)
}

/// Whether the variants of a `oneof` have an id from `first` to `last`. For an assertion at compile time: only the compiler
/// sees the message and its enums at once.
#[must_use]
pub const fn has_id_within(ids: &[u32], first: u32, last: u32) -> bool {
    let mut ids = ids;
    while let [id, others @ ..] = ids {
        if first <= *id && *id <= last {
            return true;
        }
        ids = others;
    }
    false
}

/// Whether two `oneof`s of a message have an id in common. Likewise.
#[must_use]
pub const fn have_common_id(ids: &[u32], others: &[u32]) -> bool {
    let mut ids = ids;
    while let [id, rest @ ..] = ids {
        if has_id_within(others, *id, *id) {
            return true;
        }
        ids = rest;
    }
    false
}

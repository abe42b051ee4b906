//! Descriptions written by hand, for tests: what the derive would write.

use super::{FieldPlace, FieldSchema, MessageSchema, TypeSchema, VariantSchema};

pub(super) const U8: TypeSchema = TypeSchema::Integer { bits: 8, signed: false, nonzero: false };
pub(super) const U16: TypeSchema = TypeSchema::Integer { bits: 16, signed: false, nonzero: false };
pub(super) const U32: TypeSchema = TypeSchema::Integer { bits: 32, signed: false, nonzero: false };
pub(super) const U64: TypeSchema = TypeSchema::Integer { bits: 64, signed: false, nonzero: false };
pub(super) const I32: TypeSchema = TypeSchema::Integer { bits: 32, signed: true, nonzero: false };
pub(super) const I64: TypeSchema = TypeSchema::Integer { bits: 64, signed: true, nonzero: false };
pub(super) const F32: TypeSchema = TypeSchema::Float { bits: 32 };
pub(super) const F64: TypeSchema = TypeSchema::Float { bits: 64 };

pub(super) const PLAIN: FieldPlace = FieldPlace::PLAIN;
pub(super) const BIG: FieldPlace = PLAIN.with_format(true, super::LengthPrefix::U32);

/// A packed field without any attribute.
pub(super) const fn field(name: &'static str, ty: TypeSchema) -> FieldSchema {
    FieldSchema::new(name, "", 0, ty, PLAIN)
}

/// A packed field of a message whose byte order is big.
pub(super) const fn big(name: &'static str, ty: TypeSchema) -> FieldSchema {
    FieldSchema::new(name, "", 0, ty, BIG)
}

/// A packed field with attributes.
pub(super) const fn placed(name: &'static str, ty: TypeSchema, place: FieldPlace) -> FieldSchema {
    FieldSchema::new(name, "", 0, ty, place)
}

/// A tagged field.
pub(super) const fn tagged(name: &'static str, id: u32, ty: TypeSchema) -> FieldSchema {
    FieldSchema::new(name, "", id, ty, PLAIN)
}

/// A variant without documentation. If it has fields, they have no size in all that its test does not say.
pub(super) const fn variant(name: &'static str, id: i128, fields: &'static [FieldSchema]) -> VariantSchema {
    let size = if fields.is_empty() { Some(0) } else { None };
    VariantSchema::new(name, "", Some(id), fields).with_size(size)
}

/// Another message.
pub(super) const fn message(schema: fn() -> &'static MessageSchema) -> TypeSchema {
    TypeSchema::Message(schema)
}

/// For a description that a test puts together.
pub(super) fn leak(schema: MessageSchema) -> &'static MessageSchema {
    Box::leak(Box::new(schema))
}

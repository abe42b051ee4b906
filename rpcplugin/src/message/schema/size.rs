//! What always takes the same number of bytes in a packed message, and other questions about its bytes.

use std::collections::BTreeMap;

use super::walk::address;
use super::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, MessageSchema, ShapeSchema, TypeSchema, VariantSchema,
};

/// The sizes of messages that were asked for before: one that lies in many places is measured once.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    messages: BTreeMap<usize, Option<usize>>,
}

impl Sizes {
    /// The bytes of every value of a type, if that is the same for all.
    pub(super) fn of_type(&mut self, ty: &TypeSchema, place: &FieldPlace) -> Option<usize> {
        match ty {
            TypeSchema::Bool => Some(1),
            TypeSchema::Integer { bits, .. } | TypeSchema::Float { bits } => usize::try_from(bits / 8).ok(),
            TypeSchema::Char => Some(CHAR_BYTES),
            TypeSchema::Text | TypeSchema::Bytes => place.fixed_length,
            TypeSchema::Array(item, length) => Some(self.of_type(item, place)?.saturating_mul(*length)),
            TypeSchema::Tuple(parts) => parts
                .iter()
                .try_fold(0_usize, |sum, part| Some(sum.saturating_add(self.of_type(part, place)?))),
            TypeSchema::Duration | TypeSchema::Timestamp => Some(TIME_BYTES),
            TypeSchema::Message(schema) => self.of_message(schema()),
            TypeSchema::List(_) | TypeSchema::Optional(_) | TypeSchema::Map(..) | TypeSchema::Set(_) => None,
        }
    }

    /// The bytes of a message that lies in another one.
    pub(super) fn of_message(&mut self, schema: &MessageSchema) -> Option<usize> {
        if let Some(known) = self.messages.get(&address(schema)) {
            return *known;
        }
        // For a message that holds itself without an end, which no value can be.
        self.messages.insert(address(schema), None);
        let size = match schema.shape {
            ShapeSchema::Struct { fields, magic, extensible: false, .. } => {
                self.of_fields(fields).map(|size| size.saturating_add(magic.len()))
            }
            ShapeSchema::Enum(choice) => (choice.is_plain() && !choice.oneof).then_some(choice.id_bytes),
            ShapeSchema::Struct { .. } | ShapeSchema::Family(_) => None,
        };
        self.messages.insert(address(schema), size);
        size
    }

    /// The bytes of fields with what lies between them.
    pub(super) fn of_fields(&mut self, fields: &[FieldSchema]) -> Option<usize> {
        fields.iter().try_fold(0_usize, |sum, field| {
            let place = &field.place;
            let around = place.pad_before.saturating_add(place.magic.len()).saturating_add(place.pad_after);
            Some(sum.saturating_add(around).saturating_add(self.of_type(&field.ty, place)?))
        })
    }
}

impl EnumSchema {
    /// Whether a value is its id and nothing else. The variant for ids that are not known holds the id itself.
    pub(super) fn is_plain(&self) -> bool {
        self.variants.iter().all(|variant| variant.id.is_none() || variant.fields.is_empty())
    }
}

impl VariantSchema {
    /// The message that is the whole payload: `Variant(Message)`. An extensible one has its length before it.
    pub(super) fn only_message(&self) -> Option<(&'static FieldSchema, &'static MessageSchema)> {
        let [field @ FieldSchema { name: "0", ty: TypeSchema::Message(schema), .. }] = self.fields else {
            return None;
        };
        let schema = schema();
        matches!(schema.shape, ShapeSchema::Struct { extensible: false, .. }).then_some((field, schema))
    }
}

impl FamilySchema {
    /// Whether a message is the answer to an unknown number: the number with all bits set, and nothing behind it.
    pub(super) fn is_not_found(&self, message: &VariantSchema) -> bool {
        let bits = u32::try_from(self.header_bytes.saturating_mul(8)).unwrap_or(u32::MAX);
        message.id.is_some_and(|id| 1_i128.checked_shl(bits).is_some_and(|end| id == end.saturating_sub(1)))
    }
}

/// A scalar value is written as a `u32`.
const CHAR_BYTES: usize = 4;

/// Seconds in eight bytes, nanoseconds in four.
const TIME_BYTES: usize = 12;

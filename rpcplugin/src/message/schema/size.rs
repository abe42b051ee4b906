//! What always takes the same number of bytes in a packed message, and other questions about its bytes.
//!
//! Of a message and of a payload the derive says it, because frames are written by what it says. It is not found out again
//! here: a second rule would differ from the first one some day.

use super::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, MessageSchema, ShapeSchema, TypeSchema, VariantSchema,
};

impl TypeSchema {
    /// The bytes of every value, if that is the same for all.
    pub(super) fn size(&self, place: &FieldPlace) -> Option<usize> {
        match self {
            Self::Bool => Some(1),
            Self::Integer { bits, .. } | Self::Float { bits } => usize::try_from(bits / 8).ok(),
            Self::Char => Some(CHAR_BYTES),
            Self::Text | Self::Bytes => place.fixed_length,
            Self::Array(item, length) => Some(item.size(place)?.saturating_mul(*length)),
            Self::Tuple(parts) => {
                parts.iter().try_fold(0_usize, |sum, part| Some(sum.saturating_add(part.size(place)?)))
            }
            Self::Duration | Self::Timestamp => Some(TIME_BYTES),
            Self::Message(schema) => schema().size,
            Self::List(_) | Self::Optional(_) | Self::Map(..) | Self::Set(_) => None,
        }
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

//! A message: its reserved ids, its fields, its `oneof`s.

use std::collections::BTreeMap;

use super::LANGUAGE;
use super::definition::{Definition, check_name, place};
use super::model::{Count, Field, Item, Member, Message};
use super::types::{Scope, Types};
use crate::message::schema::names::{Names, entry_name, field_name, letters, snake_case};
use crate::message::schema::words::merged_ids;
use crate::message::schema::{
    EnumSchema, FieldSchema, MessageSchema, SchemaError, ShapeSchema, TypeSchema, VariantSchema,
};

/// Says a message in protobuf.
///
/// # Errors
///
/// If protobuf does not have one of its fields.
pub(super) fn define(
    schema: &'static MessageSchema,
    fields: &'static [FieldSchema],
    reserved: &'static [(u32, u32)],
    scope: Scope<'_>,
) -> Result<Definition, SchemaError> {
    let mut body = Body::new(schema.name, reserved, Types::new(scope, fields));
    let mut members = Vec::new();
    for field in fields {
        members.push(match oneof_of(&field.ty) {
            Some((docs, choice)) => body.oneof(field, docs, &choice)?,
            None => Member::Field(body.field(field)?),
        });
    }
    let reserved = merged_ids(reserved);
    let item = Item::Message(Message { name: schema.name, docs: schema.docs, reserved, members });
    let Types { held, brought, .. } = body.types;
    Ok(Definition { item, held, values: Vec::new(), brought })
}

/// Which names and ids the fields of a message took.
#[derive(Debug)]
struct Body<'a> {
    message: &'static str,
    reserved: &'static [(u32, u32)],
    types: Types<'a>,
    /// Without what JSON may leave out.
    json_names: Names,
    /// Of everything in the message.
    names: Names,
    ids: BTreeMap<u32, String>,
}

impl<'a> Body<'a> {
    fn new(message: &'static str, reserved: &'static [(u32, u32)], types: Types<'a>) -> Self {
        let (json_names, names) = (Names::new(LANGUAGE), Names::new(LANGUAGE));
        Self { message, reserved, types, json_names, names, ids: BTreeMap::new() }
    }

    fn field(&mut self, field: &FieldSchema) -> Result<Field, SchemaError> {
        let place = place(self.message, field.name);
        let (count, ty) = self.types.of_field(&field.ty, field.place.encoding, &place)?;
        let name = self.take_name(field_name(field.name), field.name)?;
        if matches!(count, Count::Map(_)) {
            self.names.take(entry_name(&name), &format!("{}.{}", self.message, field.name))?;
        }
        let id = self.take_id(field.id.into(), field.name)?;
        Ok(Field { name, docs: field.docs, id, count, ty })
    }

    fn oneof(
        &mut self,
        field: &FieldSchema,
        docs: &'static str,
        choice: &EnumSchema,
    ) -> Result<Member, SchemaError> {
        let place = place(self.message, field.name);
        if choice.variants.is_empty() {
            return Err(place.unsupported(
                "a `oneof` without a variant",
                "give the enum a variant, or leave the field out",
            ));
        }
        let name = self.take_name(field_name(field.name), field.name)?;
        let docs = if field.docs.is_empty() { docs } else { field.docs };
        let fields: Result<_, _> =
            choice.variants.iter().map(|variant| self.variant(field.name, variant)).collect();
        Ok(Member::Oneof { name, docs, fields: fields? })
    }

    fn variant(&mut self, oneof: &str, variant: &VariantSchema) -> Result<Field, SchemaError> {
        let place = place(self.message, oneof).within(variant.name);
        let ([value], Some(id)) = (variant.fields, variant.id) else {
            let remedy = "give the variant one value, `Name(Type)`, and an id";
            return Err(place.unsupported("a variant that is not one value with an id", remedy));
        };
        let ty = self.types.of_value(&value.ty, value.place.encoding, &place)?;
        let name = self.take_name(snake_case(variant.name), &place.field)?;
        let id = self.take_id(id, &place.field)?;
        Ok(Field { name, docs: variant.docs, id, count: Count::Once, ty })
    }

    /// Names that are one in JSON are one for protobuf. Its compilers do not agree what JSON leaves of underscores and
    /// capitals, so these do not count here.
    fn take_name(&mut self, name: String, owner: &str) -> Result<String, SchemaError> {
        check_name(&name)?;
        let owner = format!("{}.{owner}", self.message);
        self.json_names.take(letters(&name), &owner)?;
        self.names.take(name.clone(), &owner)?;
        Ok(name)
    }

    fn take_id(&mut self, id: i128, field: &str) -> Result<u32, SchemaError> {
        let refused = |reason| SchemaError::Id { message: self.message, field: field.to_owned(), id, reason };
        let valid = u32::try_from(id).ok().filter(|id| (1..=ID_MAX).contains(id) && !OWN_IDS.contains(id));
        let valid = valid.ok_or_else(|| {
            refused("an id is from 1 to 536870911, without 19000 to 19999, which are protobuf's own")
        })?;
        if self.reserved.iter().any(|(first, last)| (*first..=*last).contains(&valid)) {
            return Err(refused("the message reserves it"));
        }
        if let Some(first) = self.ids.get(&valid) {
            let (first, second) = (first.clone(), field.to_owned());
            return Err(SchemaError::TwoIds { message: self.message, id, first, second });
        }
        self.ids.insert(valid, field.to_owned());
        Ok(valid)
    }
}

/// The documentation and the variants of a field that is a `oneof`.
fn oneof_of(ty: &TypeSchema) -> Option<(&'static str, EnumSchema)> {
    let (TypeSchema::Message(schema) | TypeSchema::Optional(TypeSchema::Message(schema))) = ty else {
        return None;
    };
    let schema = schema();
    match schema.shape {
        ShapeSchema::Enum(choice) if choice.oneof => Some((schema.docs, choice)),
        _ => None,
    }
}

/// The highest id: a key is a 32-bit number, three bits of which say how the value is written.
const ID_MAX: u32 = 0x1fff_ffff;

/// What protobuf keeps for its implementations.
const OWN_IDS: std::ops::RangeInclusive<u32> = 19_000..=19_999;

//! A message: its reserved ids, its fields, its `oneof`s.

use std::collections::BTreeMap;

use super::LANGUAGE;
use super::definition::{Definition, check_name, place};
use super::types::{Scope, Types};
use crate::message::schema::names::{Names, comments, entry_name, field_name, letters, snake_case};
use crate::message::schema::words::id_ranges;
use crate::message::schema::{
    EnumSchema, FieldSchema, MessageSchema, SchemaError, ShapeSchema, TypeSchema, VariantSchema,
};

/// Prints a message.
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
    for field in fields {
        match oneof_of(&field.ty) {
            Some((docs, choice)) => body.oneof(field, docs, &choice)?,
            None => body.field(field)?,
        }
    }
    let (docs, name) = (comments("//", "", schema.docs), schema.name);
    let text = match (reserved_line(reserved).as_str(), body.text.as_str()) {
        ("", "") => format!("{docs}message {name} {{}}\n"),
        ("", only) | (only, "") => format!("{docs}message {name} {{\n{only}}}\n"),
        (reserved, fields) => format!("{docs}message {name} {{\n{reserved}\n{fields}}}\n"),
    };
    Ok(Definition { text, held: body.types.held, values: Vec::new(), imports: body.types.imports })
}

/// The lines of a message, and which names and ids they took.
#[derive(Debug)]
struct Body<'a> {
    message: &'static str,
    reserved: &'static [(u32, u32)],
    text: String,
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
        Self { message, reserved, text: String::new(), types, json_names, names, ids: BTreeMap::new() }
    }

    fn field(&mut self, field: &FieldSchema) -> Result<(), SchemaError> {
        let place = place(self.message, field.name);
        let ty = self.types.of_field(&field.ty, field.place.encoding, &place)?;
        let name = self.take_name(field_name(field.name), field.name)?;
        if matches!(field.ty, TypeSchema::Map(..)) {
            self.names.take(entry_name(&name), &format!("{}.{}", self.message, field.name))?;
        }
        self.take_id(field.id.into(), field.name)?;
        self.text.push_str(&comments("//", "  ", field.docs));
        self.text.push_str(&format!("  {ty} {name} = {};\n", field.id));
        Ok(())
    }

    fn oneof(
        &mut self,
        field: &FieldSchema,
        docs: &'static str,
        choice: &EnumSchema,
    ) -> Result<(), SchemaError> {
        let place = place(self.message, field.name);
        if choice.variants.is_empty() {
            return Err(place.unsupported(
                "a `oneof` without a variant",
                "give the enum a variant, or leave the field out",
            ));
        }
        let name = self.take_name(field_name(field.name), field.name)?;
        let docs = if field.docs.is_empty() { docs } else { field.docs };
        self.text.push_str(&comments("//", "  ", docs));
        self.text.push_str(&format!("  oneof {name} {{\n"));
        for variant in choice.variants {
            self.variant(field.name, variant)?;
        }
        self.text.push_str("  }\n");
        Ok(())
    }

    fn variant(&mut self, oneof: &str, variant: &VariantSchema) -> Result<(), SchemaError> {
        let place = place(self.message, oneof).within(variant.name);
        let ([value], Some(id)) = (variant.fields, variant.id) else {
            let remedy = "give the variant one value, `Name(Type)`, and an id";
            return Err(place.unsupported("a variant that is not one value with an id", remedy));
        };
        let ty = self.types.of_value(&value.ty, value.place.encoding, &place)?;
        let name = self.take_name(snake_case(variant.name), &place.field)?;
        self.take_id(id, &place.field)?;
        self.text.push_str(&comments("//", "    ", variant.docs));
        self.text.push_str(&format!("    {ty} {name} = {id};\n"));
        Ok(())
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

    fn take_id(&mut self, id: i128, field: &str) -> Result<(), SchemaError> {
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
        Ok(())
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

fn reserved_line(reserved: &[(u32, u32)]) -> String {
    if reserved.is_empty() { String::new() } else { format!("  reserved {};\n", id_ranges(reserved)) }
}

/// The highest id: a key is a 32-bit number, three bits of which say how the value is written.
const ID_MAX: u32 = 0x1fff_ffff;

/// What protobuf keeps for its implementations.
const OWN_IDS: std::ops::RangeInclusive<u32> = 19_000..=19_999;

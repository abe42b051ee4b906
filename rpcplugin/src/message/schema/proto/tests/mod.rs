//! Files against their expected text, and what protobuf does not have.

mod files;

mod names;

mod refusals;

use super::ProtoFile;
use crate::message::Layout;
use crate::message::schema::{EnumSchema, SchemaError};
use crate::message::schema::{FieldSchema, MessageSchema, ShapeSchema, VariantSchema};

const fn message_of(name: &'static str, fields: &'static [FieldSchema]) -> MessageSchema {
    MessageSchema::new(name, "", Layout::Tagged, ShapeSchema::of_tagged_fields(fields, &[]))
}

const fn enum_of(name: &'static str, variants: &'static [VariantSchema]) -> MessageSchema {
    let choice = EnumSchema::new(4, true, false, variants);
    MessageSchema::new(name, "", Layout::Packed, ShapeSchema::Enum(choice))
}

const fn oneof_of(name: &'static str, variants: &'static [VariantSchema]) -> MessageSchema {
    MessageSchema::new(name, "", Layout::Tagged, ShapeSchema::Enum(EnumSchema::new_oneof(variants)))
}

fn print(schema: &'static MessageSchema) -> Result<String, SchemaError> {
    ProtoFile::new("").message(schema).to_proto()
}

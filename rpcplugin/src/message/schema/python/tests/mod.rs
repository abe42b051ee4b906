//! Modules against their expected text, and what the package does not know.

mod refusals;

mod text;

use crate::message::Layout;
use crate::message::schema::samples::*;
use crate::message::schema::{FamilySchema, FieldSchema, MessageSchema, ShapeSchema};

const fn packed(name: &'static str, fields: &'static [FieldSchema]) -> MessageSchema {
    MessageSchema::new(name, "", Layout::Packed, ShapeSchema::of_fields(fields, &[]))
}

const fn family(name: &'static str, docs: &'static str, family: FamilySchema) -> MessageSchema {
    MessageSchema::new(name, docs, Layout::Packed, ShapeSchema::Family(family))
}

static POINT: MessageSchema =
    packed("Point", &[FieldSchema::new("x", "To the right.", 0, F32, PLAIN), big("y", F64)]);

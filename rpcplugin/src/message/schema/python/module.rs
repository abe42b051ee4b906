//! The text of the module.

use super::LANGUAGE;
use super::kinds::Kind;
use super::structure::{Field, structure};
use crate::message::schema::error::Place;
use crate::message::schema::names::{Names, comments, upper_snake_case};
use crate::message::schema::{FamilySchema, MessageSchema, SchemaError};

pub(super) fn module(schema: &MessageSchema, family: &FamilySchema) -> Result<String, SchemaError> {
    let family_place = Place { language: LANGUAGE, message: schema.name, field: String::new() };
    let header = header_format(family, &family_place.within("header"))?;
    let mut names = Names::new(LANGUAGE);
    let (mut types, mut structures) = (String::new(), String::new());
    for message in family.messages {
        // The package knows what stands for messages that are not known.
        let Some(id) = message.id.filter(|_| !family.is_not_found(message)) else { continue };
        let name = upper_snake_case(message.name);
        check_member(&name)?;
        names.take(name.clone(), &format!("{}::{}", schema.name, message.name))?;
        types.push_str(&format!("{}    {name} = {id}\n", comments("#", "    ", message.docs)));
        let fields = structure(message, &family_place.within(message.name))?;
        structures.push_str(&format!("    MessageType.{name}: {},\n", structure_text(&fields)));
    }
    if types.is_empty() {
        types.push_str("    pass\n");
    }
    let docs = comments("#", "", schema.docs);
    let checksum = checksum_function(family);
    let settings = checksum_settings(family);
    Ok(format!(
        r#"# -*- coding: utf-8 -*-
from enum import IntEnum

from binary_protocol import ProtocolConfig
from binary_protocol.protocol.message_structure import FieldDefinition, MessageStructure


{docs}class MessageType(IntEnum):
{types}

message_structures = {{
{structures}}}
{checksum}
config = ProtocolConfig(
    message_type_enum=MessageType,
    message_structures=message_structures,
    header_format="{header}",
{settings})
"#
    ))
}

/// Python keeps for itself what begins with two underscores in a class, and what has one at either end in an enum. A
/// keyword it cannot be: none is of capitals only.
///
/// # Errors
///
/// If it is such a name.
fn check_member(name: &str) -> Result<(), SchemaError> {
    if name.starts_with("__") || (name.starts_with('_') && name.ends_with('_')) {
        return Err(SchemaError::Name { language: LANGUAGE, name: name.to_owned() });
    }
    Ok(())
}

fn structure_text(fields: &[Field]) -> String {
    if fields.is_empty() {
        return "MessageStructure([])".to_owned();
    }
    let mut text = String::from("MessageStructure([\n");
    for Field { name, docs, kind, .. } in fields {
        text.push_str(&comments("#", "        ", docs));
        let definition = match kind {
            Kind::Number { python, format } => format!("{python}, format_string=\"{format}\""),
            Kind::Padded { python, length } => format!("{python}, fixed_length={length}"),
            Kind::Counted { python } => (*python).to_owned(),
        };
        text.push_str(&format!("        FieldDefinition(\"{name}\", {definition}),\n"));
    }
    text.push_str("    ])");
    text
}

fn header_format(family: &FamilySchema, place: &Place) -> Result<String, SchemaError> {
    let order = if family.big_endian { '>' } else { '<' };
    let letter = match family.header_bytes {
        1 => 'B',
        2 => 'H',
        4 => 'I',
        8 => 'Q',
        bytes => return Err(place.unsupported(format!("{bytes} bytes"), "take 1, 2, 4 or 8 bytes")),
    };
    Ok(format!("{order}{letter}"))
}

fn checksum_function(family: &FamilySchema) -> String {
    match family.checksum_bytes {
        0 => String::new(),
        bytes => format!(
            r#"

def checksum(frame):
    # Of header, length and payload, in {bytes} bytes: what the family computes.
    raise NotImplementedError("write what the family computes")


def checksum_is_right(frame, found):
    return checksum(frame) == found

"#
        ),
    }
}

fn checksum_settings(family: &FamilySchema) -> String {
    match family.checksum_bytes {
        0 => String::new(),
        bytes => format!(
            r#"    checksum_enabled=True,
    checksum_size={bytes},
    checksum_func=checksum,
    checksum_verify=checksum_is_right,
"#
        ),
    }
}

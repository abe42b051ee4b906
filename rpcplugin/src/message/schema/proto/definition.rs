//! One message or enum of the file.

use super::model::Item;
use super::types::Scope;
use super::{LANGUAGE, enumeration, message};
use crate::message::Layout;
use crate::message::schema::error::Place;
use crate::message::schema::{MessageSchema, SchemaError, ShapeSchema};

/// A message or an enum, and what the file needs for it.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) item: Item,
    pub(super) held: Vec<&'static MessageSchema>,
    /// What it names in the scope of the file, beside itself.
    pub(super) values: Vec<String>,
    /// The full names of what other files bring.
    pub(super) brought: Vec<String>,
}

/// Says a message or an enum in protobuf.
///
/// # Errors
///
/// If protobuf does not have it.
pub(super) fn define(schema: &'static MessageSchema, scope: Scope<'_>) -> Result<Definition, SchemaError> {
    check_name(schema.name)?;
    let message = schema.name;
    match schema.shape {
        ShapeSchema::Struct { fields, reserved, .. } if schema.layout == Layout::Tagged => {
            message::define(schema, fields, reserved, scope)
        }
        ShapeSchema::Struct { .. } => Err(SchemaError::Packed { message }),
        ShapeSchema::Enum(choice) if choice.oneof => {
            let remedy = "print the message that has it as a field";
            Err(SchemaError::NotMessage { message, found: "a `oneof`", remedy })
        }
        // Without payload it is its id, which lies in messages of either layout.
        ShapeSchema::Enum(choice) => enumeration::define(schema, &choice),
        ShapeSchema::Family(_) => {
            let remedy = "print its messages, if they are tagged";
            Err(SchemaError::NotMessage { message, found: "a message family", remedy })
        }
    }
}

/// Names go into the file as they are.
///
/// # Errors
///
/// If protobuf does not allow it.
pub(super) fn check_name(name: &str) -> Result<(), SchemaError> {
    let mut characters = name.chars();
    let begins = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if begins && characters.all(|character| character.is_ascii_alphanumeric() || character == '_') {
        return Ok(());
    }
    Err(SchemaError::Name { language: LANGUAGE, name: name.to_owned() })
}

/// Where an error is.
pub(super) fn place(message: &'static str, field: &str) -> Place {
    Place { language: LANGUAGE, message, field: field.to_owned() }
}

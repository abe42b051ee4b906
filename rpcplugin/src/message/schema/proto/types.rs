//! The type of a field.

use std::collections::BTreeSet;

use super::definition::Imports;
use crate::message::Layout;
use crate::message::schema::error::Place;
use crate::message::schema::names::{entry_name, field_name};
use crate::message::schema::words::{integer_word, type_words};
use crate::message::schema::{
    FieldSchema, MessageSchema, NumberEncoding, SchemaError, ShapeSchema, TypeSchema,
};

/// How what lies outside a message is named in it. Protobuf looks for a name from the inside out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) package: &'a str,
    /// How the package `google` is named in this file.
    pub(super) google: &'static str,
}

/// Says types, and remembers what they need.
#[derive(Debug)]
pub(super) struct Types<'a> {
    scope: Scope<'a>,
    /// What protobuf puts into the message by itself, one for each map.
    entries: BTreeSet<String>,
    pub(super) held: Vec<&'static MessageSchema>,
    pub(super) imports: Imports,
}

impl<'a> Types<'a> {
    /// For a message with these fields.
    pub(super) fn new(scope: Scope<'a>, fields: &[FieldSchema]) -> Self {
        let maps = fields.iter().filter(|field| matches!(field.ty, TypeSchema::Map(..)));
        let entries = maps.map(|field| entry_name(&field_name(field.name))).collect();
        Self { scope, entries, held: Vec::new(), imports: Imports::default() }
    }

    /// A field: how often the value comes, and what it is.
    ///
    /// # Errors
    ///
    /// If protobuf does not have it.
    pub(super) fn of_field(
        &mut self,
        ty: &TypeSchema,
        encoding: NumberEncoding,
        place: &Place,
    ) -> Result<String, SchemaError> {
        match ty {
            TypeSchema::Optional(value) => Ok(format!("optional {}", self.of_value(value, encoding, place)?)),
            TypeSchema::List(item) if item.is_byte() => Ok("bytes".into()),
            TypeSchema::List(item) | TypeSchema::Set(item) => {
                Ok(format!("repeated {}", self.of_value(item, encoding, place)?))
            }
            TypeSchema::Map(key, value) => {
                let key = self.of_key(key, place)?;
                Ok(format!("map<{key}, {}>", self.of_value(value, NumberEncoding::Plain, place)?))
            }
            value => self.of_value(value, encoding, place),
        }
    }

    /// A value that comes once.
    ///
    /// # Errors
    ///
    /// If protobuf does not have it.
    pub(super) fn of_value(
        &mut self,
        ty: &TypeSchema,
        encoding: NumberEncoding,
        place: &Place,
    ) -> Result<String, SchemaError> {
        Ok(match ty {
            TypeSchema::Bool => "bool".into(),
            TypeSchema::Integer { bits: bits @ (32 | 64), signed, .. } => {
                integer(*bits, *signed, encoding, place)?
            }
            TypeSchema::Float { bits: 32 } => "float".into(),
            TypeSchema::Float { bits: 64 } => "double".into(),
            TypeSchema::Text => "string".into(),
            TypeSchema::Bytes => "bytes".into(),
            TypeSchema::List(item) if item.is_byte() => "bytes".into(),
            TypeSchema::Duration => {
                self.imports.duration = true;
                format!("{}.protobuf.Duration", self.scope.google)
            }
            TypeSchema::Timestamp => {
                self.imports.timestamp = true;
                format!("{}.protobuf.Timestamp", self.scope.google)
            }
            TypeSchema::Message(schema) => self.of_message(schema(), place)?,
            other => return Err(place.unsupported(format!("`{}`", type_words(other)), remedy(other))),
        })
    }

    fn of_key(&mut self, ty: &TypeSchema, place: &Place) -> Result<String, SchemaError> {
        match ty {
            TypeSchema::Bool | TypeSchema::Integer { .. } | TypeSchema::Text => {
                self.of_value(ty, NumberEncoding::Plain, place)
            }
            other => {
                let found = format!("a map whose keys are `{}`", type_words(other));
                Err(place
                    .unsupported(found, "take integers, `bool` or `String` as keys, or a list of messages"))
            }
        }
    }

    /// The name of a message, from the outermost package on where it would mean something else: an entry of a map, or a
    /// word of the language. These all begin with a small letter.
    fn refer(&self, name: &str) -> String {
        let is_other =
            self.entries.contains(name) || name.starts_with(|first: char| first.is_ascii_lowercase());
        match (is_other, self.scope.package) {
            (false, _) => name.to_owned(),
            (true, "") => format!(".{name}"),
            (true, package) => format!(".{package}.{name}"),
        }
    }

    fn of_message(&mut self, schema: &'static MessageSchema, place: &Place) -> Result<String, SchemaError> {
        let name = schema.name;
        match (schema.layout, schema.shape) {
            (_, ShapeSchema::Enum(choice)) if choice.oneof => {
                let remedy = "make it the type of a field, alone or in an `Option`, or put it into a message of its own";
                Err(place.unsupported(format!("the `oneof` `{name}` within another type"), remedy))
            }
            (_, ShapeSchema::Enum(_)) | (Layout::Tagged, ShapeSchema::Struct { .. }) => {
                self.held.push(schema);
                Ok(self.refer(name))
            }
            (Layout::Packed | Layout::Framed, ShapeSchema::Struct { .. }) => {
                let remedy =
                    "give each field of that message an id, or make it `Vec<u8>` and encode it by itself";
                Err(place.unsupported(format!("the packed message `{name}`"), remedy))
            }
            (_, ShapeSchema::Family(_)) => {
                let remedy = "declare a message with a `oneof` instead";
                Err(place.unsupported(format!("the message family `{name}`"), remedy))
            }
        }
    }
}

fn integer(bits: u32, signed: bool, encoding: NumberEncoding, place: &Place) -> Result<String, SchemaError> {
    Ok(match (encoding, signed) {
        (NumberEncoding::Plain, false) => format!("uint{bits}"),
        (NumberEncoding::Plain, true) => format!("int{bits}"),
        (NumberEncoding::ZigZag, true) => format!("sint{bits}"),
        (NumberEncoding::FixedWidth, false) => format!("fixed{bits}"),
        (NumberEncoding::FixedWidth, true) => format!("sfixed{bits}"),
        (NumberEncoding::ZigZag, false) => {
            let found = format!("`{}` as zigzag", integer_word(bits, signed));
            return Err(place.unsupported(found, "leave the encoding out: the number is never negative"));
        }
    })
}

/// What to write instead of a type that protobuf does not have.
fn remedy(ty: &TypeSchema) -> &'static str {
    match ty {
        TypeSchema::Integer { bits: 128, .. } => "write `Vec<u8>` and put 16 bytes into it",
        TypeSchema::Integer { signed: true, .. } => "write `i32`",
        TypeSchema::Integer { .. } | TypeSchema::Char => "write `u32`",
        TypeSchema::Float { .. } => "write `f32`",
        TypeSchema::Array(..) => "write `Vec<T>`: protobuf has no fixed lengths",
        TypeSchema::Tuple(_) => "write a message of its own, with an id on each field",
        _ => "put the inner one into a message of its own",
    }
}

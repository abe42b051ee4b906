//! The type of a field.

use std::collections::BTreeSet;

use super::kind::Kind;
use super::model::{Count, Type};
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

impl Scope<'_> {
    /// The name from the outermost package on, with a dot before it.
    pub(super) fn full(&self, name: &str) -> String {
        match self.package {
            "" => format!(".{name}"),
            package => format!(".{package}.{name}"),
        }
    }

    /// The name of a message of the file, from the outermost package on where it would mean something else: something that
    /// stands nearer, or a word of the language. These all begin with a small letter.
    pub(super) fn refer(&self, name: &str, is_hidden: bool) -> String {
        if is_hidden || name.starts_with(|first: char| first.is_ascii_lowercase()) {
            self.full(name)
        } else {
            name.to_owned()
        }
    }

    /// The full name of something in the package `google`.
    pub(super) fn google(&self, full: &str) -> String {
        format!("{}{}", self.google, full.strip_prefix("google").unwrap_or(full))
    }
}

/// Says types, and remembers what they need.
#[derive(Debug)]
pub(super) struct Types<'a> {
    scope: Scope<'a>,
    /// What protobuf puts into the message by itself, one for each map.
    entries: BTreeSet<String>,
    pub(super) held: Vec<&'static MessageSchema>,
    /// The full names of messages that files of protobuf itself bring.
    pub(super) brought: Vec<String>,
}

impl<'a> Types<'a> {
    /// For a message with these fields.
    pub(super) fn new(scope: Scope<'a>, fields: &[FieldSchema]) -> Self {
        let maps = fields.iter().filter(|field| matches!(field.ty, TypeSchema::Map(..)));
        let entries = maps.map(|field| entry_name(&field_name(field.name))).collect();
        Self { scope, entries, held: Vec::new(), brought: Vec::new() }
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
    ) -> Result<(Count, Type), SchemaError> {
        Ok(match ty {
            TypeSchema::Optional(value) => (Count::Optional, self.of_value(value, encoding, place)?),
            TypeSchema::List(item) if item.is_byte() => (Count::Once, Type::scalar(Kind::Bytes)),
            TypeSchema::List(item) | TypeSchema::Set(item) => {
                (Count::Repeated, self.of_value(item, encoding, place)?)
            }
            TypeSchema::Map(key, value) => {
                let key = self.of_key(key, place)?;
                (Count::Map(key), self.of_value(value, NumberEncoding::Plain, place)?)
            }
            value => (Count::Once, self.of_value(value, encoding, place)?),
        })
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
    ) -> Result<Type, SchemaError> {
        Ok(Type::scalar(match ty {
            TypeSchema::Bool => Kind::Bool,
            TypeSchema::Integer { bits: bits @ (32 | 64), signed, .. } => {
                integer(*bits, *signed, encoding, place)?
            }
            TypeSchema::Float { bits: 32 } => Kind::Float,
            TypeSchema::Float { bits: 64 } => Kind::Double,
            TypeSchema::Text => Kind::String,
            TypeSchema::Bytes => Kind::Bytes,
            TypeSchema::List(item) if item.is_byte() => Kind::Bytes,
            TypeSchema::Duration => return Ok(self.of_google("Duration")),
            TypeSchema::Timestamp => return Ok(self.of_google("Timestamp")),
            TypeSchema::Message(schema) => return self.of_message(schema(), place),
            other => return Err(place.unsupported(format!("`{}`", type_words(other)), remedy(other))),
        }))
    }

    fn of_key(&mut self, ty: &TypeSchema, place: &Place) -> Result<Type, SchemaError> {
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

    /// A message that protobuf itself brings.
    fn of_google(&mut self, name: &str) -> Type {
        let full = format!("google.protobuf.{name}");
        let written = self.scope.google(&full);
        self.brought.push(full.clone());
        Type { kind: Kind::Message, written, full: format!(".{full}") }
    }

    fn of_message(&mut self, schema: &'static MessageSchema, place: &Place) -> Result<Type, SchemaError> {
        let name = schema.name;
        match (schema.layout, schema.shape) {
            (_, ShapeSchema::Enum(choice)) if choice.oneof => {
                let remedy = "make it the type of a field, alone or in an `Option`, or put it into a message of its own";
                Err(place.unsupported(format!("the `oneof` `{name}` within another type"), remedy))
            }
            (_, ShapeSchema::Enum(_)) | (Layout::Tagged, ShapeSchema::Struct { .. }) => {
                self.held.push(schema);
                let kind =
                    if matches!(schema.shape, ShapeSchema::Enum(_)) { Kind::Enum } else { Kind::Message };
                let full = self.scope.full(name);
                // An entry of a map, which stands nearer.
                let is_hidden = self.entries.contains(name);
                Ok(Type { kind, written: self.scope.refer(name, is_hidden), full })
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

fn integer(bits: u32, signed: bool, encoding: NumberEncoding, place: &Place) -> Result<Kind, SchemaError> {
    let of = |short, long| if bits == 32 { short } else { long };
    Ok(match (encoding, signed) {
        (NumberEncoding::Plain, false) => of(Kind::Uint32, Kind::Uint64),
        (NumberEncoding::Plain, true) => of(Kind::Int32, Kind::Int64),
        (NumberEncoding::ZigZag, true) => of(Kind::Sint32, Kind::Sint64),
        (NumberEncoding::FixedWidth, false) => of(Kind::Fixed32, Kind::Fixed64),
        (NumberEncoding::FixedWidth, true) => of(Kind::Sfixed32, Kind::Sfixed64),
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

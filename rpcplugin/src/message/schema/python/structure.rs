//! The payload of a message as a flat list of fields.

use super::LANGUAGE;
use super::kinds::{Kind, integer, kind};
use crate::limits::PYTHON_FIELDS_MAX;
use crate::message::schema::error::Place;
use crate::message::schema::names::{Names, field_name};
use crate::message::schema::walk::address;
use crate::message::schema::{
    EnumSchema, FieldPlace, FieldSchema, MessageSchema, SchemaError, ShapeSchema, TypeSchema, VariantSchema,
};

/// A field as the package knows it.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) kind: Kind,
    /// Where it comes from, for an error.
    place: Place,
}

/// The fields of a message, or why the package does not know one of them.
pub(super) fn structure(message: &VariantSchema, place: &Place) -> Result<Vec<Field>, SchemaError> {
    let mut flat = Flat { fields: Vec::new(), names: Names::new(LANGUAGE), enclosing: Vec::new() };
    match message.only_message() {
        Some((field, schema)) => {
            refuse_between(&field.place, place)?;
            flat.message("", schema, place)?;
        }
        None => flat.fields("", message.fields, place)?,
    }
    check_lengths(message, &flat.fields, place)?;
    Ok(flat.fields)
}

/// The package has its own rule which frames have a length: those with text or bytes that are not of a fixed length.
fn check_lengths(message: &VariantSchema, fields: &[Field], place: &Place) -> Result<(), SchemaError> {
    if fields.iter().any(|field| matches!(field.kind, Kind::Counted { .. })) {
        let padded = fields.iter().find(|field| matches!(field.kind, Kind::Padded { .. }));
        return padded.map_or(Ok(()), |field| {
            Err(field.place.unsupported(
                "of a fixed length in a message that has a field of variable length",
                "declare it as `String` or `Vec<u8>` without `length`, or move it into another message",
            ))
        });
    }
    if message.size.is_some() {
        return Ok(());
    }
    let declared = match message.only_message().map(|(_, schema)| schema.shape) {
        Some(ShapeSchema::Struct { fields, .. }) => fields,
        _ => message.fields,
    };
    let first = declared.iter().find(|field| field.ty.size(&field.place).is_none());
    let place = first.map_or_else(|| place.clone(), |field| place.within(field.name));
    Err(place.unsupported(
        "why its frame has a length, which frames have for text and bytes only",
        "leave out generics and skipped fields of enums, and arrays without items",
    ))
}

#[derive(Debug)]
struct Flat {
    fields: Vec<Field>,
    names: Names,
    /// The messages that are being opened, by their addresses.
    enclosing: Vec<usize>,
}

impl Flat {
    fn message(&mut self, outer: &str, schema: &MessageSchema, place: &Place) -> Result<(), SchemaError> {
        let found = |found: &str| format!("the message `{}`, {found}", schema.name);
        let ShapeSchema::Struct { fields, magic, extensible, .. } = schema.shape else {
            return Err(place.unsupported(found("which is a family"), "take its messages one by one"));
        };
        if !magic.is_empty() {
            return Err(place.unsupported(found("which begins with constant bytes"), AS_FIELD));
        }
        if extensible {
            return Err(place.unsupported(found("which is extensible"), "leave `extensible` out"));
        }
        if self.enclosing.contains(&address(schema)) {
            return Err(
                place.unsupported(found("which holds itself"), "send its parts as messages of their own")
            );
        }
        self.enclosing.push(address(schema));
        let added = self.fields(outer, fields, place);
        self.enclosing.pop();
        added
    }

    fn fields(&mut self, outer: &str, fields: &[FieldSchema], place: &Place) -> Result<(), SchemaError> {
        for field in fields {
            let place = place.within(field.name);
            refuse_between(&field.place, &place)?;
            let name = if outer.is_empty() { field_name(field.name) } else { join(outer, field.name) };
            self.value(&name, field.docs, &field.ty, &field.place, &place)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        name: &str,
        docs: &str,
        ty: &TypeSchema,
        form: &FieldPlace,
        place: &Place,
    ) -> Result<(), SchemaError> {
        // An array of what has no bytes may have any length.
        if ty.size(form) == Some(0) {
            return Ok(());
        }
        match ty {
            TypeSchema::Array(item, length) if item.is_byte() => {
                self.add(name, docs, Kind::Padded { python: "bytes", length: *length }, place)
            }
            TypeSchema::Array(item, length) => {
                self.values(name, docs, std::iter::repeat_n(*item, *length), form, place)
            }
            TypeSchema::Tuple(parts) => self.values(name, docs, parts.iter(), form, place),
            TypeSchema::Message(schema) => match schema().shape {
                ShapeSchema::Enum(choice) => self.choice(name, docs, schema(), &choice, place),
                ShapeSchema::Struct { .. } | ShapeSchema::Family(_) => {
                    let before = self.fields.len();
                    self.message(name, schema(), place)?;
                    self.document(before, docs);
                    Ok(())
                }
            },
            single => self.add(name, docs, kind(single, form, place)?, place),
        }
    }

    /// The items of an array or a tuple.
    fn values<'a>(
        &mut self,
        name: &str,
        docs: &str,
        types: impl Iterator<Item = &'a TypeSchema>,
        form: &FieldPlace,
        place: &Place,
    ) -> Result<(), SchemaError> {
        let before = self.fields.len();
        for (index, ty) in types.enumerate() {
            let index = index.to_string();
            self.value(&join(name, &index), "", ty, form, &place.within(&index))?;
        }
        self.document(before, docs);
        Ok(())
    }

    fn choice(
        &mut self,
        name: &str,
        docs: &str,
        schema: &MessageSchema,
        choice: &EnumSchema,
        place: &Place,
    ) -> Result<(), SchemaError> {
        if !choice.is_plain() || choice.oneof {
            let found = format!("the enum `{}`, whose variants have a payload", schema.name);
            let remedy = "make a message of each variant, or send the payload as `Vec<u8>`";
            return Err(place.unsupported(found, remedy));
        }
        let bits = u32::try_from(choice.id_bytes.saturating_mul(8)).unwrap_or(u32::MAX);
        let format = integer(bits, choice.id_signed, choice.big_endian, place)?;
        let ids = choice.variants.iter().filter_map(|variant| {
            let id = variant.id?;
            Some(format!("{id} = {}", variant.name))
        });
        let ids = ids.collect::<Vec<_>>().join(", ");
        let docs = if docs.is_empty() { ids } else { format!("{docs}\n{ids}") };
        self.add(name, &docs, Kind::Number { python: "int", format }, place)
    }

    fn add(&mut self, name: &str, docs: &str, kind: Kind, place: &Place) -> Result<(), SchemaError> {
        if self.fields.len() >= PYTHON_FIELDS_MAX {
            let found = format!("behind {PYTHON_FIELDS_MAX} other fields of one message");
            return Err(place.unsupported(found, "send long arrays as `Vec<u8>`"));
        }
        self.names.take(name.to_owned(), &place.field)?;
        let (name, docs, place) = (name.to_owned(), docs.to_owned(), place.clone());
        self.fields.push(Field { name, docs, kind, place });
        Ok(())
    }

    /// Puts documentation before the first of the fields that one field became.
    fn document(&mut self, first: usize, docs: &str) {
        if let Some(field) = self.fields.get_mut(first).filter(|_| !docs.is_empty()) {
            field.docs =
                if field.docs.is_empty() { docs.to_owned() } else { format!("{docs}\n{}", field.docs) };
        }
    }
}

fn join(outer: &str, name: &str) -> String {
    format!("{outer}_{name}")
}

fn refuse_between(form: &FieldPlace, place: &Place) -> Result<(), SchemaError> {
    if !form.magic.is_empty() {
        return Err(place.unsupported("behind constant bytes", AS_FIELD));
    }
    if form.pad_before > 0 || form.pad_after > 0 {
        return Err(place.unsupported("beside zeros", AS_FIELD));
    }
    if let Some(version) = form.since {
        let remedy = "leave `since` out, or make a new message with the field";
        return Err(place.unsupported(format!("absent before version {version}"), remedy));
    }
    Ok(())
}

/// What to do about bytes that belong to no field.
const AS_FIELD: &str = "declare the bytes as a field, `[u8; N]`";

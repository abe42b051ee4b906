//! The variants of an enum and the messages of a family.

use super::grid::Grid;
use super::rows::Rows;
use crate::message::schema::names::one_line;
use crate::message::schema::words::bytes_words;
use crate::message::schema::{EnumSchema, FamilySchema, MessageSchema, ShapeSchema, VariantSchema};

/// The ids of an enum, then each payload.
pub(super) fn of_choice(
    schema: &MessageSchema,
    choice: &EnumSchema,
    held: &mut Vec<&'static MessageSchema>,
) -> Vec<String> {
    let ids = list(choice.variants, choice.is_plain());
    if choice.is_plain() {
        let total = schema.size.map(|bytes| format!("total: {}\n", bytes_words(bytes)));
        return vec![ids + &total.unwrap_or_default()];
    }
    let mut tables = vec![ids];
    for variant in choice.variants.iter().filter(|variant| !variant.fields.is_empty()) {
        let Some(id) = variant.id else { continue };
        let mut rows = Rows::new(held);
        rows.number("id", choice.id_bytes, (choice.id_signed, choice.big_endian), id.to_string());
        payload(variant, &mut rows);
        let total = variant.size.map(|payload| payload.saturating_add(choice.id_bytes));
        tables.push(format!("{}::{}\n{}", schema.name, variant.name, rows.to_text(total)));
    }
    tables
}

/// The messages of a family, then each frame.
pub(super) fn of_family(
    name: &str,
    family: &FamilySchema,
    held: &mut Vec<&'static MessageSchema>,
) -> Vec<String> {
    let mut tables = vec![list(family.messages, false)];
    for message in family.messages {
        let mut rows = Rows::new(held);
        let id = message.id.map_or_else(|| "every other".to_owned(), |id| id.to_string());
        rows.number("header", family.header_bytes, (false, family.big_endian), id);
        if message.size.is_none() {
            rows.number("length", LENGTH_BYTES, (false, true), "of the payload".to_owned());
        }
        payload(message, &mut rows);
        // Whoever does not know a message answers with a header, and with nothing else.
        let checksum = if family.is_not_found(message) { 0 } else { family.checksum_bytes };
        rows.constant(checksum, "-", "bytes".to_owned(), "checksum", "of all that is before it".to_owned());
        let around = family.header_bytes.saturating_add(checksum);
        let total = message.size.map(|payload| payload.saturating_add(around));
        tables.push(format!("{name}::{}\n{}", message.name, rows.to_text(total)));
    }
    tables
}

fn payload(variant: &VariantSchema, rows: &mut Rows<'_>) {
    let Some((field, schema)) = variant.only_message() else {
        rows.fields("", variant.fields);
        return;
    };
    if let ShapeSchema::Struct { fields, magic, .. } = schema.shape {
        rows.around(field, |rows| {
            rows.magic(magic);
            rows.fields("", fields);
        });
    }
}

/// The ids of variants; of plain ones without a column for the payload.
fn list(variants: &[VariantSchema], plain: bool) -> String {
    let mut with_payload = Grid::new(["id", "name", "payload", "notes"]);
    let mut without = Grid::new(["id", "name", "notes"]);
    for variant in variants {
        let id = variant.id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        let payload = match variant.id {
            Some(_) => variant.size.map_or_else(|| "..".to_owned(), |size| size.to_string()),
            None => "-".to_owned(),
        };
        let mut notes = one_line(variant.docs);
        if variant.id.is_none() {
            notes = format!("{notes} [every other id]").trim_start().to_owned();
        }
        without.add([id.clone(), variant.name.to_owned(), notes.clone()]);
        with_payload.add([id, variant.name.to_owned(), payload, notes]);
    }
    if plain { without.to_text() } else { with_payload.to_text() }
}

/// What a frame of a family says the length of its payload with.
const LENGTH_BYTES: usize = 4;

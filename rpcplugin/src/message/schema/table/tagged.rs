//! What has ids instead of places.

use super::cells;
use super::grid::Grid;
use crate::message::schema::names::one_line;
use crate::message::schema::words::{id_ranges, type_words};
use crate::message::schema::{FieldSchema, MessageSchema, TypeSchema, VariantSchema};

/// The fields of a tagged message by their ids.
pub(super) fn fields(
    fields: &[FieldSchema],
    reserved: &[(u32, u32)],
    held: &mut Vec<&'static MessageSchema>,
) -> String {
    let mut grid = Grid::new(["id", "type", "name", "notes"]);
    for field in fields {
        let id = if field.id == 0 { "-".to_owned() } else { field.id.to_string() };
        grid.add([id, type_words(&field.ty), field.name.to_owned(), cells::notes(field)]);
        field.ty.messages(&mut |schema| held.push(schema()));
    }
    let mut text = grid.to_text();
    if !reserved.is_empty() {
        text.push_str(&format!("reserved: {}\n", id_ranges(reserved)));
    }
    text
}

/// The variants of a `oneof`: each is a field of the message that has it.
pub(super) fn oneof(variants: &[VariantSchema], held: &mut Vec<&'static MessageSchema>) -> String {
    let mut grid = Grid::new(["id", "type", "name", "notes"]);
    for variant in variants {
        let id = variant.id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        let ty = variant.fields.iter().map(|field| type_words(&field.ty)).collect::<Vec<_>>().join(", ");
        grid.add([id, ty, variant.name.to_owned(), one_line(variant.docs)]);
        let types = variant.fields.iter().map(|field| &field.ty);
        types.for_each(|ty: &TypeSchema| ty.messages(&mut |schema| held.push(schema())));
    }
    grid.to_text()
}

//! Where the fields of a packed message lie.

use super::cells;
use super::grid::Grid;
use crate::message::schema::words::{bytes_words, hexadecimal, number_word, type_words};
use crate::message::schema::{FieldSchema, MessageSchema, ShapeSchema, TypeSchema};

/// The rows of one table, from the first byte on.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    /// The messages that need a table of their own.
    held: &'a mut Vec<&'static MessageSchema>,
    grid: Grid<6>,
    at: Offset,
}

/// The next byte.
#[derive(Debug, Clone, Copy)]
enum Offset {
    /// From the start of the message.
    Exact(usize),
    /// From the end of the last field whose length is not always the same.
    Behind(usize),
}

impl<'a> Rows<'a> {
    pub(super) fn new(held: &'a mut Vec<&'static MessageSchema>) -> Self {
        let grid = Grid::new(["offset", "size", "order", "type", "name", "notes"]);
        Self { held, grid, at: Offset::Exact(0) }
    }

    /// A number that the layout itself puts here: an id, a header, a length.
    pub(super) fn number(&mut self, name: &str, bytes: usize, (signed, big): (bool, bool), notes: String) {
        let order = cells::number_order(bytes, big);
        self.constant(bytes, order, number_word(bytes, signed), name, notes);
    }

    /// Bytes that the layout itself puts here.
    pub(super) fn constant(&mut self, bytes: usize, order: &str, ty: String, name: &str, notes: String) {
        if bytes > 0 {
            self.row(&bytes.to_string(), order, ty, name, notes);
            self.advance(Some(bytes));
        }
    }

    pub(super) fn magic(&mut self, bytes: &[u8]) {
        let mut notes = hexadecimal(bytes, " ");
        if let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.bytes().all(is_printable)) {
            notes.push_str(&format!(" {text:?}"));
        }
        self.constant(bytes.len(), "-", "magic".into(), "-", notes);
    }

    /// Fields, whose names get `outer` before them.
    pub(super) fn fields(&mut self, outer: &str, fields: &[FieldSchema]) {
        for field in fields {
            self.around(field, |rows| rows.value(outer, field));
        }
    }

    /// What a field has around its value.
    pub(super) fn around(&mut self, field: &FieldSchema, value: impl FnOnce(&mut Self)) {
        self.constant(field.place.pad_before, "-", "zeros".into(), "-", String::new());
        self.magic(field.place.magic);
        value(self);
        self.constant(field.place.pad_after, "-", "zeros".into(), "-", String::new());
    }

    fn value(&mut self, outer: &str, field: &FieldSchema) {
        let (ty, place) = (&field.ty, &field.place);
        let name = format!("{outer}{}", field.name);
        let size = cells::size(ty, place);
        self.row(&size, cells::order(ty, place), type_words(ty), &name, cells::notes(field));
        let bytes = ty.size(place);
        if let Some(schema) = opened(ty, bytes) {
            let ShapeSchema::Struct { fields, magic, .. } = schema.shape else { return };
            self.magic(magic);
            self.fields(&format!("{name}."), fields);
            return;
        }
        self.advance(bytes);
        ty.messages(&mut |schema| self.held.push(schema()));
    }

    fn row(&mut self, size: &str, order: &str, ty: String, name: &str, notes: String) {
        let offset = match self.at {
            Offset::Exact(offset) => offset.to_string(),
            Offset::Behind(offset) => format!("+{offset}"),
        };
        self.grid.add([offset, size.to_owned(), order.to_owned(), ty, name.to_owned(), notes]);
    }

    fn advance(&mut self, bytes: Option<usize>) {
        self.at = match (self.at, bytes) {
            (Offset::Exact(offset), Some(bytes)) => Offset::Exact(offset.saturating_add(bytes)),
            (Offset::Behind(offset), Some(bytes)) => Offset::Behind(offset.saturating_add(bytes)),
            (_, None) => Offset::Behind(0),
        };
    }

    /// The table, and its last line, if the size is always the same.
    pub(super) fn to_text(&self, size: Option<usize>) -> String {
        let total = size.map(|bytes| format!("total: {}\n", bytes_words(bytes)));
        self.grid.to_text() + &total.unwrap_or_default()
    }
}

/// A message whose fields are shown where it lies. One without a byte has nothing to show.
fn opened(ty: &TypeSchema, bytes: Option<usize>) -> Option<&'static MessageSchema> {
    let TypeSchema::Message(schema) = ty else { return None };
    let schema = schema();
    let is_struct = matches!(schema.shape, ShapeSchema::Struct { .. });
    bytes.filter(|bytes| *bytes > 0 && is_struct).map(|_| schema)
}

fn is_printable(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

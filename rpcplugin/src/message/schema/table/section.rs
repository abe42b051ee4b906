//! One message: a heading, its documentation, its tables.

use super::cells;
use super::rows::Rows;
use super::{tagged, variants};
use crate::message::Layout;
use crate::message::schema::names::one_line;
use crate::message::schema::words::number_word;
use crate::message::schema::{MessageSchema, ShapeSchema};

/// The text of a message, and the messages that it refers to.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) text: String,
    pub(super) held: Vec<&'static MessageSchema>,
}

pub(super) fn section(schema: &MessageSchema) -> Section {
    let mut held = Vec::new();
    let (kind, tables) = match schema.shape {
        // A struct without fields is of either layout.
        ShapeSchema::Struct { fields: [], magic: [], extensible: false, reserved: [], .. } => {
            ("message without fields".to_owned(), vec!["total: 0 bytes\n".to_owned()])
        }
        ShapeSchema::Struct { fields, reserved, .. } if schema.layout == Layout::Tagged => {
            ("tagged message".to_owned(), vec![tagged::fields(fields, reserved, &mut held)])
        }
        ShapeSchema::Struct { fields, magic, extensible, prefix, .. } => {
            let mut rows = Rows::new(&mut held);
            rows.magic(magic);
            rows.fields("", fields);
            let length = number_word(prefix.bytes(), false);
            let kind = match extensible {
                true => format!("extensible packed message, within another behind a length ({length})"),
                false => "packed message".to_owned(),
            };
            (kind, vec![rows.to_text(schema.size)])
        }
        ShapeSchema::Enum(choice) if choice.oneof => {
            ("tagged oneof".to_owned(), vec![tagged::oneof(choice.variants, &mut held)])
        }
        ShapeSchema::Enum(choice) => {
            let order = order_words(choice.id_bytes, choice.big_endian);
            let id = number_word(choice.id_bytes, choice.id_signed);
            (format!("packed enum, id {id}{order}"), variants::of_choice(schema, &choice, &mut held))
        }
        ShapeSchema::Family(family) => {
            let order = order_words(family.header_bytes, family.big_endian);
            let header = number_word(family.header_bytes, false);
            let kind = match family.checksum_bytes {
                0 => format!("packed family, header {header}{order}"),
                bytes => format!("packed family, header {header}{order}, checksum {bytes} bytes"),
            };
            (kind, variants::of_family(schema.name, &family, &mut held))
        }
    };
    let mut parts = vec![heading(schema, &kind)];
    parts.extend(tables.into_iter().filter(|table| !table.is_empty()));
    Section { text: parts.join("\n"), held }
}

fn heading(schema: &MessageSchema, kind: &str) -> String {
    let mut heading = format!("{}: {kind}\n", schema.name);
    for line in schema.docs.lines() {
        heading.push_str(one_line(line).as_str());
        heading.push('\n');
    }
    heading
}

fn order_words(bytes: usize, big_endian: bool) -> String {
    match cells::number_order(bytes, big_endian) {
        "-" => String::new(),
        order => format!(" {order}"),
    }
}

//! What stands in a cell.

use crate::message::schema::names::one_line;
use crate::message::schema::{
    FieldPlace, FieldSchema, LengthPrefix, NumberEncoding, ShapeSchema, TypeSchema,
};

/// The size of a value, as `layout_table` explains it.
pub(super) fn size(ty: &TypeSchema, place: &FieldPlace) -> String {
    if let Some(size) = ty.size(place) {
        return size.to_string();
    }
    match ty {
        TypeSchema::Text | TypeSchema::Bytes => counted(place.prefix, Some(1)),
        TypeSchema::List(item) | TypeSchema::Set(item) => counted(place.prefix, item.size(place)),
        TypeSchema::Map(key, value) => {
            let entry = key.size(place).zip(value.size(place));
            counted(place.prefix, entry.map(|(key, value)| key.saturating_add(value)))
        }
        TypeSchema::Optional(value) => match value.size(place) {
            Some(size) => format!("1 or {}", size.saturating_add(1)),
            None => "1 + ..".into(),
        },
        TypeSchema::Message(schema) => match schema().shape {
            ShapeSchema::Struct { extensible: true, prefix, .. } => counted(prefix, Some(1)),
            ShapeSchema::Enum(choice) => format!("{} + ..", choice.id_bytes),
            ShapeSchema::Struct { .. } | ShapeSchema::Family(_) => "..".into(),
        },
        _ => "..".into(),
    }
}

fn counted(prefix: LengthPrefix, item: Option<usize>) -> String {
    let prefix = prefix.bytes();
    match item {
        Some(1) => format!("{prefix} + n"),
        Some(size) => format!("{prefix} + {size}n"),
        None => format!("{prefix} + .."),
    }
}

/// The byte order, where there is one.
pub(super) fn order(ty: &TypeSchema, place: &FieldPlace) -> &'static str {
    match is_big(ty, place) {
        Some(true) => "big",
        Some(false) => "little",
        None => "-",
    }
}

/// The byte order of a number of so many bytes.
pub(super) fn number_order(bytes: usize, big_endian: bool) -> &'static str {
    match (bytes, big_endian) {
        (0 | 1, _) => "-",
        (_, true) => "big",
        (_, false) => "little",
    }
}

fn is_big(ty: &TypeSchema, place: &FieldPlace) -> Option<bool> {
    let own = Some(place.big_endian);
    let length = (place.prefix.bytes() > 1).then_some(place.big_endian);
    match ty {
        TypeSchema::Bool | TypeSchema::Integer { bits: 8, .. } => None,
        TypeSchema::Integer { .. } | TypeSchema::Float { .. } | TypeSchema::Char => own,
        TypeSchema::Duration | TypeSchema::Timestamp => own,
        TypeSchema::Text | TypeSchema::Bytes if place.fixed_length.is_some() => None,
        TypeSchema::Text | TypeSchema::Bytes => length,
        TypeSchema::Array(inner, _) | TypeSchema::Optional(inner) => is_big(inner, place),
        TypeSchema::Tuple(parts) => parts.iter().find_map(|part| is_big(part, place)),
        TypeSchema::List(item) | TypeSchema::Set(item) => length.or_else(|| is_big(item, place)),
        TypeSchema::Map(key, value) => length.or_else(|| is_big(key, place)).or_else(|| is_big(value, place)),
        // Another message has its own.
        TypeSchema::Message(schema) => match schema().shape {
            ShapeSchema::Struct { extensible: true, prefix, big_endian, .. } => {
                (prefix.bytes() > 1).then_some(big_endian)
            }
            ShapeSchema::Enum(choice) => (choice.id_bytes > 1).then_some(choice.big_endian),
            ShapeSchema::Struct { .. } | ShapeSchema::Family(_) => None,
        },
    }
}

/// The documentation of a field, and in brackets what its type does not say.
pub(super) fn notes(field: &FieldSchema) -> String {
    let FieldPlace { max_len, since, encoding, fixed_length, .. } = field.place;
    let mut marks = Vec::new();
    if fixed_length.is_some() {
        marks.push("padded with zeros".to_owned());
    }
    marks.extend(max_len.map(|most| format!("max_len {most}")));
    marks.extend(since.map(|version| format!("since {version}")));
    if matches!(field.ty, TypeSchema::Integer { nonzero: true, .. }) {
        marks.push("not zero".to_owned());
    }
    match encoding {
        NumberEncoding::Plain => {}
        NumberEncoding::ZigZag => marks.push("zigzag".to_owned()),
        NumberEncoding::FixedWidth => marks.push("fixed width".to_owned()),
    }
    let docs = one_line(field.docs);
    match (docs.as_str(), marks.as_slice()) {
        (_, []) => docs,
        ("", marks) => format!("[{}]", marks.join(", ")),
        (docs, marks) => format!("{docs} [{}]", marks.join(", ")),
    }
}

//! What a message is, apart from the messages in it.

use crate::message::Layout;
use crate::message::schema::words::{hexadecimal, number_word};
use crate::message::schema::{
    FieldPlace, FieldSchema, LengthPrefix, MessageSchema, ShapeSchema, TypeSchema, VariantSchema,
};

/// Text with messages in between.
#[derive(Debug, Default)]
pub(super) struct Label {
    pub(super) parts: Vec<Part>,
}

#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Message(&'static MessageSchema),
}

impl Label {
    pub(super) fn new(schema: &MessageSchema) -> Self {
        let mut label = Self::default();
        match schema.shape {
            // What evolves by its ids is one layout, whatever its fields.
            ShapeSchema::Struct { fields: [_, ..], .. } if schema.layout == Layout::Tagged => {
                label.text("tagged")
            }
            ShapeSchema::Struct { fields, magic, extensible: false, .. } => label.body(magic, fields),
            ShapeSchema::Struct { fields, magic, prefix, big_endian, .. } => {
                let first: Vec<_> =
                    fields.iter().filter(|field| field.place.since.is_none()).copied().collect();
                let length = ordered(prefix.bytes(), number_word(prefix.bytes(), false), big_endian);
                label.text(&format!("extensible({length})"));
                label.body(magic, &first);
            }
            ShapeSchema::Enum(choice) if choice.oneof => label.text("tagged"),
            ShapeSchema::Enum(choice) => {
                let id = number_word(choice.id_bytes, choice.id_signed);
                label.text(&format!("enum({})", ordered(choice.id_bytes, id, choice.big_endian)));
                label.variants(choice.variants);
            }
            ShapeSchema::Family(family) => {
                let header = number_word(family.header_bytes, false);
                let header = ordered(family.header_bytes, header, family.big_endian);
                label.text(&format!("family({header},checksum({}))", family.checksum_bytes));
                label.variants(family.messages);
            }
        }
        label
    }

    fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    fn body(&mut self, magic: &[u8], fields: &[FieldSchema]) {
        let mut entries = Entries { label: self, between: "{" };
        entries.magic(magic);
        for field in fields {
            entries.zeros(field.place.pad_before);
            entries.magic(field.place.magic);
            entries.next().text(&format!("{}:", field.name));
            entries.label.value(&field.ty, &field.place);
            entries.zeros(field.place.pad_after);
        }
        entries.end();
    }

    fn variants(&mut self, variants: &[VariantSchema]) {
        let mut known: Vec<_> =
            variants.iter().filter_map(|variant| variant.id.map(|id| (id, variant))).collect();
        known.sort_by_key(|(id, _)| *id);
        let mut entries = Entries { label: self, between: "{" };
        for (id, variant) in known {
            entries.next().text(&format!("{id}={}", variant.name));
            if !variant.fields.is_empty() {
                entries.label.body(&[], variant.fields);
            }
        }
        entries.end();
    }

    fn value(&mut self, ty: &TypeSchema, place: &FieldPlace) {
        match ty {
            TypeSchema::Bool => self.text("bool"),
            TypeSchema::Integer { bits, signed, .. } => {
                let bytes = usize::try_from(bits / 8).unwrap_or(usize::MAX);
                self.text(&ordered(bytes, number_word(bytes, *signed), place.big_endian));
            }
            TypeSchema::Float { bits } => self.wide(&format!("f{bits}"), place),
            TypeSchema::Char => self.wide("char", place),
            TypeSchema::Duration => self.wide("duration", place),
            TypeSchema::Timestamp => self.wide("timestamp", place),
            TypeSchema::Text => self.run("text", place),
            TypeSchema::Bytes => self.run("bytes", place),
            TypeSchema::List(item) if item.is_byte() => self.run("bytes", place),
            TypeSchema::Array(item, length) => {
                self.several("[", &[**item], place);
                self.text(&format!(";{length}]"));
            }
            TypeSchema::Tuple(parts) => {
                self.several("(", parts, place);
                self.text(")");
            }
            TypeSchema::Optional(value) => self.with_types("optional", &[**value], place),
            TypeSchema::List(item) => self.with_types(&counted("list", place), &[**item], place),
            TypeSchema::Set(item) => self.with_types(&counted("set", place), &[**item], place),
            TypeSchema::Map(key, value) => self.with_types(&counted("map", place), &[**key, **value], place),
            TypeSchema::Message(schema) => self.parts.push(Part::Message(schema())),
        }
    }

    fn wide(&mut self, name: &str, place: &FieldPlace) {
        self.text(&format!("{name}{}", order(place.big_endian)));
    }

    fn run(&mut self, name: &str, place: &FieldPlace) {
        match place.fixed_length {
            Some(length) => self.text(&format!("{name}[{length}]")),
            None => self.text(&counted(name, place)),
        }
    }

    fn with_types(&mut self, name: &str, types: &[TypeSchema], place: &FieldPlace) {
        self.several(&format!("{name}<"), types, place);
        self.text(">");
    }

    fn several(&mut self, before: &str, types: &[TypeSchema], place: &FieldPlace) {
        self.text(before);
        for (index, ty) in types.iter().enumerate() {
            if index > 0 {
                self.text(",");
            }
            self.value(ty, place);
        }
    }
}

/// What stands between braces.
struct Entries<'a> {
    label: &'a mut Label,
    between: &'static str,
}

impl Entries<'_> {
    fn next(&mut self) -> &mut Label {
        self.label.text(self.between);
        self.between = ",";
        self.label
    }

    fn magic(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.next().text(&format!("magic({})", hexadecimal(bytes, "")));
        }
    }

    fn zeros(&mut self, bytes: usize) {
        if bytes > 0 {
            self.next().text(&format!("zeros({bytes})"));
        }
    }

    fn end(self) {
        self.label.text(if self.between == "{" { "{}" } else { "}" });
    }
}

/// A name, and the length or the count before the value.
fn counted(name: &str, place: &FieldPlace) -> String {
    format!("{name}({})", length(place.prefix, place.big_endian))
}

fn length(prefix: LengthPrefix, big_endian: bool) -> String {
    ordered(prefix.bytes(), number_word(prefix.bytes(), false), big_endian)
}

/// A number with its byte order; one byte has none.
fn ordered(bytes: usize, name: String, big_endian: bool) -> String {
    if bytes > 1 { name + order(big_endian) } else { name }
}

fn order(big_endian: bool) -> &'static str {
    if big_endian { "be" } else { "le" }
}

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
                label.variants(choice.variants.iter(), |_| "");
            }
            ShapeSchema::Family(family) => {
                let header = number_word(family.header_bytes, false);
                let header = ordered(family.header_bytes, header, family.big_endian);
                label.text(&format!("family({header},checksum({}))", family.checksum_bytes));
                // Whether a side has a word of its own for `NOT_FOUND` changes no frame.
                let messages = family.messages.iter().filter(|message| !family.is_not_found(message));
                label.variants(messages, |message| if message.size.is_none() { FRAME_LENGTH } else { "" });
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
        let mut entries = Entries::new(self);
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

    /// `length` is what stands before a payload.
    fn variants(
        &mut self,
        variants: impl Iterator<Item = &'static VariantSchema>,
        length: impl Fn(&VariantSchema) -> &'static str,
    ) {
        let mut known: Vec<_> = variants.filter_map(|variant| Some((variant.id?, variant))).collect();
        known.sort_by_key(|(id, _)| *id);
        let mut entries = Entries::new(self);
        for (id, variant) in known {
            entries.next().text(&format!("{id}={}{}", variant.name, length(variant)));
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
            TypeSchema::Array(item, length) if item.is_byte() => self.text(&format!("bytes[{length}]")),
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
    gap: Gap,
}

/// Bytes of no field that are not written yet. Those beside each other are one: the bytes do not say at which field they
/// were declared.
enum Gap {
    Nothing,
    Zeros(usize),
    Magic(Vec<u8>),
}

impl<'a> Entries<'a> {
    fn new(label: &'a mut Label) -> Self {
        Self { label, between: "{", gap: Gap::Nothing }
    }

    /// For a field or a variant.
    fn next(&mut self) -> &mut Label {
        self.close_gap();
        self.entry()
    }

    fn magic(&mut self, bytes: &[u8]) {
        match &mut self.gap {
            Gap::Magic(before) => before.extend_from_slice(bytes),
            Gap::Nothing | Gap::Zeros(_) if bytes.is_empty() => {}
            Gap::Nothing | Gap::Zeros(_) => {
                self.close_gap();
                self.gap = Gap::Magic(bytes.to_owned());
            }
        }
    }

    fn zeros(&mut self, bytes: usize) {
        match &mut self.gap {
            Gap::Zeros(before) => *before = before.saturating_add(bytes),
            Gap::Nothing | Gap::Magic(_) if bytes == 0 => {}
            Gap::Nothing | Gap::Magic(_) => {
                self.close_gap();
                self.gap = Gap::Zeros(bytes);
            }
        }
    }

    fn end(mut self) {
        self.close_gap();
        self.label.text(if self.between == "{" { "{}" } else { "}" });
    }

    fn close_gap(&mut self) {
        let text = match std::mem::replace(&mut self.gap, Gap::Nothing) {
            Gap::Nothing => return,
            Gap::Zeros(bytes) => format!("zeros({bytes})"),
            Gap::Magic(bytes) => format!("magic({})", hexadecimal(&bytes, "")),
        };
        self.entry().text(&text);
    }

    fn entry(&mut self) -> &mut Label {
        self.label.text(self.between);
        self.between = ",";
        self.label
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

/// The length of a payload in a frame of a family.
const FRAME_LENGTH: &str = "(u32be)";

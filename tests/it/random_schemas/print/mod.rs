//! The declarations of random messages, as each side writes them.

mod ours;

mod theirs;

use self::ours::Ours;
use self::theirs::Theirs;
use super::schema::{Enumeration, Field, Member, Message, Oneof, Schemas, Value};

/// The files of `generated/`: name and text.
pub(super) fn files(schemas: &Schemas) -> [(&'static str, String); 3] {
    [
        ("ours.rs", declarations(schemas, &Ours)),
        ("theirs.rs", declarations(schemas, &Theirs)),
        ("cases.rs", cases(schemas)),
    ]
}

/// What one side's declarations are made of.
trait Side {
    fn enumeration(&self, enumeration: &Enumeration) -> String;

    /// What stands above a struct.
    fn above_struct(&self) -> &'static str;

    /// What stands above the enum of a `oneof`.
    fn above_oneof(&self) -> &'static str;

    fn field(&self, schemas: &Schemas, field: &Field) -> String;

    fn oneof(&self, oneof: &Oneof) -> String;

    fn variant(&self, schemas: &Schemas, field: &Field) -> String;
}

fn declarations(schemas: &Schemas, side: &impl Side) -> String {
    let mut text = HEAD.to_owned();
    for enumeration in &schemas.enumerations {
        text.push('\n');
        text.push_str(&side.enumeration(enumeration));
    }
    for message in &schemas.messages {
        text.push('\n');
        text.push_str(&declaration(schemas, message, side));
    }
    text
}

/// A struct, and the enums of its `oneof`s.
fn declaration(schemas: &Schemas, message: &Message, side: &impl Side) -> String {
    let (mut fields, mut enums) = (String::new(), String::new());
    for member in &message.members {
        match member {
            Member::Field(field) => fields.push_str(&side.field(schemas, field)),
            Member::Oneof(oneof) => {
                fields.push_str(&side.oneof(oneof));
                let variants: String =
                    oneof.variants.iter().map(|variant| side.variant(schemas, variant)).collect();
                let above = side.above_oneof();
                enums.push_str(&format!("\n{above}\npub(super) enum {} {{\n{variants}}}\n", oneof.type_name));
            }
        }
    }
    format!("{}\npub(super) struct {} {{\n{fields}}}\n{enums}", side.above_struct(), message.name)
}

fn cases(schemas: &Schemas) -> String {
    let line = |message: &Message| format!("    case::<ours::{0}, theirs::{0}>(),\n", message.name);
    let lines: String = schemas.messages.iter().map(line).collect();
    format!("{HEAD}\npub(super) const CASES: [Case; {}] = [\n{lines}];\n", schemas.messages.len())
}

/// The name of what is declared, if the value is of a declared type.
fn declared(schemas: &Schemas, value: Value) -> String {
    match value {
        Value::Scalar(scalar) => unreachable!("{scalar:?} is not declared"),
        Value::Enumeration(index) => schemas.enumeration(index).name.clone(),
        Value::Message(index) => schemas.message(index).name.clone(),
    }
}

/// The name of an enum's variant.
fn variant_name(number: i32) -> String {
    let sign = if number < 0 { "Minus" } else { "Plus" };
    format!("{sign}{}", number.unsigned_abs())
}

const HEAD: &str = "// Written by a test; see `random_schemas/fresh.rs`.\n";

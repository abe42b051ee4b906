//! As this crate has it.

use super::{Side, declared, variant_name};
use crate::random_schemas::schema::{Enumeration, Field, Oneof, Place, Scalar, Schemas, Value};

pub(super) struct Ours;

impl Side for Ours {
    fn enumeration(&self, enumeration: &Enumeration) -> String {
        let Enumeration { name, id_type, numbers, open } = enumeration;
        let mut variants = String::new();
        for number in numbers {
            let variant = variant_name(*number);
            variants.push_str(&format!("    #[binary(id = {number})]\n    {variant},\n"));
        }
        if *open {
            variants.push_str(&format!("    #[binary(other)]\n    Other({id_type}),\n"));
        }
        format!("{DERIVE}\n#[binary(id_type = {id_type})]\npub(super) enum {name} {{\n{variants}}}\n")
    }

    fn above_struct(&self) -> &'static str {
        DERIVE
    }

    fn above_oneof(&self) -> &'static str {
        "#[derive(rpcplugin::BinaryMessage)]\n#[binary(oneof)]"
    }

    fn field(&self, schemas: &Schemas, field: &Field) -> String {
        let Field { name, id, .. } = field;
        let encoding = encoding(field.value).map_or_else(String::new, |encoding| format!(", {encoding}"));
        let ty = field_type(schemas, field);
        format!("    #[binary(id = {id}{encoding})]\n    {name}: {ty},\n")
    }

    fn oneof(&self, oneof: &Oneof) -> String {
        format!("    #[binary(oneof)]\n    {}: Option<{}>,\n", oneof.name, oneof.type_name)
    }

    fn variant(&self, schemas: &Schemas, field: &Field) -> String {
        let Field { name, id, .. } = field;
        let encoding =
            encoding(field.value).map_or_else(String::new, |encoding| format!("#[binary({encoding})] "));
        let ty = value_type(schemas, field);
        format!("    #[binary(id = {id})]\n    {name}({encoding}{ty}),\n")
    }
}

fn field_type(schemas: &Schemas, field: &Field) -> String {
    let value = value_type(schemas, field);
    match field.place {
        Place::Single | Place::Variant => value,
        Place::Optional => format!("Option<{value}>"),
        Place::Repeated => format!("Vec<{value}>"),
        Place::Map { key, hashed } => {
            let map = if hashed { "HashMap" } else { "BTreeMap" };
            format!("std::collections::{map}<{}, {value}>", scalar(key))
        }
    }
}

fn value_type(schemas: &Schemas, field: &Field) -> String {
    match (field.value, field.boxed) {
        (Value::Scalar(Scalar::Text), true) => "Box<str>".to_owned(),
        (Value::Scalar(Scalar::Bytes), true) => "Box<[u8]>".to_owned(),
        (Value::Scalar(found), _) => scalar(found).to_owned(),
        (value, true) => format!("Box<{}>", declared(schemas, value)),
        (value, false) => declared(schemas, value),
    }
}

fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Uint32 | Scalar::Fixed32 => "u32",
        Scalar::Uint64 | Scalar::Fixed64 => "u64",
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => "i32",
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => "i64",
        Scalar::Bool => "bool",
        Scalar::Float => "f32",
        Scalar::Double => "f64",
        Scalar::Text => "String",
        Scalar::Bytes => "Vec<u8>",
        Scalar::SharedBytes => "bytes::Bytes",
    }
}

fn encoding(value: Value) -> Option<&'static str> {
    match value {
        Value::Scalar(Scalar::Sint32 | Scalar::Sint64) => Some("encoding = \"zigzag\""),
        Value::Scalar(Scalar::Fixed32 | Scalar::Fixed64 | Scalar::Sfixed32 | Scalar::Sfixed64) => {
            Some("encoding = \"fixed\"")
        }
        _ => None,
    }
}

const DERIVE: &str = "#[derive(rpcplugin::BinaryMessage)]";

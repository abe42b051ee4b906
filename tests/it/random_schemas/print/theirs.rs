//! As prost has it.

use super::{Side, declared, variant_name};
use crate::random_schemas::schema::{Enumeration, Field, Oneof, Place, Scalar, Schemas, Value};

pub(super) struct Theirs;

impl Side for Theirs {
    fn enumeration(&self, enumeration: &Enumeration) -> String {
        // Prost takes the first variant for the default.
        let others = enumeration.numbers.iter().copied().filter(|number| *number != 0);
        let variants: String = [0]
            .into_iter()
            .chain(others)
            .map(|number| format!("    {} = {number},\n", variant_name(number)))
            .collect();
        let derive =
            "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]";
        format!("{derive}\n#[repr(i32)]\npub(super) enum {} {{\n{variants}}}\n", enumeration.name)
    }

    fn above_struct(&self) -> &'static str {
        "#[derive(Clone, PartialEq, prost::Message)]"
    }

    fn above_oneof(&self) -> &'static str {
        "#[derive(Clone, PartialEq, prost::Oneof)]"
    }

    fn field(&self, schemas: &Schemas, field: &Field) -> String {
        let (attribute, value) = (word(schemas, field.value), value_type(schemas, field));
        let (attribute, ty) = match field.place {
            Place::Variant => (attribute, value),
            // The nearest to a message that is not in an `Option`: it is always there.
            Place::Single if is_message(field.value) => (format!("{attribute}, required"), value),
            Place::Single => (attribute, value),
            Place::Optional => (format!("{attribute}, optional"), format!("Option<{value}>")),
            Place::Repeated => (format!("{attribute}, repeated"), format!("Vec<{value}>")),
            Place::Map { key, .. } => (
                format!("btree_map = \"{}, {}\"", key.protobuf(), map_word(schemas, field.value)),
                format!("std::collections::BTreeMap<{}, {value}>", scalar(key)),
            ),
        };
        format!("    #[prost({attribute}, tag = \"{}\")]\n    {}: {ty},\n", field.id, field.name)
    }

    fn oneof(&self, oneof: &Oneof) -> String {
        let ids: Vec<_> = oneof.variants.iter().map(|variant| variant.id.to_string()).collect();
        let Oneof { name, type_name, .. } = oneof;
        let ids = ids.join(", ");
        format!("    #[prost(oneof = \"{type_name}\", tags = \"{ids}\")]\n    {name}: Option<{type_name}>,\n")
    }

    fn variant(&self, schemas: &Schemas, field: &Field) -> String {
        let (attribute, value) = (word(schemas, field.value), value_type(schemas, field));
        format!("    #[prost({attribute}, tag = \"{}\")]\n    {}({value}),\n", field.id, field.name)
    }
}

fn is_message(value: Value) -> bool {
    matches!(value, Value::Message(_))
}

fn word(schemas: &Schemas, value: Value) -> String {
    match value {
        Value::Scalar(Scalar::Bytes) => "bytes = \"vec\"".to_owned(),
        Value::Scalar(Scalar::SharedBytes) => "bytes = \"bytes\"".to_owned(),
        Value::Scalar(scalar) => scalar.protobuf().to_owned(),
        Value::Enumeration(_) => format!("enumeration = \"{}\"", declared(schemas, value)),
        Value::Message(_) => "message".to_owned(),
    }
}

fn map_word(schemas: &Schemas, value: Value) -> String {
    match value {
        Value::Scalar(scalar) => scalar.protobuf().to_owned(),
        Value::Enumeration(_) => format!("enumeration({})", declared(schemas, value)),
        Value::Message(_) => "message".to_owned(),
    }
}

fn value_type(schemas: &Schemas, field: &Field) -> String {
    match field.value {
        // A map of prost has no other bytes.
        Value::Scalar(Scalar::SharedBytes) if !matches!(field.place, Place::Map { .. }) => {
            "bytes::Bytes".to_owned()
        }
        Value::Scalar(found) => scalar(found).to_owned(),
        Value::Enumeration(_) => "i32".to_owned(),
        Value::Message(_) if field.boxed => format!("Box<{}>", declared(schemas, field.value)),
        Value::Message(_) => declared(schemas, field.value),
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
        Scalar::Bytes | Scalar::SharedBytes => "Vec<u8>",
    }
}

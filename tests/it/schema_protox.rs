//! What [`ProtoFile`] prints, read by a compiler: names that mean something in protobuf, and what protobuf refuses.
#![allow(non_camel_case_types, non_snake_case, reason = "these are the names that are tried")]

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use protox::prost_reflect::{DescriptorPool, FieldDescriptor, Kind};
use rpcplugin::{BinaryMessage, MessageSchema, ProtoFile, SchemaError};

fn export(package: &str, schema: &'static MessageSchema) -> Result<String, SchemaError> {
    ProtoFile::new(package).message(schema).to_proto()
}

fn compile(text: &str) -> DescriptorPool {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("exported.proto");
    std::fs::write(&path, text).unwrap();
    let set =
        protox::compile([&path], [directory.path()]).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    DescriptorPool::from_file_descriptor_set(set).unwrap()
}

/// The fields of a message as the compiler understands them: `name: type`, names from the outermost package on.
fn fields(package: &str, schema: &'static MessageSchema) -> Vec<String> {
    let pool = compile(&export(package, schema).unwrap());
    let full = if package.is_empty() { schema.name.to_owned() } else { format!("{package}.{}", schema.name) };
    let message = pool.get_message_by_name(&full).unwrap();
    message.fields().map(|field| format!("{}: {}", field.name(), type_of(&field))).collect()
}

fn type_of(field: &FieldDescriptor) -> String {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let [key, value] = [entry.map_entry_key_field(), entry.map_entry_value_field()];
            format!("map<{}, {}>", type_of(&key), type_of(&value))
        }
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(enumeration) => enumeration.full_name().to_owned(),
        scalar => format!("{scalar:?}").to_lowercase(),
    }
}

/// Messages with one number each.
macro_rules! messages {
    ($all:ident: $($name:ident)*) => {
        $(
            #[derive(BinaryMessage)]
            pub(crate) struct $name {
                #[binary(id = 1)]
                number: u32,
            }
        )*

        pub(crate) const $all: &[&rpcplugin::MessageSchema] = &[$($name::SCHEMA),*];
    };
}

mod words {
    use super::BinaryMessage;

    messages! {
        ALL:
        double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes
        group message option reserved extensions extend oneof optional repeated required map stream returns rpc service
        syntax package import public weak to max edition inf nan export local google
    }

    /// What the compiler would take for something else at the beginning of a line.
    #[derive(BinaryMessage)]
    pub(super) struct Holder {
        #[binary(id = 1)]
        int32: int32,
        #[binary(id = 2)]
        string: Vec<string>,
        #[binary(id = 3)]
        group: group,
        #[binary(id = 4)]
        message: message,
        #[binary(id = 5)]
        option: Option<option>,
        #[binary(id = 6)]
        reserved: reserved,
        #[binary(id = 7)]
        extensions: extensions,
        #[binary(id = 8)]
        repeated: repeated,
        #[binary(id = 9)]
        map: map,
        #[binary(oneof)]
        oneof: Option<Choice>,
    }

    #[derive(BinaryMessage)]
    #[binary(oneof)]
    pub(super) enum Choice {
        #[binary(id = 10)]
        Option1(option),
        #[binary(id = 11)]
        Group1(group),
        #[binary(id = 12)]
        Reserved1(reserved),
    }
}

#[test]
fn words_of_the_language_are_names_of_messages_like_any_other() {
    for package in ["store.v1", ""] {
        let full =
            |name: &str| if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") };
        let names =
            ["int32", "string", "group", "message", "option", "reserved", "extensions", "repeated", "map"];
        let mut expected: Vec<_> = names.map(|name| format!("{name}: {}", full(name))).into();
        for (variant, name) in [("option1", "option"), ("group1", "group"), ("reserved1", "reserved")] {
            expected.push(format!("{variant}: {}", full(name)));
        }
        assert_eq!(fields(package, words::Holder::SCHEMA), expected);
    }
}

#[test]
fn words_of_the_language_are_defined_like_any_other() {
    for schema in words::ALL.iter().chain(OTHERS) {
        assert_eq!(fields("store.v1", schema), ["number: uint32"]);
    }
}

#[derive(Clone, BinaryMessage)]
enum Mode {
    #[binary(id = 0)]
    Off,
    #[binary(id = 1)]
    On,
}

/// What the compiler looks for at the beginning of a line.
#[derive(BinaryMessage)]
struct WordsAsFields {
    #[binary(id = 1)]
    syntax: u32,
    #[binary(id = 2)]
    package: String,
    #[binary(id = 3)]
    message: Option<bool>,
    #[binary(id = 4)]
    r#enum: Vec<Mode>,
    #[binary(id = 5)]
    oneof: Mode,
    #[binary(id = 6)]
    max: u64,
    #[binary(id = 7)]
    rpc: BTreeMap<u32, Mode>,
    #[binary(id = 8)]
    reserved: Option<String>,
    #[binary(id = 9)]
    map: Vec<u8>,
    #[binary(id = 10)]
    google: Duration,
}

#[test]
fn words_of_the_language_are_names_of_fields() {
    let expected = [
        "syntax: uint32",
        "package: string",
        "message: bool",
        "enum: a.Mode",
        "oneof: a.Mode",
        "max: uint64",
        "rpc: map<uint32, a.Mode>",
        "reserved: string",
        "map: bytes",
        "google: google.protobuf.Duration",
    ];
    assert_eq!(fields("a", WordsAsFields::SCHEMA), expected);
}

messages! { OTHERS: ValuesEntry ItemsEntry Sky }

#[derive(BinaryMessage)]
struct Store {
    #[binary(id = 1)]
    values: BTreeMap<String, ValuesEntry>,
    #[binary(id = 2)]
    items: BTreeMap<String, u32>,
    #[binary(id = 3)]
    last: Option<ItemsEntry>,
    #[binary(id = 4)]
    sky: Sky,
}

#[test]
fn the_entries_of_a_map_are_not_the_message_of_that_name() {
    let (values, items) = ("values: map<string, a.b.ValuesEntry>", "items: map<string, uint32>");
    let expected = [values, items, "last: a.b.ItemsEntry", "sky: a.b.Sky"];
    assert_eq!(fields("a.b", Store::SCHEMA), expected);
    let text = export("a.b", Store::SCHEMA).unwrap();
    assert!(text.contains("  optional .a.b.ItemsEntry last = 3;\n  Sky sky = 4;\n"), "{text}");
}

#[derive(BinaryMessage)]
struct EntryAsField {
    #[binary(id = 1)]
    values: BTreeMap<String, u32>,
    #[binary(id = 2)]
    ValuesEntry: u32,
}

#[derive(BinaryMessage)]
struct OneEntryForTwo {
    #[binary(id = 1)]
    aB: BTreeMap<String, u32>,
    #[binary(id = 2)]
    AB: BTreeMap<String, u32>,
}

#[derive(BinaryMessage)]
struct OneNameInJson {
    #[binary(id = 1)]
    number: Option<u32>,
    #[binary(id = 2)]
    _number: u32,
}

#[test]
fn two_things_of_one_name_in_a_message_are_refused() {
    for schema in [EntryAsField::SCHEMA, OneEntryForTwo::SCHEMA, OneNameInJson::SCHEMA] {
        assert!(matches!(export("a", schema), Err(SchemaError::TwoNames { .. })), "{}", schema.name);
    }
}

#[derive(BinaryMessage)]
struct HoldsGoogle {
    #[binary(id = 1)]
    first: Duration,
    #[binary(id = 2)]
    google: words::google,
    #[binary(id = 3)]
    last: Option<SystemTime>,
}

#[test]
fn a_message_named_as_the_package_of_protobuf_does_not_hide_it() {
    for package in ["store.v1", "google", "com.google.store"] {
        let expected = [
            "first: google.protobuf.Duration".to_owned(),
            format!("google: {package}.google"),
            "last: google.protobuf.Timestamp".to_owned(),
        ];
        assert_eq!(fields(package, HoldsGoogle::SCHEMA), expected);
    }
    // Here the message would be the package itself.
    assert!(matches!(export("", HoldsGoogle::SCHEMA), Err(SchemaError::TwoNames { .. })));
}

mod own {
    use super::BinaryMessage;

    #[derive(BinaryMessage)]
    pub(super) struct Duration {
        #[binary(id = 1)]
        value: std::time::Duration,
    }
}

#[test]
fn a_message_named_as_one_of_protobuf_is_another_one() {
    assert_eq!(fields("store.v1", own::Duration::SCHEMA), ["value: google.protobuf.Duration"]);
    for package in ["google.protobuf", "google.protobuf.Duration"] {
        assert!(matches!(export(package, own::Duration::SCHEMA), Err(SchemaError::TwoNames { .. })));
    }
}

#[derive(BinaryMessage)]
#[binary(reserved(3, 2..=5, 9, 5..=7))]
struct Overlapping {
    #[binary(id = 1)]
    number: u32,
}

#[test]
fn reserved_ids_that_overlap_are_reserved_once() {
    let pool = compile(&export("a", Overlapping::SCHEMA).unwrap());
    let message = pool.get_message_by_name("a.Overlapping").unwrap();
    assert_eq!(message.reserved_ranges().collect::<Vec<_>>(), [2..8, 9..10]);
}

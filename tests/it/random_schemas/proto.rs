//! The `.proto` file that this crate exports says of the random messages what was invented.

use std::collections::BTreeMap;

use prost::Message as _;
use protox::prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, FieldDescriptor, MessageDescriptor,
};
use rpcplugin::ProtoFile;

use super::cases::CASES;
use super::random::Random;
use super::schema::{Field, Member, Message, Place, Schemas, Value, Wire};
use super::{bytes, draw};

#[test]
fn the_exported_file_declares_what_was_invented() {
    let (schemas, pool) = (draw::schemas(), exported());
    for message in &schemas.messages {
        let found: BTreeMap<_, _> = descriptor(&pool, &message.name)
            .fields()
            .map(|field| (field.number(), declared(&field)))
            .collect();
        assert_eq!(found, invented(&schemas, message), "{}", message.name);
    }
    for enumeration in &schemas.enumerations {
        let descriptor = pool.get_enum_by_name(&format!("{PACKAGE}.{}", enumeration.name)).unwrap();
        let mut found: Vec<_> = descriptor.values().map(|value| value.number()).collect();
        let mut expected = enumeration.numbers.clone();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", enumeration.name);
    }
}

#[test]
fn who_knows_only_the_exported_file_reads_and_writes_the_same() {
    let (schemas, pool) = (draw::schemas(), exported());
    let mut read = 0;
    for (index, case) in CASES.iter().enumerate() {
        let descriptor = descriptor(&pool, case.schema.name);
        for value in 0..VALUES {
            let bytes = bytes::message(&schemas, index, &mut Random::of(SEED, [index, value]));
            let Ok(ours) = (case.ours)(&bytes) else { continue };
            let ours = ours.bytes.unwrap();
            let dynamic = DynamicMessage::decode(descriptor.clone(), &ours[..]).unwrap().encode_to_vec();
            let [ours, dynamic] = [&ours[..], &dynamic].map(|bytes| (case.theirs)(bytes).unwrap());
            assert_eq!(dynamic, ours, "{}, value {value}: {bytes:x?}", case.schema.name);
            read += 1;
        }
    }
    assert!(read > CASES.len() * VALUES / 2, "only {read} were read");
}

fn exported() -> DescriptorPool {
    let file = CASES.iter().fold(ProtoFile::new(PACKAGE), |file, case| file.message(case.schema));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("random.proto");
    std::fs::write(&path, file.to_proto().unwrap()).unwrap();
    let set = protox::compile([&path], [directory.path()]).expect("the exported file compiles");
    DescriptorPool::from_file_descriptor_set(set).unwrap()
}

fn descriptor(pool: &DescriptorPool, name: &str) -> MessageDescriptor {
    pool.get_message_by_name(&format!("{PACKAGE}.{name}")).unwrap()
}

/// What the file says of a field, in one line.
fn declared(field: &FieldDescriptor) -> String {
    let kind = |field: &FieldDescriptor| format!("{:?}", field.kind()).replace(&format!("{PACKAGE}."), "");
    if field.is_map() {
        let entry = field.kind().as_message().unwrap().clone();
        let [key, value] = [entry.map_entry_key_field(), entry.map_entry_value_field()];
        return format!("map<{}, {}> {}", kind(&key), kind(&value), field.name());
    }
    let label = match field.cardinality() {
        Cardinality::Repeated if field.is_packed() => "packed repeated ".to_owned(),
        Cardinality::Repeated => "repeated ".to_owned(),
        _ => match field.containing_oneof() {
            Some(oneof) if oneof.is_synthetic() => "optional ".to_owned(),
            Some(oneof) => format!("{}: ", oneof.name()),
            None => String::new(),
        },
    };
    format!("{label}{} {}", kind(field), field.name())
}

/// The same lines from the invention.
fn invented(schemas: &Schemas, message: &Message) -> BTreeMap<u32, String> {
    let mut lines = BTreeMap::new();
    for member in &message.members {
        match member {
            Member::Field(field) => drop(lines.insert(field.id, invented_field(schemas, field))),
            Member::Oneof(oneof) => {
                for variant in &oneof.variants {
                    let (kind, name) = (kind(schemas, variant.value), snake_case(&variant.name));
                    lines.insert(variant.id, format!("{}: {kind} {name}", oneof.name));
                }
            }
        }
    }
    lines
}

fn invented_field(schemas: &Schemas, field: &Field) -> String {
    let kind = kind(schemas, field.value);
    let label = match field.place {
        Place::Single | Place::Variant => "",
        Place::Optional => "optional ",
        Place::Repeated if Schemas::wire(field.value) != Wire::Length => "packed repeated ",
        Place::Repeated => "repeated ",
        Place::Map { key, .. } => return format!("map<{}, {kind}> {}", key.protobuf(), field.name),
    };
    format!("{label}{kind} {}", field.name)
}

fn kind(schemas: &Schemas, value: Value) -> String {
    match value {
        Value::Scalar(scalar) => scalar.protobuf().to_owned(),
        Value::Enumeration(index) => schemas.enumeration(index).name.clone(),
        Value::Message(index) => schemas.message(index).name.clone(),
    }
}

/// `Variant3And1` as `variant3_and1`.
fn snake_case(name: &str) -> String {
    name.replace("And", "_and").replace("Variant", "variant")
}

const PACKAGE: &str = "random.schemas";

const SEED: u64 = 2;

/// Of each message.
const VALUES: usize = 100;

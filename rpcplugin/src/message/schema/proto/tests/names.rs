use std::collections::BTreeMap;
use std::time::Duration;

use crate::{BinaryMessage, ProtoFile, SchemaError};

#[derive(BinaryMessage)]
struct Store {
    #[binary(id = 1)]
    values: BTreeMap<String, ValuesEntry>,
    #[binary(id = 2)]
    other: Other,
}

#[derive(BinaryMessage)]
struct ValuesEntry {}

#[derive(BinaryMessage)]
struct Other {
    #[binary(id = 1)]
    entry: Option<ValuesEntry>,
    #[binary(id = 2)]
    number: int32,
}

#[derive(BinaryMessage)]
#[expect(non_camel_case_types, reason = "this is the name that is tried")]
struct int32 {}

#[test]
fn a_name_is_qualified_only_where_it_would_mean_something_else() {
    let fields = |package: &str| {
        let text = ProtoFile::new(package).message(Store::SCHEMA).to_proto().unwrap();
        text.lines().filter_map(|line| line.strip_prefix("  ")).collect::<Vec<_>>().join("\n")
    };
    let expected = "map<string, .store.v1.ValuesEntry> values = 1;
Other other = 2;
optional ValuesEntry entry = 1;
.store.v1.int32 number = 2;";
    assert_eq!(fields("store.v1"), expected);
    assert_eq!(fields(""), expected.replace(".store.v1", ""));
}

#[derive(BinaryMessage)]
struct Late {
    #[binary(id = 1)]
    delay: Duration,
    #[binary(id = 2)]
    google: google,
}

#[derive(BinaryMessage)]
#[expect(non_camel_case_types, reason = "this is the name that is tried")]
struct google {}

#[test]
fn a_message_does_not_hide_the_package_of_its_name() {
    let text = ProtoFile::new("a").message(Late::SCHEMA).to_proto().unwrap();
    assert!(text.contains("  .google.protobuf.Duration delay = 1;\n  .a.google google = 2;\n"), "{text}");
    let error = ProtoFile::new("").message(Late::SCHEMA).to_proto().unwrap_err();
    assert!(matches!(error, SchemaError::TwoNames { name, .. } if name == "google"));
}

#[derive(BinaryMessage)]
#[binary(reserved(3, 2..=5))]
struct Overlapping {
    #[binary(id = 1)]
    number: u32,
}

#[test]
fn ids_that_are_reserved_twice_are_written_once() {
    let text = ProtoFile::new("").message(Overlapping::SCHEMA).to_proto().unwrap();
    assert!(text.contains("  reserved 2 to 5;\n"), "{text}");
}

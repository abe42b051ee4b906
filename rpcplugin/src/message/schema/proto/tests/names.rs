use std::collections::BTreeMap;
use std::time::Duration;

use super::{MessageSchema, VariantSchema, enum_of, print};
use crate::message::schema::samples::leak;
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

#[derive(BinaryMessage)]
enum DataFormat {
    #[binary(id = 0, name = "STANDARD")]
    Standard,
    #[binary(id = 1)]
    Compressed,
    #[binary(id = 2, name = "Bin_2")]
    Binary,
    #[binary(other)]
    Unknown(u8),
}

#[test]
fn a_value_has_the_name_that_is_written_for_it() {
    let text = ProtoFile::new("").message(DataFormat::SCHEMA).to_proto().unwrap();
    assert!(text.contains("  STANDARD = 0;\n  DATA_FORMAT_COMPRESSED = 1;\n  Bin_2 = 2;\n}"), "{text}");
}

#[test]
fn a_name_in_a_file_is_none_of_the_layout() {
    #[derive(BinaryMessage)]
    enum DataFormat {
        #[binary(id = 0)]
        Standard,
        #[binary(id = 1)]
        Compressed,
        #[binary(id = 2)]
        Binary,
        #[binary(other)]
        Unknown(u8),
    }
    assert_eq!(DataFormat::SCHEMA.fingerprint(), self::DataFormat::SCHEMA.fingerprint());
}

/// An enum of which the second value is called so.
fn with_second(name: &'static str) -> &'static MessageSchema {
    let second = VariantSchema::new("Cold", "", Some(1), &[]).with_proto_name(name);
    let variants = Vec::leak(vec![VariantSchema::new("Warm", "", Some(0), &[]), second]);
    leak(enum_of("SensorKind", variants))
}

#[test]
fn what_protobuf_takes_for_one_name_is_refused() {
    for name in ["SENSOR_KIND_WARM", "SensorKind_Warm", "WARM", "_warm"] {
        let error = print(with_second(name));
        let expected =
            "`SensorKind::Warm` and `SensorKind::Cold` are both named `warm` in protobuf; rename either";
        assert_eq!(error.unwrap_err().to_string(), expected, "{name}");
    }
    let error = print(with_second("2"));
    assert!(matches!(error, Err(SchemaError::Name { name, .. }) if name == "2"));
}

#[test]
fn the_values_of_all_enums_of_a_file_are_one_scope() {
    let one = |name| {
        let value = VariantSchema::new("None", "", Some(0), &[]).with_proto_name("NONE");
        leak(enum_of(name, Vec::leak(vec![value])))
    };
    let error = ProtoFile::new("").message(one("First")).message(one("Second")).to_proto().unwrap_err();
    let expected = "`First.NONE` and `Second.NONE` are both named `NONE` in protobuf; rename either";
    assert_eq!(error.to_string(), expected);
}

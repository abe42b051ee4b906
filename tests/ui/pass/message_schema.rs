//! The description is a constant, and says what stands there.

use rpcplugin::{BinaryMessage, MessageSchema, ProtoFile};

/// What is said of a station.
///
/// In two parts.
#[derive(BinaryMessage)]
#[binary(reserved(2, 5..=7))]
struct Station {
    /// Its name.
    #[binary(id = 1)]
    name: String,
    #[binary(id = 3, encoding = "zigzag")]
    height: i32,
}

#[derive(BinaryMessage)]
#[binary(endian = "big")]
struct Sample {
    kind: u8,
    value: u32,
}

const SCHEMA: &MessageSchema = Station::SCHEMA;

fn main() {
    assert_eq!(SCHEMA.docs, "What is said of a station.\n\nIn two parts.");
    let proto = ProtoFile::new("weather").message(SCHEMA).to_proto().unwrap();
    assert!(proto.contains("sint32 height = 3;"), "{proto}");
    assert!(proto.contains("reserved 2, 5 to 7;"), "{proto}");
    assert!(Sample::SCHEMA.layout_table().contains("kind"));
    assert!(Sample::SCHEMA.fingerprint().is_some());
    assert_eq!(SCHEMA.fingerprint(), None);
}

use super::*;
use crate::message::schema::{EnumSchema, FieldPlace, LengthPrefix, SchemaError, TypeSchema};

#[track_caller]
fn refuse(fields: Vec<FieldSchema>, field: &str, found: &str, remedy: &str) {
    let messages = Vec::leak(vec![variant("Say", 1, Vec::leak(fields))]);
    let error = family("Protocol", "", FamilySchema::new(1, true, 0, messages)).to_python().unwrap_err();
    let expected = format!("binary_protocol has nothing for `Protocol.{field}`, which is {found}; {remedy}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn types_that_the_package_does_not_know_are_refused_with_what_to_write() {
    const LIST: &str =
        "write `[T; N]` if the number is always the same, or `Vec<u8>` and encode the value by itself";
    const TIME: &str = "write `u64` and put nanoseconds into it";
    const U128: TypeSchema = TypeSchema::Integer { bits: 128, signed: false, nonzero: false };
    let value = |ty, found: &str, remedy: &str| refuse(vec![big("value", ty)], "Say.value", found, remedy);
    value(
        TypeSchema::Optional(&U8),
        "`optional u8`",
        "make two messages of it, one with the value and one without",
    );
    value(TypeSchema::List(&U16), "`list of u16`", LIST);
    value(TypeSchema::Set(&U16), "`set of u16`", LIST);
    value(TypeSchema::Map(&U8, &U16), "`map of u8 to u16`", LIST);
    value(TypeSchema::Char, "`char`", "write `u32`");
    value(TypeSchema::Duration, "`duration`", TIME);
    value(TypeSchema::Timestamp, "`timestamp`", TIME);
    value(U128, "`u128`", "write `[u8; N]` and put its bytes into it");
}

#[test]
fn text_is_behind_four_bytes_with_the_most_significant_first() {
    const REMEDY: &str = "take a `u32` as its length, and the byte order \"big\"";
    let text = |place, found: &str| {
        let found = format!("`text` behind a length of {found}");
        refuse(vec![placed("value", TypeSchema::Text, place)], "Say.value", &found, REMEDY);
    };
    text(PLAIN, "4 bytes, least significant first");
    text(BIG.with_format(true, LengthPrefix::U16), "2 bytes, most significant first");
    text(BIG.with_format(true, LengthPrefix::U8), "1 byte");
}

#[test]
fn padded_fields_do_not_stand_beside_fields_of_variable_length() {
    let found = "of a fixed length in a message that has a field of variable length";
    let remedy = "declare it as `String` or `Vec<u8>` without `length`, or move it into another message";
    let padded = placed("label", TypeSchema::Text, PLAIN.with_fixed_length(4));
    let text = big("text", TypeSchema::Text);
    refuse(vec![text, padded], "Say.label", found, remedy);
    refuse(vec![padded, text], "Say.label", found, remedy);
    refuse(vec![text, field("key", TypeSchema::Array(&U8, 4))], "Say.key", found, remedy);
}

static MARKED: MessageSchema =
    MessageSchema::new("Marked", "", Layout::Packed, ShapeSchema::of_fields(&[field("a", U8)], b"M"));
static GROWING: MessageSchema = MessageSchema::new(
    "Growing",
    "",
    Layout::Packed,
    ShapeSchema::of_extensible_fields(&[field("a", U8)], &[], false, LengthPrefix::U32),
);
static SHAPE: MessageSchema = MessageSchema::new(
    "Shape",
    "",
    Layout::Packed,
    ShapeSchema::Enum(EnumSchema::new(1, false, false, &[variant("Circle", 1, &[field("0", U8)])])),
);
static ENDLESS: MessageSchema =
    packed("Endless", &[field("number", U8), field("inner", message(|| &ENDLESS))]);
static NODE: MessageSchema =
    packed("Node", &[field("number", U8), field("next", TypeSchema::Optional(&message(|| &NODE)))]);
static HOLDS_NODE: MessageSchema = packed("Holds", &[field("nodes", TypeSchema::Tuple(&[U8, NODE_TYPE]))]);
const NODE_TYPE: TypeSchema = message(|| &NODE);

#[test]
fn messages_that_do_not_come_apart_are_refused_with_the_way_to_the_field() {
    const BYTES: &str = "declare the bytes as a field, `[u8; N]`";
    let value = |schema| vec![field("a", U8), field("value", message(schema))];
    refuse(value(|| &MARKED), "Say.value", "the message `Marked`, which begins with constant bytes", BYTES);
    refuse(
        value(|| &GROWING),
        "Say.value",
        "the message `Growing`, which is extensible",
        "leave `extensible` out",
    );
    refuse(
        value(|| &SHAPE),
        "Say.value",
        "the enum `Shape`, whose variants have a payload",
        "make a message of each variant, or send the payload as `Vec<u8>`",
    );
    refuse(
        value(|| &ENDLESS),
        "Say.value.inner",
        "the message `Endless`, which holds itself",
        "send its parts as messages of their own",
    );
    let optional = "make two messages of it, one with the value and one without";
    refuse(value(|| &NODE), "Say.value.next", "`optional Node`", optional);
    refuse(vec![field("0", message(|| &NODE))], "Say.next", "`optional Node`", optional);
    refuse(value(|| &HOLDS_NODE), "Say.value.nodes.1.next", "`optional Node`", optional);
    refuse(vec![placed("a", U8, PLAIN.with_magic(b"M"))], "Say.a", "behind constant bytes", BYTES);
    refuse(vec![placed("a", U8, PLAIN.with_padding(0, 1))], "Say.a", "beside zeros", BYTES);
    let around: FieldPlace = PLAIN.with_padding(1, 0);
    refuse(vec![placed("0", message(|| &POINT), around)], "Say", "beside zeros", BYTES);
}

#[test]
fn two_fields_that_come_to_one_name_are_refused() {
    let fields = vec![big("position_x", U8), field("position", message(|| &POINT))];
    let messages = Vec::leak(vec![variant("Say", 1, Vec::leak(fields))]);
    let error = family("Protocol", "", FamilySchema::new(1, true, 0, messages)).to_python().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Say.position_x` and `Say.position.x` are both named `position_x` in binary_protocol; rename either"
    );
    let messages = Vec::leak(vec![variant("SayIt", 1, &[]), variant("Say_It", 2, &[])]);
    let error = family("Protocol", "", FamilySchema::new(1, true, 0, messages)).to_python().unwrap_err();
    assert!(matches!(error, SchemaError::TwoNames { name, .. } if name == "SAY_IT"));
}

static PAIRS: TypeSchema = TypeSchema::Array(&TypeSchema::Tuple(&[]), usize::MAX);

#[test]
fn arrays_are_bounded_and_those_without_bytes_are_nothing() {
    let found = "behind 4096 other fields of one message";
    let numbers = TypeSchema::Array(&U16, usize::MAX);
    refuse(vec![field("a", numbers)], "Say.a.4096", found, "send long arrays as `Vec<u8>`");
    let messages = Vec::leak(vec![variant("Say", 1, Vec::leak(vec![field("a", PAIRS)])).with_size(Some(0))]);
    let source = family("Protocol", "", FamilySchema::new(1, true, 0, messages)).to_python().unwrap();
    assert!(source.contains("    MessageType.SAY: MessageStructure([]),\n"));
}

#[test]
fn what_is_no_family_is_refused() {
    let error = POINT.to_python().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Point` is no message family, and a protocol is described by its family; \
         ask the enum with `#[binary(family)]` that has `Point` as a variant"
    );
    let odd = family("Odd", "", FamilySchema::new(3, true, 0, &[])).to_python().unwrap_err();
    assert_eq!(
        odd.to_string(),
        "binary_protocol has nothing for `Odd.header`, which is 3 bytes; take 1, 2, 4 or 8 bytes"
    );
}

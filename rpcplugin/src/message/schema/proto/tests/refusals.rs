use super::*;
use crate::message::schema::samples::*;
use crate::message::schema::{FamilySchema, NumberEncoding, TypeSchema};

/// A tagged message with one field, and what is said of it.
fn refuse(ty: TypeSchema, found: &str, remedy: &str) {
    refuse_field(tagged("value", 1, ty), found, remedy);
}

fn refuse_field(field: FieldSchema, found: &str, remedy: &str) {
    let schema = leak(message_of("Holder", Vec::leak(vec![field])));
    let expected = format!("protobuf has nothing for `Holder.value`, which is {found}; {remedy}");
    assert_eq!(print(schema).unwrap_err().to_string(), expected);
}

static PACKED: MessageSchema =
    MessageSchema::new("Point", "", Layout::Packed, ShapeSchema::of_fields(&[field("x", F32)], &[]));
static CHOICE: MessageSchema = oneof_of("Choice", &[variant("A", 1, &[field("0", U32)])]);
static FAMILY: MessageSchema = MessageSchema::new(
    "Protocol",
    "",
    Layout::Packed,
    ShapeSchema::Family(FamilySchema::new(2, true, 0, &[])),
);

#[test]
fn types_that_protobuf_does_not_have_are_refused_with_what_to_write() {
    const I16: TypeSchema = TypeSchema::Integer { bits: 16, signed: true, nonzero: false };
    const U128: TypeSchema = TypeSchema::Integer { bits: 128, signed: false, nonzero: false };
    const OWN: &str = "put the inner one into a message of its own";
    refuse(U8, "`u8`", "write `u32`");
    refuse(I16, "`i16`", "write `i32`");
    refuse(U128, "`u128`", "write `Vec<u8>` and put 16 bytes into it");
    refuse(TypeSchema::Float { bits: 16 }, "`f16`", "write `f32`");
    refuse(TypeSchema::Char, "`char`", "write `u32`");
    refuse(TypeSchema::Array(&U32, 4), "`[u32; 4]`", "write `Vec<T>`: protobuf has no fixed lengths");
    refuse(
        TypeSchema::Tuple(&[U32, TypeSchema::Bool]),
        "`(u32, bool)`",
        "write a message of its own, with an id on each field",
    );
    refuse(TypeSchema::List(&TypeSchema::List(&U32)), "`list of u32`", OWN);
    refuse(TypeSchema::List(&TypeSchema::Optional(&U32)), "`optional u32`", OWN);
    refuse(TypeSchema::Optional(&TypeSchema::Set(&U32)), "`set of u32`", OWN);
    refuse(TypeSchema::Map(&U32, &TypeSchema::List(&U32)), "`list of u32`", OWN);
    refuse(TypeSchema::List(&TypeSchema::Map(&U32, &U32)), "`map of u32 to u32`", OWN);
    refuse(
        TypeSchema::Map(&F32, &U32),
        "a map whose keys are `f32`",
        "take integers, `bool` or `String` as keys, or a list of messages",
    );
}

#[test]
fn types_of_another_layout_are_refused_with_what_to_write() {
    refuse(
        message(|| &PACKED),
        "the packed message `Point`",
        "give each field of that message an id, or make it `Vec<u8>` and encode it by itself",
    );
    refuse(message(|| &FAMILY), "the message family `Protocol`", "declare a message with a `oneof` instead");
    refuse(
        TypeSchema::List(const { &message(|| &CHOICE) }),
        "the `oneof` `Choice` within another type",
        "make it the type of a field, alone or in an `Option`, or put it into a message of its own",
    );
    let zigzag = PLAIN.with_encoding(NumberEncoding::ZigZag);
    refuse_field(
        FieldSchema::new("value", "", 1, U32, zigzag),
        "`u32` as zigzag",
        "leave the encoding out: the number is never negative",
    );
    assert_eq!(print(&PACKED).unwrap_err(), SchemaError::Packed { message: "Point" });
    assert_eq!(
        print(&FAMILY).unwrap_err().to_string(),
        "`Protocol` is a message family and no message of protobuf; print its messages, if they are tagged"
    );
    assert_eq!(
        print(&CHOICE).unwrap_err().to_string(),
        "`Choice` is a `oneof` and no message of protobuf; print the message that has it as a field"
    );
}

static BARE_ONEOF: MessageSchema = oneof_of("Bare", &[]);
static UNIT_ONEOF: MessageSchema = oneof_of("Units", &[variant("Nothing", 3, &[])]);
static LISTS_ONEOF: MessageSchema =
    oneof_of("Lists", &[variant("Many", 3, &[field("0", TypeSchema::List(&U32))])]);

#[test]
fn a_oneof_holds_single_values() {
    let refusal = |choice| {
        let fields = Vec::leak(vec![tagged("choice", 0, message(choice))]);
        print(leak(message_of("Holder", fields))).unwrap_err().to_string()
    };
    assert_eq!(
        refusal(|| &BARE_ONEOF),
        "protobuf has nothing for `Holder.choice`, which is a `oneof` without a variant; \
         give the enum a variant, or leave the field out"
    );
    assert_eq!(
        refusal(|| &UNIT_ONEOF),
        "protobuf has nothing for `Holder.choice.Nothing`, which is a variant that is not one value with an id; \
         give the variant one value, `Name(Type)`, and an id"
    );
    assert_eq!(
        refusal(|| &LISTS_ONEOF),
        "protobuf has nothing for `Holder.choice.Many`, which is `list of u32`; \
         put the inner one into a message of its own"
    );
}

// Two messages of one name, deep enough that those who hold them look alike.
static FIRST: MessageSchema = message_of("Inner", &[tagged("a", 1, U32)]);
static SECOND: MessageSchema = message_of("Inner", &[tagged("a", 1, U64)]);
static HOLDS_FIRST: MessageSchema = message_of("Middle", &[tagged("inner", 1, message(|| &FIRST))]);
static HOLDS_SECOND: MessageSchema = message_of("Middle", &[tagged("inner", 1, message(|| &SECOND))]);
static HOLDS_BOTH: MessageSchema = message_of(
    "Outer",
    &[tagged("a", 1, message(|| &HOLDS_FIRST)), tagged("b", 2, message(|| &HOLDS_SECOND))],
);

#[test]
fn two_messages_of_one_name_are_refused() {
    let error = print(&HOLDS_BOTH).unwrap_err();
    assert_eq!(error, SchemaError::TwoMessages { name: "Inner" });
    assert_eq!(
        error.to_string(),
        "two different messages are named `Inner`, and one file can have only one of them; rename either"
    );
}

static COLOR: MessageSchema = enum_of("Color", &[variant("None", 0, &[]), variant("BarBaz", 1, &[])]);
static COLOR_BAR: MessageSchema = enum_of("ColorBar", &[variant("Baz", 0, &[])]);
static SAME_IN_JSON: MessageSchema = message_of("Names", &[tagged("a_1", 1, U32), tagged("a1", 2, U32)]);
static SAME_AS_VARIANT: MessageSchema =
    message_of("Names", &[tagged("a", 2, U32), tagged("choice", 0, message(|| &CHOICE))]);
static SAME_VALUES: MessageSchema = enum_of("Digits", &[variant("A1", 0, &[]), variant("A_1", 1, &[])]);

#[test]
fn two_things_of_one_name_are_refused() {
    let owners = |error| match error {
        SchemaError::TwoNames { language: "protobuf", first, second, .. } => (first, second),
        other => panic!("{other}"),
    };
    let pair = |first: &str, second: &str| (first.to_owned(), second.to_owned());
    let enums = ProtoFile::new("").message(&COLOR).message(&COLOR_BAR).to_proto().unwrap_err();
    assert_eq!(owners(enums), pair("Color.COLOR_BAR_BAZ", "ColorBar.COLOR_BAR_BAZ"));
    assert_eq!(owners(print(&SAME_IN_JSON).unwrap_err()), pair("Names.a_1", "Names.a1"));
    assert_eq!(owners(print(&SAME_AS_VARIANT).unwrap_err()), pair("Names.a", "Names.choice.A"));
    assert_eq!(owners(print(&SAME_VALUES).unwrap_err()), pair("Digits::A1", "Digits::A_1"));
}

static SAME_ID: MessageSchema =
    message_of("Ids", &[tagged("first", 1, U32), tagged("choice", 0, message(|| &CHOICE))]);
static RESERVED: MessageSchema = MessageSchema::new(
    "Ids",
    "",
    Layout::Tagged,
    ShapeSchema::of_tagged_fields(&[tagged("first", 4, U32)], &[(3, 5)]),
);
static NO_ID: MessageSchema = message_of("Ids", &[tagged("first", 0, U32)]);
static OWN_ID: MessageSchema = message_of("Ids", &[tagged("first", 19_500, U32)]);

#[test]
fn ids_that_protobuf_would_refuse_are_refused() {
    let (first, second) = ("first".to_owned(), "choice.A".to_owned());
    assert_eq!(print(&SAME_ID).unwrap_err(), SchemaError::TwoIds { message: "Ids", id: 1, first, second });
    assert_eq!(
        print(&RESERVED).unwrap_err().to_string(),
        "`Ids.first` cannot have the id 4: the message reserves it; give it another one"
    );
    assert!(matches!(print(&NO_ID), Err(SchemaError::Id { id: 0, .. })));
    assert!(matches!(print(&OWN_ID), Err(SchemaError::Id { id: 19_500, .. })));
}

static WITH_PAYLOAD: MessageSchema =
    enum_of("Shape", &[variant("Empty", 0, &[]), variant("Circle", 1, &[field("0", F32)])]);
static NO_ZERO: MessageSchema = enum_of("Color", &[variant("Red", 1, &[])]);
static WIDE: MessageSchema = enum_of("Wide", &[variant("Low", 0, &[]), variant("High", 1 << 31, &[])]);
static TWICE: MessageSchema = enum_of("Twice", &[variant("A", 0, &[]), variant("B", 0, &[])]);

#[test]
fn enums_that_protobuf_would_refuse_are_refused() {
    assert!(matches!(print(&WITH_PAYLOAD), Err(SchemaError::Unsupported { field, .. }) if field == "Circle"));
    assert_eq!(print(&NO_ZERO).unwrap_err(), SchemaError::NoZero { message: "Color" });
    assert!(matches!(print(&WIDE), Err(SchemaError::Id { id: 0x8000_0000, .. })));
    assert!(matches!(print(&TWICE), Err(SchemaError::TwoIds { id: 0, .. })));
}

static UMLAUT: MessageSchema = message_of("Straße", &[]);
static UMLAUT_FIELD: MessageSchema = message_of("Street", &[tagged("größe", 1, U32)]);

#[test]
fn names_that_protobuf_would_refuse_are_refused() {
    let name = |name: &str| SchemaError::Name { language: "protobuf", name: name.to_owned() };
    assert_eq!(print(&UMLAUT).unwrap_err(), name("Straße"));
    assert_eq!(print(&UMLAUT_FIELD).unwrap_err(), name("größe"));
    for package in ["a b", "a..b", ".a", "a.", "1a", "a;"] {
        assert_eq!(ProtoFile::new(package).to_proto().unwrap_err(), name(package));
    }
}

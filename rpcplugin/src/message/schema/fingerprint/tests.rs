//! Fixed texts and numbers, what must change them and what must not.

use super::fnv1a;
use crate::message::Layout;
use crate::message::schema::samples::*;
use crate::message::schema::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, LengthPrefix, MessageSchema, ShapeSchema, TypeSchema,
    VariantSchema,
};

const fn packed(name: &'static str, fields: &'static [FieldSchema]) -> MessageSchema {
    MessageSchema::new(name, "", Layout::Packed, ShapeSchema::of_fields(fields, &[]))
}

const fn shape(name: &'static str, shape: ShapeSchema) -> MessageSchema {
    MessageSchema::new(name, "", Layout::Packed, shape)
}

#[track_caller]
fn assert_text(schema: &MessageSchema, expected: &str) {
    assert_eq!(schema.canonical_layout().as_deref(), Some(expected));
}

/// The text of a message with one field.
fn of_field(field: FieldSchema) -> String {
    packed("One", Vec::leak(vec![field])).canonical_layout().unwrap()
}

/// The text of a message with a field `v` of this type.
fn of_type(ty: TypeSchema) -> String {
    of_field(field("v", ty))
}

#[test]
fn the_hash_is_fnv_1a_of_64_bits() {
    // From the page of the hash's authors.
    assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
}

static POINT: MessageSchema = packed("Point", &[field("x", F32), field("y", F32)]);

static LINE: MessageSchema = packed(
    "Line",
    &[
        big("width", U16),
        field("from", message(|| &POINT)),
        field("to", message(|| &POINT)),
        big("label", TypeSchema::Text),
    ],
);

static PROTOCOL: MessageSchema = shape(
    "Protocol",
    ShapeSchema::Family(FamilySchema::new(
        2,
        true,
        4,
        &[
            variant("Say", 2, &[big("text", TypeSchema::Text)]),
            variant("Ping", 1, &[]),
            variant("Move", 3, &[field("0", message(|| &POINT))]).with_size(Some(8)),
        ],
    )),
);

static NODE: MessageSchema =
    packed("Node", &[field("value", U8), field("next", TypeSchema::Optional(&message(|| &NODE)))]);

#[test]
fn texts_and_numbers_are_what_they_were() {
    let cases: [(&MessageSchema, &str, u64); 4] = [
        (&POINT, "{x:f32le,y:f32le}", 0x4e48_dac1_7fca_4930),
        (&LINE, "{width:u16be,from:{x:f32le,y:f32le},to:#1,label:text(u32be)}", 0x8d3a_11bb_db32_86e7),
        (
            &PROTOCOL,
            "family(u16be,checksum(4)){1=Ping,2=Say(u32be){text:text(u32be)},3=Move{0:{x:f32le,y:f32le}}}",
            0xf5a0_2c88_22a4_bb49,
        ),
        (&NODE, "{value:u8,next:optional<#0>}", 0xcb45_922d_6c16_23ef),
    ];
    for (schema, text, number) in cases {
        assert_text(schema, text);
        assert_eq!(schema.fingerprint(), Some(number), "{text}");
    }
}

#[test]
fn every_type_has_its_text() {
    const TINY: FieldPlace = PLAIN.with_format(true, LengthPrefix::U8);
    const WIDE: FieldPlace = BIG.with_format(true, LengthPrefix::U64);
    const I16: TypeSchema = TypeSchema::Integer { bits: 16, signed: true, nonzero: false };
    assert_eq!(of_type(TypeSchema::Bool), "{v:bool}");
    assert_eq!(of_type(I16), "{v:i16le}");
    assert_eq!(of_type(TypeSchema::Integer { bits: 128, signed: false, nonzero: false }), "{v:u128le}");
    assert_eq!(of_type(F64), "{v:f64le}");
    assert_eq!(of_type(TypeSchema::Char), "{v:charle}");
    assert_eq!(of_field(big("v", TypeSchema::Duration)), "{v:durationbe}");
    assert_eq!(of_type(TypeSchema::Timestamp), "{v:timestample}");
    assert_eq!(of_field(placed("v", TypeSchema::Text, TINY)), "{v:text(u8)}");
    assert_eq!(of_field(placed("v", TypeSchema::Bytes, WIDE)), "{v:bytes(u64be)}");
    assert_eq!(of_type(TypeSchema::List(&U8)), "{v:bytes(u32le)}");
    assert_eq!(of_field(placed("v", TypeSchema::Text, BIG.with_fixed_length(16))), "{v:text[16]}");
    assert_eq!(of_type(TypeSchema::Array(&I16, 4)), "{v:[i16le;4]}");
    assert_eq!(of_type(TypeSchema::Array(&U8, 4)), "{v:bytes[4]}");
    assert_eq!(of_field(placed("v", TypeSchema::Bytes, PLAIN.with_fixed_length(4))), "{v:bytes[4]}");
    assert_eq!(of_type(TypeSchema::Tuple(&[U8, I16])), "{v:(u8,i16le)}");
    assert_eq!(of_type(TypeSchema::Optional(&U8)), "{v:optional<u8>}");
    assert_eq!(of_field(placed("v", TypeSchema::List(&I16), TINY)), "{v:list(u8)<i16be>}");
    assert_eq!(of_type(TypeSchema::Set(&TypeSchema::Text)), "{v:set(u32le)<text(u32le)>}");
    assert_eq!(
        of_field(big("v", TypeSchema::Map(&U8, &TypeSchema::List(&U16)))),
        "{v:map(u32be)<u8,list(u32be)<u16be>>}"
    );
}

#[test]
fn what_lies_between_fields_has_its_text() {
    let place = PLAIN.with_magic(&[0xff, 0]).with_padding(1, 2);
    let fields = Vec::leak(vec![placed("a", U8, place), field("b", U8)]);
    let schema = shape("Marked", ShapeSchema::of_fields(fields, b"RC"));
    assert_text(&schema, "{magic(5243),zeros(1),magic(ff00),a:u8,zeros(2),b:u8}");
    assert_text(&packed("Empty", &[]), "{}");
    assert_text(&shape("Bare", ShapeSchema::of_fields(&[], &[7])), "{magic(07)}");
}

#[test]
fn bytes_between_fields_are_one_wherever_they_were_declared() {
    let zeros = |after, before| {
        let first = placed("a", U8, PLAIN.with_padding(0, after));
        packed("Zeros", Vec::leak(vec![first, placed("b", U8, PLAIN.with_padding(before, 0))]))
    };
    assert_text(&zeros(1, 2), "{a:u8,zeros(3),b:u8}");
    assert_eq!(zeros(1, 2).fingerprint(), zeros(0, 3).fingerprint());
    let magic = |whole, field: &'static [u8]| {
        let fields = Vec::leak(vec![placed("a", U8, PLAIN.with_magic(field))]);
        shape("Magic", ShapeSchema::of_fields(fields, whole))
    };
    assert_text(&magic(b"A", b"B"), "{magic(4142),a:u8}");
    assert_eq!(magic(b"AB", b"").fingerprint(), magic(b"", b"AB").fingerprint());
    // Zeros may hold anything when they are read, constant bytes may not.
    let fields =
        Vec::leak(vec![placed("a", U8, PLAIN.with_padding(1, 1)), placed("b", U8, PLAIN.with_magic(&[0]))]);
    assert_text(&packed("Both", fields), "{zeros(1),a:u8,zeros(1),magic(00),b:u8}");
}

const fn choice(variants: &'static [VariantSchema]) -> MessageSchema {
    shape("Choice", ShapeSchema::Enum(EnumSchema::new(1, false, false, variants)))
}

#[test]
fn variants_stand_by_their_ids_and_the_one_for_other_ids_is_left_out() {
    const NONE: VariantSchema = variant("None", 0, &[]);
    const SOME: VariantSchema = variant("Some", 1, &[field("value", U8)]);
    const OTHER: VariantSchema = VariantSchema::new("Other", "", None, &[field("0", U8)]);
    const BELOW: VariantSchema = variant("Below", -1, &[]);
    let expected = "enum(u8){0=None,1=Some{value:u8}}";
    assert_text(&choice(&[NONE, SOME]), expected);
    assert_text(&choice(&[OTHER, SOME, NONE]), expected);
    assert_text(&choice(&[]), "enum(u8){}");
    let wide = EnumSchema::new(2, true, true, &[NONE, BELOW]);
    assert_text(&shape("Wide", ShapeSchema::Enum(wide)), "enum(i16be){-1=Below,0=None}");
}

#[test]
fn what_the_bytes_do_not_depend_on_does_not_change_the_text() {
    let plain = field("value", U16);
    let documented = FieldSchema::new("value", "Counted.", 0, U16, PLAIN.with_max_len(3));
    let nonzero = field("value", TypeSchema::Integer { bits: 16, signed: false, nonzero: true });
    // What has one byte has no order, what is padded has no length before it, what is fixed no prefix.
    let byte = |place| placed("value", U8, place);
    let padded = |place: FieldPlace| placed("value", TypeSchema::Text, place.with_fixed_length(4));
    let other = BIG.with_format(true, LengthPrefix::U8);
    assert_eq!(of_field(plain), of_field(documented));
    assert_eq!(of_field(plain), of_field(nonzero));
    assert_eq!(of_field(byte(PLAIN)), of_field(byte(other)));
    assert_eq!(of_field(padded(PLAIN)), of_field(padded(other)));
    let named = MessageSchema::new("Other", "Documented.", Layout::Packed, POINT.shape);
    assert_eq!(named.fingerprint(), POINT.fingerprint());
}

#[test]
fn what_the_bytes_depend_on_changes_the_number() {
    let mut texts: Vec<_> = [
        field("value", U16),
        field("values", U16),
        big("value", U16),
        field("value", TypeSchema::Integer { bits: 16, signed: true, nonzero: false }),
        field("value", U32),
        field("value", F32),
        field("value", TypeSchema::Optional(&U16)),
        field("value", TypeSchema::Text),
        field("value", TypeSchema::Bytes),
        big("value", TypeSchema::Text),
        placed("value", TypeSchema::Text, PLAIN.with_format(false, LengthPrefix::U16)),
        placed("value", TypeSchema::Text, PLAIN.with_fixed_length(4)),
        placed("value", TypeSchema::Text, PLAIN.with_fixed_length(5)),
        placed("value", U16, PLAIN.with_padding(1, 0)),
        placed("value", U16, PLAIN.with_padding(0, 1)),
        placed("value", U16, PLAIN.with_magic(&[0])),
        placed("value", U16, PLAIN.with_magic(&[1])),
        field("value", TypeSchema::Array(&U16, 2)),
        field("value", TypeSchema::Tuple(&[U16, U16])),
        field("value", message(|| &POINT)),
        field("value", TypeSchema::List(const { &message(|| &POINT) })),
        field("value", TypeSchema::Set(&U16)),
        field("value", TypeSchema::List(&U16)),
    ]
    .map(|field| packed("One", Vec::leak(vec![field])).fingerprint())
    .into();
    let first = [variant("A", 0, &[]), variant("B", 1, &[])];
    let swapped = [variant("A", 1, &[]), variant("B", 0, &[])];
    let grown = [variant("A", 0, const { &[field("0", U8)] }), variant("B", 1, &[])];
    for variants in [first, swapped, grown] {
        let variants = Vec::leak(variants.to_vec());
        texts.push(choice(variants).fingerprint());
        for (bytes, big, checksum) in [(1, false, 0), (2, false, 0), (2, true, 0), (2, true, 4)] {
            let family = FamilySchema::new(bytes, big, checksum, variants);
            texts.push(shape("Family", ShapeSchema::Family(family)).fingerprint());
        }
    }
    let count = texts.len();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), count);
    assert!(!texts.contains(&None));
}

#[test]
fn a_word_of_ones_own_for_unknown_messages_changes_no_frame() {
    let protocol = |messages: Vec<VariantSchema>| {
        let family = FamilySchema::new(1, true, 0, Vec::leak(messages));
        shape("Protocol", ShapeSchema::Family(family)).canonical_layout().unwrap()
    };
    let ping = variant("Ping", 1, &[]);
    let expected = "family(u8,checksum(0)){1=Ping}";
    assert_eq!(protocol(vec![ping]), expected);
    assert_eq!(protocol(vec![ping, variant("NotFound", 255, &[])]), expected);
}

const fn growing(prefix: LengthPrefix, fields: &'static [FieldSchema]) -> MessageSchema {
    shape("Growing", ShapeSchema::of_extensible_fields(fields, b"G", true, prefix))
}

static VERSION_1: MessageSchema = growing(LengthPrefix::U16, &[big("a", U16)]);
static VERSION_2: MessageSchema = growing(
    LengthPrefix::U16,
    &[big("a", U16), placed("b", TypeSchema::Text, BIG.with_since(2).with_padding(1, 1))],
);
static HOLDS_VERSION_1: MessageSchema = packed("Holds", &[field("v", message(|| &VERSION_1))]);
static HOLDS_VERSION_2: MessageSchema = packed("Holds", &[field("v", message(|| &VERSION_2))]);

#[test]
fn the_versions_of_an_extensible_message_agree() {
    assert_text(&VERSION_1, "extensible(u16be){magic(47),a:u16be}");
    assert_eq!(VERSION_2.fingerprint(), VERSION_1.fingerprint());
    assert_text(&HOLDS_VERSION_2, "{v:extensible(u16be){magic(47),a:u16be}}");
    assert_eq!(HOLDS_VERSION_2.fingerprint(), HOLDS_VERSION_1.fingerprint());
    // This is what it does not find.
    let other_type = const { &[big("a", U16), placed("b", U8, BIG.with_since(2))] };
    assert_eq!(growing(LengthPrefix::U16, other_type).fingerprint(), VERSION_2.fingerprint());
    let changed = growing(LengthPrefix::U16, const { &[big("a", U16), big("b", U8)] });
    assert_ne!(changed.fingerprint(), VERSION_1.fingerprint());
    let rigid = shape("Rigid", ShapeSchema::of_fields(const { &[big("a", U16)] }, b"G"));
    let wide = growing(LengthPrefix::U32, const { &[big("a", U16)] });
    assert_ne!(rigid.fingerprint(), VERSION_1.fingerprint());
    assert_ne!(wide.fingerprint(), VERSION_1.fingerprint());
}

#[test]
fn a_tagged_message_has_no_fingerprint() {
    let fields = ShapeSchema::of_tagged_fields(const { &[tagged("a", 1, U32)] }, &[]);
    let schema = MessageSchema::new("Tagged", "", Layout::Tagged, fields);
    assert_eq!((schema.canonical_layout(), schema.fingerprint()), (None, None));
}

// A struct without fields is of either layout, and the derive has to say one.
static NOTHING: MessageSchema =
    MessageSchema::new("Nothing", "", Layout::Tagged, ShapeSchema::of_tagged_fields(&[], &[]));

#[test]
fn a_struct_without_fields_lies_in_a_packed_one() {
    assert_eq!(of_type(message(|| &NOTHING)), "{v:{}}");
}

// Three messages that hold each other, and the same three at other addresses, with other names.
static CYCLE_A: MessageSchema = packed("A", &[field("b", TypeSchema::List(&message(|| &CYCLE_B)))]);
static CYCLE_B: MessageSchema =
    packed("B", &[field("c", TypeSchema::Optional(&message(|| &CYCLE_C))), field("p", message(|| &POINT))]);
static CYCLE_C: MessageSchema =
    packed("C", &[field("a", message(|| &COPY_A)), field("p", message(|| &SPOT))]);
static COPY_A: MessageSchema = packed("A2", &[field("b", TypeSchema::List(&message(|| &COPY_B)))]);
static COPY_B: MessageSchema =
    packed("B2", &[field("c", TypeSchema::Optional(&message(|| &CYCLE_C))), field("p", message(|| &SPOT))]);
static SPOT: MessageSchema = packed("Spot", &[field("x", F32), field("y", F32)]);

// A list of nodes, the first of which is declared by itself.
static HEAD: MessageSchema =
    packed("Head", &[field("value", U8), field("next", TypeSchema::Optional(&message(|| &NODE)))]);

#[test]
fn messages_that_hold_themselves_end_and_do_not_depend_on_their_addresses() {
    let expected = "{b:list(u32le)<{c:optional<{a:#0,p:{x:f32le,y:f32le}}>,p:#3}>}";
    assert_text(&CYCLE_A, expected);
    assert_text(&COPY_A, expected);
    assert_text(&HEAD, "{value:u8,next:optional<#0>}");
    let copy = NODE;
    assert_text(&copy, "{value:u8,next:optional<#0>}");
}

macro_rules! doubling {
    ($name:ident) => {
        static $name: MessageSchema = packed("Leaf", &[field("leaf", U8)]);
    };
    ($name:ident $next:ident $($rest:ident)*) => {
        static $name: MessageSchema =
            packed("Pair", &[field("a", message(|| &$next)), field("b", message(|| &$next))]);
        doubling!($next $($rest)*);
    };
}

doubling!(D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 D20 D21 D22
    D23 D24 D25 D26 D27 D28 D29 D30 D31 D32 D33 D34 D35 D36 D37 D38 D39 D40 D41 D42 D43 D44 D45 D46);

#[test]
fn a_message_in_very_many_places_is_written_once() {
    let text = D01.canonical_layout().unwrap();
    assert!(text.starts_with("{a:{a:{a:"));
    assert!(text.ends_with(",b:#3},b:#2},b:#1}"));
    // Each of the 45 pairs has two fields, the leaf is written once.
    assert_eq!(text.matches("b:#").count(), 45);
    assert_eq!(text.matches("leaf").count(), 1);
}

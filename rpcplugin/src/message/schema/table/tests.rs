//! Tables against their expected text.

use crate::message::Layout;
use crate::message::schema::samples::*;
use crate::message::schema::{
    EnumSchema, FamilySchema, FieldPlace, FieldSchema, LengthPrefix, MessageSchema, NumberEncoding,
    ShapeSchema, TypeSchema, VariantSchema,
};

const fn packed(name: &'static str, docs: &'static str, fields: &'static [FieldSchema]) -> MessageSchema {
    MessageSchema::new(name, docs, Layout::Packed, ShapeSchema::of_fields(fields, &[]))
}

#[track_caller]
fn assert_table(schema: &'static MessageSchema, expected: &str) {
    let table = schema.layout_table();
    assert_eq!(table, expected, "found:\n{table}");
    assert!(table.lines().all(|line| line == line.trim_end()), "a line ends in spaces");
}

static POINT: MessageSchema =
    packed("Point", "", &[field("x", F32), FieldSchema::new("y", "Upwards.", 0, F32, PLAIN)]);

static HEADER: MessageSchema = MessageSchema::new(
    "Header",
    "What stands before every record.\n\nSee the manual.",
    Layout::Packed,
    ShapeSchema::of_fields(
        &[
            FieldSchema::new("kind", "Which record\nfollows.", 0, U8, PLAIN),
            placed("number", U32, BIG.with_padding(1, 2)),
            placed("data", TypeSchema::Array(&U16, 3), PLAIN.with_magic(&[0xff, 0])),
            FieldSchema::new("position", "Where it was.", 0, message(|| &POINT), PLAIN),
            placed("label", TypeSchema::Text, PLAIN.with_fixed_length(8)),
            field("at", TypeSchema::Timestamp),
            field("mark", TypeSchema::Char),
            field("pair", TypeSchema::Tuple(&[U8, TypeSchema::Bool])),
            field("nonzero", TypeSchema::Integer { bits: 64, signed: true, nonzero: true }),
        ],
        b"REC1",
    ),
);

#[test]
fn a_fixed_message_has_exact_offsets_and_a_total() {
    let expected = r#"Header: packed message
What stands before every record.

See the manual.

offset  size  order   type        name        notes
0       4     -       magic       -           52 45 43 31 "REC1"
4       1     -       u8          kind        Which record follows.
5       1     -       zeros       -
6       4     big     u32         number
10      2     -       zeros       -
12      2     -       magic       -           ff 00
14      6     little  [u16; 3]    data
20      8     -       Point       position    Where it was.
20      4     little  f32         position.x
24      4     little  f32         position.y  Upwards.
28      8     -       text        label       [padded with zeros]
36      12    little  timestamp   at
48      4     little  char        mark
52      2     -       (u8, bool)  pair
54      8     little  i64         nonzero     [not zero]
total: 62 bytes
"#;
    assert_table(&HEADER, expected);
}

const SHORT: FieldPlace = BIG.with_format(true, LengthPrefix::U16);
const TINY: FieldPlace = PLAIN.with_format(true, LengthPrefix::U8);

static RECORD: MessageSchema = packed(
    "Record",
    "",
    &[
        field("header", message(|| &POINT)),
        placed("name", TypeSchema::Text, SHORT.with_max_len(64)),
        FieldSchema::new("state", "How it is.", 0, message(|| &STATE), PLAIN),
        big("samples", TypeSchema::List(&U16)),
        placed("blob", TypeSchema::Bytes, TINY),
        placed("names", TypeSchema::List(&TypeSchema::Text), TINY),
        field("expires", TypeSchema::Optional(&I64)),
        field("remark", TypeSchema::Optional(&TypeSchema::Text)),
        field("points", TypeSchema::List(&message(|| &POINT))),
        field("counts", TypeSchema::Map(&U32, &U64)),
        field("texts", TypeSchema::Map(&U32, &TypeSchema::Text)),
        field("tags", TypeSchema::Set(&U8)),
        field("pair", TypeSchema::Tuple(&[U8, TypeSchema::Text])),
        field("next", TypeSchema::Optional(&message(|| &RECORD))),
        field("growing", message(|| &GROWING)),
        field("line", message(|| &LINE)),
        field("nothing", message(|| &NOTHING)),
        placed("last", TypeSchema::Bool, PLAIN.with_padding(3, 1)),
    ],
);

static STATE: MessageSchema = MessageSchema::new(
    "State",
    "How a record is.",
    Layout::Packed,
    ShapeSchema::Enum(EnumSchema::new(
        2,
        true,
        true,
        &[
            VariantSchema::new("New", "Nobody\nsaw it.", Some(-1), &[]),
            variant("Old", 300, &[]),
            VariantSchema::new("Other", "Of a newer version.", None, &[field("0", U16)]),
        ],
    )),
);

static GROWING: MessageSchema = MessageSchema::new(
    "Growing",
    "",
    Layout::Packed,
    ShapeSchema::of_extensible_fields(
        &[big("first", U32), placed("second", U8, BIG.with_since(2))],
        &[],
        true,
        LengthPrefix::U16,
    ),
);

static LINE: MessageSchema = packed("Line", "", &[field("text", TypeSchema::Text)]);
// The derive says `Tagged` of a struct without fields, which is of either layout.
static NOTHING: MessageSchema =
    MessageSchema::new("Nothing", "", Layout::Tagged, ShapeSchema::of_fields(&[], &[]));

#[test]
fn behind_a_field_without_a_fixed_size_offsets_count_from_its_end() {
    let expected = r#"Record: packed message

offset  size     order   type                name      notes
0       8        -       Point               header
0       4        little  f32                 header.x
4       4        little  f32                 header.y  Upwards.
8       2 + n    big     text                name      [max_len 64]
+0      2        big     State               state     How it is.
+2      4 + 2n   big     list of u16         samples
+0      1 + n    -       bytes               blob
+0      1 + ..   -       list of text        names
+0      1 or 9   little  optional i64        expires
+0      1 + ..   little  optional text       remark
+0      4 + 8n   little  list of Point       points
+0      4 + 12n  little  map of u32 to u64   counts
+0      4 + ..   little  map of u32 to text  texts
+0      4 + n    little  set of u8           tags
+0      ..       little  (u8, text)          pair
+0      1 + ..   -       optional Record     next
+0      2 + n    big     Growing             growing
+0      ..       -       Line                line
+0      0        -       Nothing             nothing
+0      3        -       zeros               -
+3      1        -       bool                last
+4      1        -       zeros               -

State: packed enum, id i16 big
How a record is.

id   name   notes
-1   New    Nobody saw it.
300  Old
-    Other  Of a newer version. [every other id]
total: 2 bytes

Point: packed message

offset  size  order   type  name  notes
0       4     little  f32   x
4       4     little  f32   y     Upwards.
total: 8 bytes

Growing: extensible packed message, within another behind a length (u16)

offset  size  order  type  name    notes
0       4     big    u32   first
4       1     -      u8    second  [since 2]

Line: packed message

offset  size   order   type  name  notes
0       4 + n  little  text  text

Nothing: message without fields

total: 0 bytes
"#;
    assert_table(&RECORD, expected);
}

static SHAPE: MessageSchema = MessageSchema::new(
    "Shape",
    "",
    Layout::Packed,
    ShapeSchema::Enum(EnumSchema::new(
        1,
        false,
        false,
        &[
            variant("Empty", 0, &[]),
            VariantSchema::new("Circle", "Round.", Some(1), &[field("radius", F32)]),
            variant("Dot", 2, &[field("0", message(|| &POINT))]),
            variant("Label", 7, &[field("0", TypeSchema::Text), field("1", U16)]),
            variant("Group", 9, &[field("0", TypeSchema::List(&message(|| &SHAPE)))]),
            VariantSchema::new("Other", "", None, &[field("0", U8)]),
        ],
    )),
);

#[test]
fn an_enum_lists_its_ids_and_then_each_payload() {
    let expected = r#"Shape: packed enum, id u8

id  name    payload  notes
0   Empty   0
1   Circle  4        Round.
2   Dot     8
7   Label   ..
9   Group   ..
-   Other   -        [every other id]

Shape::Circle
offset  size  order   type  name    notes
0       1     -       u8    id      1
1       4     little  f32   radius
total: 5 bytes

Shape::Dot
offset  size  order   type  name  notes
0       1     -       u8    id    2
1       4     little  f32   x
5       4     little  f32   y     Upwards.
total: 9 bytes

Shape::Label
offset  size   order   type  name  notes
0       1      -       u8    id    7
1       4 + n  little  text  0
+0      2      little  u16   1

Shape::Group
offset  size    order   type           name  notes
0       1       -       u8             id    9
1       4 + ..  little  list of Shape  0
"#;
    assert_table(&SHAPE, expected);
}

static PROTOCOL: MessageSchema = MessageSchema::new(
    "Protocol",
    "What stations speak.",
    Layout::Packed,
    ShapeSchema::Family(FamilySchema::new(
        2,
        true,
        4,
        &[
            VariantSchema::new("Position", "Where it is.", Some(1), &[field("0", message(|| &POINT))]),
            variant("Say", 2, &[big("code", U8), big("text", TypeSchema::Text)]),
            variant("Ping", 3, &[]),
            VariantSchema::new("NotFound", "", Some(0xffff), &[]),
        ],
    )),
);

#[test]
fn a_family_has_a_table_for_each_frame() {
    let expected = r#"Protocol: packed family, header u16 big, checksum 4 bytes
What stations speak.

id     name      payload  notes
1      Position  8        Where it is.
2      Say       ..
3      Ping      0
65535  NotFound  0

Protocol::Position
offset  size  order   type   name      notes
0       2     big     u16    header    1
2       4     little  f32    x
6       4     little  f32    y         Upwards.
10      4     -       bytes  checksum  of all that is before it
total: 14 bytes

Protocol::Say
offset  size   order  type   name      notes
0       2      big    u16    header    2
2       4      big    u32    length    of the payload
6       1      -      u8     code
7       4 + n  big    text   text
+0      4      -      bytes  checksum  of all that is before it

Protocol::Ping
offset  size  order  type   name      notes
0       2     big    u16    header    3
2       4     -      bytes  checksum  of all that is before it
total: 6 bytes

Protocol::NotFound
offset  size  order  type  name    notes
0       2     big    u16   header  65535
total: 2 bytes
"#;
    assert_table(&PROTOCOL, expected);
}

static ENTRY: MessageSchema = MessageSchema::new(
    "Entry",
    "",
    Layout::Tagged,
    ShapeSchema::of_tagged_fields(
        &[
            FieldSchema::new("key", "Never empty.", 1, TypeSchema::Text, PLAIN.with_max_len(8)),
            FieldSchema::new("delta", "", 12, I64, PLAIN.with_encoding(NumberEncoding::ZigZag)),
            tagged("choice", 0, TypeSchema::Optional(&message(|| &CHOICE))),
        ],
        &[(2, 2), (5, 7)],
    ),
);

static CHOICE: MessageSchema = MessageSchema::new(
    "Choice",
    "",
    Layout::Tagged,
    ShapeSchema::Enum(EnumSchema::new_oneof(&[
        VariantSchema::new("Number", "Counted.", Some(3), &[field("0", U32)]),
        variant("Entry", 4, &[field("0", message(|| &ENTRY))]),
    ])),
);

#[test]
fn a_tagged_message_lists_ids_and_types() {
    let expected = r#"Entry: tagged message

id  type             name    notes
1   text             key     Never empty. [max_len 8]
12  i64              delta   [zigzag]
-   optional Choice  choice
reserved: 2, 5 to 7

Choice: tagged oneof

id  type   name    notes
3   u32    Number  Counted.
4   Entry  Entry
"#;
    assert_table(&ENTRY, expected);
}

// No value can be of this type, but a description can say it.
static ENDLESS: MessageSchema =
    packed("Endless", "", &[field("number", U8), field("inner", message(|| &ENDLESS))]);

#[test]
fn a_message_that_holds_itself_without_an_end_has_a_table() {
    let expected = "Endless: packed message

offset  size  order  type     name    notes
0       1     -      u8       number
1       ..    -      Endless  inner
";
    assert_table(&ENDLESS, expected);
}

// One message at two addresses.
static SAME_POINT: MessageSchema =
    packed("Point", "", &[field("x", F32), FieldSchema::new("y", "Upwards.", 0, F32, PLAIN)]);
static TWO_POINTS: MessageSchema = packed(
    "Two",
    "",
    &[
        field("a", TypeSchema::Optional(&message(|| &POINT))),
        field("b", TypeSchema::Optional(&message(|| &SAME_POINT))),
    ],
);

#[test]
fn one_message_at_two_addresses_has_one_table() {
    assert_eq!(TWO_POINTS.layout_table().matches("Point: packed message").count(), 1);
}

macro_rules! doubling {
    ($name:ident) => {
        static $name: MessageSchema = packed("Leaf", "", &[]);
    };
    ($name:ident $next:ident $($rest:ident)*) => {
        static $name: MessageSchema = packed(
            "Pair", "", &[field("a", message(|| &$next)), field("b", message(|| &$next))],
        );
        doubling!($next $($rest)*);
    };
}

doubling!(D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 D20 D21 D22
    D23 D24 D25 D26 D27 D28 D29 D30 D31 D32 D33 D34 D35 D36 D37 D38 D39 D40 D41 D42 D43 D44 D45 D46);

#[test]
fn a_message_in_very_many_places_is_measured_once() {
    // 2^45 empty messages: without a memory of what was measured this would not end.
    assert!(D01.layout_table().starts_with("Pair: packed message\n"));
}

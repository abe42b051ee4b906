//! Tables against their expected text: `packed` and `variants` by what the derive says, here what it can hardly be made to
//! say.

mod packed;

mod variants;

use crate::message::Layout;
use crate::message::schema::samples::*;
use crate::message::schema::{FieldSchema, MessageSchema, ShapeSchema, TypeSchema};

#[track_caller]
fn assert_table(schema: &MessageSchema, expected: &str) {
    let table = schema.layout_table();
    assert_eq!(table, expected, "found:\n{table}");
    assert!(table.lines().all(|line| line == line.trim_end()), "a line ends in spaces");
}

const fn packed(name: &'static str, fields: &'static [FieldSchema]) -> MessageSchema {
    MessageSchema::new(name, "", Layout::Packed, ShapeSchema::of_fields(fields, &[]))
}

// No value can be of this type, but a description can say it.
static ENDLESS: MessageSchema =
    packed("Endless", &[field("number", U8), field("inner", message(|| &ENDLESS))]);

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
static POINT: MessageSchema = packed("Point", &[field("x", F32), field("y", F32)]);
static SAME_POINT: MessageSchema = packed("Point", &[field("x", F32), field("y", F32)]);
static TWO_POINTS: MessageSchema = packed(
    "Two",
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
        static $name: MessageSchema = packed("Leaf", &[]);
    };
    ($name:ident $next:ident $($rest:ident)*) => {
        static $name: MessageSchema = packed(
            "Pair", &[field("a", message(|| &$next)), field("b", message(|| &$next))],
        );
        doubling!($next $($rest)*);
    };
}

doubling!(D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 D20 D21 D22
    D23 D24 D25 D26 D27 D28 D29 D30 D31 D32 D33 D34 D35 D36 D37 D38 D39 D40 D41 D42 D43 D44 D45 D46);

#[test]
fn a_message_in_very_many_places_is_visited_once() {
    // 2^45 empty messages: without a memory of what was visited this would not end.
    assert!(D01.layout_table().starts_with("Pair: packed message\n"));
}

use super::*;
use crate::message::schema::samples::*;
use crate::message::schema::{FieldPlace, NumberEncoding, TypeSchema};

const ZIGZAG: FieldPlace = PLAIN.with_encoding(NumberEncoding::ZigZag);
const FIXED: FieldPlace = PLAIN.with_encoding(NumberEncoding::FixedWidth);

static SCALARS: MessageSchema = message_of(
    "Scalars",
    &[
        tagged("a", 1, U32),
        tagged("b", 2, U64),
        tagged("c", 3, I32),
        tagged("d", 4, I64),
        FieldSchema::new("e", "", 5, I32, ZIGZAG),
        FieldSchema::new("f", "", 6, I64, ZIGZAG),
        FieldSchema::new("g", "", 7, U32, FIXED),
        FieldSchema::new("h", "", 8, U64, FIXED),
        FieldSchema::new("i", "", 9, I32, FIXED),
        FieldSchema::new("j", "", 10, I64, FIXED),
        tagged("k", 11, F32),
        tagged("l", 12, F64),
        tagged("type", 13, TypeSchema::Bool),
        tagged("0", 14, TypeSchema::Text),
        tagged("o", 15, TypeSchema::Bytes),
        tagged("p", 16, TypeSchema::List(&U8)),
        tagged("q", 17, TypeSchema::Optional(&TypeSchema::List(&U8))),
        tagged("r", 18, TypeSchema::List(&TypeSchema::Bytes)),
        FieldSchema::new("s", "", 19, TypeSchema::List(&I32), ZIGZAG),
        FieldSchema::new("t", "", 20, TypeSchema::Optional(&U64), FIXED),
        tagged("u", 21, TypeSchema::Set(&TypeSchema::Text)),
        tagged("v", 22, TypeSchema::Map(&TypeSchema::Text, &F64)),
        FieldSchema::new("w", "", 23, TypeSchema::Map(&I32, &TypeSchema::Bytes), PLAIN),
    ],
);

#[test]
fn every_scalar_is_said_by_its_type_and_its_encoding() {
    let expected = r#"syntax = "proto3";

message Scalars {
  uint32 a = 1;
  uint64 b = 2;
  int32 c = 3;
  int64 d = 4;
  sint32 e = 5;
  sint64 f = 6;
  fixed32 g = 7;
  fixed64 h = 8;
  sfixed32 i = 9;
  sfixed64 j = 10;
  float k = 11;
  double l = 12;
  bool type = 13;
  string field_0 = 14;
  bytes o = 15;
  bytes p = 16;
  optional bytes q = 17;
  repeated bytes r = 18;
  repeated sint32 s = 19;
  optional fixed64 t = 20;
  repeated string u = 21;
  map<string, double> v = 22;
  map<int32, bytes> w = 23;
}
"#;
    assert_eq!(print(&SCALARS).unwrap(), expected);
}

static ORDER: MessageSchema = MessageSchema::new(
    "Order",
    "What a customer wants.\n\nOnce accepted, it does not change.",
    Layout::Tagged,
    ShapeSchema::of_tagged_fields(
        &[
            FieldSchema::new("number", "Never zero.", 1, U64, PLAIN),
            tagged("lines", 2, TypeSchema::List(&message(|| &LINE))),
            tagged("state", 3, message(|| &STATE)),
            FieldSchema::new("payment", "", 0, TypeSchema::Optional(&message(|| &PAYMENT)), PLAIN),
            tagged("placed", 10, TypeSchema::Timestamp),
            tagged("delivery", 11, TypeSchema::Optional(&TypeSchema::Duration)),
            tagged("replaces", 12, TypeSchema::Optional(&message(|| &ORDER))),
            tagged("history", 13, TypeSchema::Map(&U32, &message(|| &STATE))),
        ],
        &[(4, 4), (7, 9)],
    ),
);

static LINE: MessageSchema =
    message_of("Line", &[tagged("item", 1, TypeSchema::Text), tagged("state", 2, message(|| &STATE))]);

static STATE: MessageSchema = MessageSchema::new(
    "OrderState",
    "How far it is.",
    Layout::Packed,
    ShapeSchema::Enum(EnumSchema::new(
        1,
        true,
        false,
        &[
            variant("OnItsWay", 2, &[]),
            VariantSchema::new("Unspecified", "Not said.", Some(0), &[]),
            variant("Refused", -1, &[]),
            VariantSchema::new("Unknown", "", None, &[field("0", I32)]),
        ],
    )),
);

static PAYMENT: MessageSchema = MessageSchema::new(
    "Payment",
    "How it is paid.",
    Layout::Tagged,
    ShapeSchema::Enum(EnumSchema::new_oneof(&[
        VariantSchema::new("CreditCard", "The number.", Some(5), &[tagged("0", 0, TypeSchema::Text)]),
        variant("Voucher", 6, &[tagged("0", 0, message(|| &VOUCHER))]),
        variant("Cents", 14, &[FieldSchema::new("0", "", 0, I64, ZIGZAG)]),
    ])),
);

static VOUCHER: MessageSchema = message_of("Voucher", &[]);

const ORDER_FILE: &str = r#"syntax = "proto3";

package shop.v1;

import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";

// What a customer wants.
//
// Once accepted, it does not change.
message Order {
  reserved 4, 7 to 9;

  // Never zero.
  uint64 number = 1;
  repeated Line lines = 2;
  OrderState state = 3;
  // How it is paid.
  oneof payment {
    // The number.
    string credit_card = 5;
    Voucher voucher = 6;
    sint64 cents = 14;
  }
  google.protobuf.Timestamp placed = 10;
  optional google.protobuf.Duration delivery = 11;
  optional Order replaces = 12;
  map<uint32, OrderState> history = 13;
}

message Line {
  string item = 1;
  OrderState state = 2;
}

// How far it is.
enum OrderState {
  // Not said.
  ORDER_STATE_UNSPECIFIED = 0;
  ORDER_STATE_ON_ITS_WAY = 2;
  ORDER_STATE_REFUSED = -1;
}

message Voucher {}
"#;

#[test]
fn a_message_brings_what_it_holds_and_each_of_it_once() {
    let file = ProtoFile::new("shop.v1").message(&ORDER);
    assert_eq!(file.to_proto().unwrap(), ORDER_FILE);
    assert_eq!(file.message(&STATE).message(&ORDER).message(&LINE).to_proto().unwrap(), ORDER_FILE);
}

#[test]
fn the_messages_that_were_named_first_are_printed_first() {
    let text = ProtoFile::new("shop.v1").message(&VOUCHER).message(&ORDER).to_proto().unwrap();
    let voucher = "message Voucher {}\n";
    let moved = ORDER_FILE.replace(&format!("\n{voucher}"), "");
    let expected = moved.replace("// What a customer", &format!("{voucher}\n// What a customer"));
    assert_eq!(text, expected);
}

#[test]
fn a_file_without_a_message_is_its_head() {
    assert_eq!(ProtoFile::new("").to_proto().unwrap(), "syntax = \"proto3\";\n");
    assert_eq!(ProtoFile::new("a.b").to_proto().unwrap(), "syntax = \"proto3\";\n\npackage a.b;\n");
}

static ONLY_RESERVED: MessageSchema =
    MessageSchema::new("Gone", "", Layout::Tagged, ShapeSchema::of_tagged_fields(&[], &[(1, 2), (5, 5)]));

#[test]
fn a_message_may_be_nothing_but_what_it_reserves() {
    let expected = "syntax = \"proto3\";\n\nmessage Gone {\n  reserved 1 to 2, 5;\n}\n";
    assert_eq!(print(&ONLY_RESERVED).unwrap(), expected);
}

// One message at two addresses, as the linker may leave it, and each holds the other.
static TREE: MessageSchema =
    message_of("Tree", &[tagged("left", 1, message(|| &LEFT)), tagged("right", 2, message(|| &LINE))]);
static SAME_TREE: MessageSchema =
    message_of("Tree", &[tagged("left", 1, message(|| &LEFT)), tagged("right", 2, message(|| &SAME_LINE))]);
static LEFT: MessageSchema = message_of(
    "Left",
    &[tagged("tree", 1, message(|| &SAME_TREE)), tagged("voucher", 2, message(|| &VOUCHER))],
);
static SAME_LINE: MessageSchema =
    message_of("Line", &[tagged("item", 1, TypeSchema::Text), tagged("state", 2, message(|| &STATE))]);

#[test]
fn one_message_at_two_addresses_is_one_message() {
    let text = print(&TREE).unwrap();
    let headings: Vec<_> = text.lines().filter(|line| line.ends_with(['{', '}']) && line.len() > 1).collect();
    let expected =
        ["message Tree {", "message Left {", "message Voucher {}", "message Line {", "enum OrderState {"];
    assert_eq!(headings, expected);
}

static TIMED: MessageSchema = message_of("Timed", &[tagged("at", 1, TypeSchema::Timestamp)]);

#[test]
fn the_package_google_is_found_from_within_another_of_that_name() {
    let line = |package: &str| {
        let text = ProtoFile::new(package).message(&TIMED).to_proto().unwrap();
        text.lines().find(|line| line.ends_with("at = 1;")).unwrap().trim().to_owned()
    };
    assert_eq!(line("com.google.store"), ".google.protobuf.Timestamp at = 1;");
    assert_eq!(line("google.store"), "google.protobuf.Timestamp at = 1;");
}

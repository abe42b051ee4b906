use super::*;
use crate::message::schema::{EnumSchema, SchemaError, TypeSchema, VariantSchema};

static COLOR: MessageSchema = MessageSchema::new(
    "Color",
    "",
    Layout::Packed,
    ShapeSchema::Enum(EnumSchema::new(
        2,
        true,
        false,
        &[
            variant("Red", -1, &[]),
            variant("Blue", 5, &[]),
            VariantSchema::new("Other", "", None, &[field("0", U16)]),
        ],
    )),
);

const FIXED: &[FieldSchema] = &[
    FieldSchema::new("flag", "Set or not.\n\nMostly not.", 0, TypeSchema::Bool, BIG),
    field("byte", U8),
    big("count", U16),
    field("signed", I32),
    big("big", U64),
    field("half", TypeSchema::Float { bits: 16 }),
    big("nonzero", TypeSchema::Integer { bits: 64, signed: true, nonzero: true }),
    placed("label", TypeSchema::Text, PLAIN.with_fixed_length(12)),
    field("key", TypeSchema::Array(&U8, 16)),
    FieldSchema::new("position", "Where it is.", 0, message(|| &POINT), PLAIN),
    FieldSchema::new("color", "How it looks.", 0, message(|| &COLOR), PLAIN),
    FieldSchema::new("levels", "From the left.", 0, TypeSchema::Array(&U16, 2), BIG),
    field("corners", TypeSchema::Array(const { &message(|| &POINT) }, 2)),
    field("pair", TypeSchema::Tuple(&[U8, TypeSchema::Bool])),
    field("nothing", TypeSchema::Array(&U8, 0)),
];

static PROTOCOL: MessageSchema = family(
    "Protocol",
    "What stations speak.\nVersion 2.",
    FamilySchema::new(
        2,
        true,
        0,
        &[
            VariantSchema::new("Fixed", "Always as long.", Some(1), FIXED).with_size(Some(98)),
            variant(
                "SayHello",
                2,
                &[big("to", TypeSchema::Text), big("blob", TypeSchema::Bytes), big("n", U32)],
            ),
            variant("Ping", 3, &[]),
            variant("Move", 0x1234, &[field("0", message(|| &POINT))]).with_size(Some(12)),
            variant("Two", 7, &[field("0", U8), big("1", TypeSchema::List(&U8))]),
            variant("NotFound", 0xffff, &[]),
        ],
    ),
);

#[test]
fn a_family_becomes_a_module_with_all_that_the_package_takes() {
    let expected = r#"# -*- coding: utf-8 -*-
from enum import IntEnum

from binary_protocol import ProtocolConfig
from binary_protocol.protocol.message_structure import FieldDefinition, MessageStructure


# What stations speak.
# Version 2.
class MessageType(IntEnum):
    # Always as long.
    FIXED = 1
    SAY_HELLO = 2
    PING = 3
    MOVE = 4660
    TWO = 7


message_structures = {
    MessageType.FIXED: MessageStructure([
        # Set or not.
        #
        # Mostly not.
        FieldDefinition("flag", int, format_string=">?"),
        FieldDefinition("byte", int, format_string="<B"),
        FieldDefinition("count", int, format_string=">H"),
        FieldDefinition("signed", int, format_string="<i"),
        FieldDefinition("big", int, format_string=">Q"),
        FieldDefinition("half", float, format_string="<e"),
        FieldDefinition("nonzero", int, format_string=">q"),
        FieldDefinition("label", str, fixed_length=12),
        FieldDefinition("key", bytes, fixed_length=16),
        # Where it is.
        # To the right.
        FieldDefinition("position_x", float, format_string="<f"),
        FieldDefinition("position_y", float, format_string=">d"),
        # How it looks.
        # -1 = Red, 5 = Blue
        FieldDefinition("color", int, format_string="<h"),
        # From the left.
        FieldDefinition("levels_0", int, format_string=">H"),
        FieldDefinition("levels_1", int, format_string=">H"),
        # To the right.
        FieldDefinition("corners_0_x", float, format_string="<f"),
        FieldDefinition("corners_0_y", float, format_string=">d"),
        # To the right.
        FieldDefinition("corners_1_x", float, format_string="<f"),
        FieldDefinition("corners_1_y", float, format_string=">d"),
        FieldDefinition("pair_0", int, format_string="<B"),
        FieldDefinition("pair_1", int, format_string="<?"),
    ]),
    MessageType.SAY_HELLO: MessageStructure([
        FieldDefinition("to", str),
        FieldDefinition("blob", bytes),
        FieldDefinition("n", int, format_string=">I"),
    ]),
    MessageType.PING: MessageStructure([]),
    MessageType.MOVE: MessageStructure([
        # To the right.
        FieldDefinition("x", float, format_string="<f"),
        FieldDefinition("y", float, format_string=">d"),
    ]),
    MessageType.TWO: MessageStructure([
        FieldDefinition("field_0", int, format_string="<B"),
        FieldDefinition("field_1", bytes),
    ]),
}

config = ProtocolConfig(
    message_type_enum=MessageType,
    message_structures=message_structures,
    header_format=">H",
)
"#;
    let source = PROTOCOL.to_python().unwrap();
    assert_eq!(source, expected, "found:\n{source}");
}

static SIGNED: MessageSchema =
    family("Signed", "", FamilySchema::new(4, false, 8, &[variant("NotFound", 0xffff_ffff, &[])]));

#[test]
fn a_checksum_is_a_function_to_be_filled_in() {
    let expected = r#"# -*- coding: utf-8 -*-
from enum import IntEnum

from binary_protocol import ProtocolConfig
from binary_protocol.protocol.message_structure import FieldDefinition, MessageStructure


class MessageType(IntEnum):
    pass


message_structures = {
}


def checksum(frame):
    # Of header, length and payload, in 8 bytes: what the family computes.
    raise NotImplementedError("write what the family computes")


def checksum_is_right(frame, found):
    return checksum(frame) == found


config = ProtocolConfig(
    message_type_enum=MessageType,
    message_structures=message_structures,
    header_format="<I",
    checksum_enabled=True,
    checksum_size=8,
    checksum_func=checksum,
    checksum_verify=checksum_is_right,
)
"#;
    let source = SIGNED.to_python().unwrap();
    assert_eq!(source, expected, "found:\n{source}");
}

#[test]
fn documentation_is_never_on_the_lines_where_python_looks_for_an_encoding() {
    for docs in ["Encoding: big-endian.", "coding: utf-7\n+AAo-print()", "coding=latin-1", "a\rcoding: x"] {
        let source = family("Protocol", docs, FamilySchema::new(1, true, 0, &[])).to_python().unwrap();
        let mut lines = source.lines();
        assert_eq!(lines.next(), Some("# -*- coding: utf-8 -*-"));
        assert_eq!(lines.next(), Some("from enum import IntEnum"));
        assert!(lines.any(|line| line.starts_with("# ") && line.contains("oding")), "{source}");
    }
}

#[test]
fn names_that_python_keeps_for_itself_are_refused() {
    let module = |name| {
        let messages = Vec::leak(vec![variant(name, 1, &[])]);
        family("Protocol", "", FamilySchema::new(1, true, 0, messages)).to_python()
    };
    for (name, python) in [("__Private", "__PRIVATE"), ("__init__", "__INIT__"), ("_Sunder_", "_SUNDER_")] {
        let error = module(name).unwrap_err();
        assert_eq!(error, SchemaError::Name { language: "binary_protocol", name: python.to_owned() });
    }
    for name in ["_Hidden", "Trailing__", "none", "True", "class", "match", "mro"] {
        assert!(module(name).is_ok(), "{name}");
    }
}

use crate::message::schema::{MessageSchema, ShapeSchema};
use crate::{BinaryMessage, ProtoFile};

#[derive(BinaryMessage)]
#[expect(non_camel_case_types, reason = "a keyword is a name with `r#` before it")]
struct r#async {
    #[binary(id = 1)]
    r#type: u32,
    #[binary(id = 2)]
    kind: Kind,
    #[binary(oneof)]
    choice: Option<Choice>,
}

#[derive(Debug, BinaryMessage)]
#[expect(non_camel_case_types, reason = "a keyword is a name with `r#` before it")]
enum Kind {
    #[binary(id = 0)]
    r#dyn,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
#[expect(non_camel_case_types, reason = "a keyword is a name with `r#` before it")]
enum Choice {
    #[binary(id = 3)]
    r#yield(u32),
}

#[derive(Debug, BinaryMessage)]
#[binary(family)]
#[expect(non_camel_case_types, reason = "a keyword is a name with `r#` before it")]
enum Protocol {
    #[binary(id = 1)]
    r#move { r#in: bool },
    /// For what is not known.
    #[binary(not_found)]
    r#else,
}

fn variants(schema: &MessageSchema) -> Vec<(&'static str, &'static str)> {
    let variants = match schema.shape {
        ShapeSchema::Enum(choice) => choice.variants,
        ShapeSchema::Family(family) => family.messages,
        ShapeSchema::Struct { .. } => panic!("{} is a struct", schema.name),
    };
    variants.iter().map(|variant| (variant.name, variant.docs)).collect()
}

#[test]
fn a_keyword_that_is_a_name_has_no_mark_in_any_text() {
    assert_eq!((r#async::NAME, r#async::SCHEMA.name), ("async", "async"));
    assert_eq!(variants(Kind::SCHEMA), [("dyn", "")]);
    let file = ProtoFile::new("a").message(r#async::SCHEMA).to_proto().unwrap();
    assert!(file.contains("message async {\n  uint32 type = 1;\n"), "{file}");
    assert!(file.contains("  KIND_DYN = 0;\n") && file.contains("    uint32 yield = 3;\n"), "{file}");
    let module = Protocol::SCHEMA.to_python().unwrap();
    assert!(module.contains("    MOVE = 1\n") && module.contains("FieldDefinition(\"in\""), "{module}");
    let error = Protocol::decode_slice(&[0, 1, 2]).unwrap_err().to_string();
    assert!(error.contains("`move.in`") && !error.contains("r#"), "{error}");
    let error = Kind::decode_slice(&[9]).unwrap_err().to_string();
    assert!(!error.contains("r#"), "{error}");
}

#[test]
fn the_answer_to_unknown_messages_keeps_its_documentation() {
    assert_eq!(variants(Protocol::SCHEMA), [("move", ""), ("else", "For what is not known.")]);
    let table = Protocol::SCHEMA.layout_table();
    assert!(table.contains("else  0        For what is not known."), "{table}");
}

//! The checked-in declarations are what the generator prints. `RPCPLUGIN_BLESS=1` writes them anew.

use super::schema::{Field, Message, Place, Scalar, Schemas, Value};
use super::{draw, print};
use crate::root;

#[test]
fn the_generated_declarations_are_fresh() {
    for (name, expected) in print::files(&draw::schemas()) {
        let path = root().join("tests/it/random_schemas/generated").join(name);
        if std::env::var_os("RPCPLUGIN_BLESS").is_some() {
            std::fs::write(path, expected).unwrap();
            continue;
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        let path = path.display();
        assert!(found == expected, "{path} is not what is printed; run the test with RPCPLUGIN_BLESS=1");
    }
}

#[test]
fn the_declarations_hold_every_type_in_every_place() {
    let schemas = draw::schemas();
    for place in ["single", "optional", "repeated", "map", "variant"] {
        let scalars: &[Scalar] = if place == "map" { &Scalar::PLAIN } else { &Scalar::ALL };
        for scalar in scalars {
            let held = |field: &Field| field.value == Value::Scalar(*scalar);
            assert!(fields_in(&schemas, place).any(held), "no {scalar:?} that is {place}");
        }
        let is_enumeration = |field: &Field| matches!(field.value, Value::Enumeration(_));
        assert!(fields_in(&schemas, place).any(is_enumeration), "no enum that is {place}");
        let is_message = |field: &Field| matches!(field.value, Value::Message(_));
        assert!(fields_in(&schemas, place).any(is_message), "no message that is {place}");
    }
    for scalar in Scalar::KEYS {
        let has_key = |field: &Field| matches!(field.place, Place::Map { key, .. } if key == scalar);
        assert!(fields_in(&schemas, "map").any(has_key), "no map with keys of {scalar:?}");
    }
    for id in [1, 15, 16, 2047, 2048, 18_999, 20_000, 536_870_911] {
        let mut messages = schemas.messages.iter();
        assert!(messages.any(|message| message.field(id).is_some()), "no field with the id {id}");
    }
    let alike = (0..schemas.messages.len()).filter(|index| schemas.is_written_alike(*index)).count();
    assert!(alike >= 8, "only {alike} messages are written byte for byte as by prost");
}

fn fields_in<'s>(schemas: &'s Schemas, place: &'s str) -> impl Iterator<Item = &'s Field> {
    let name = |place| match place {
        Place::Single => "single",
        Place::Optional => "optional",
        Place::Repeated => "repeated",
        Place::Map { .. } => "map",
        Place::Variant => "variant",
    };
    let fields = schemas.messages.iter().flat_map(Message::fields);
    fields.filter(move |field| name(field.place) == place)
}

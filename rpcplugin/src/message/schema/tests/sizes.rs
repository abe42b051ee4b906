use super::shapes::Shapes;
use crate::message::Layout;
use crate::message::schema::samples::leak;
use crate::message::schema::{FamilySchema, FieldSchema, MessageSchema, ShapeSchema, VariantSchema};
use crate::{BinaryMessage, Family, Message, Payload};

fn messages() -> impl Iterator<Item = (&'static VariantSchema, Payload)> {
    let ShapeSchema::Family(family) = Shapes::SCHEMA.shape else { panic!("a family") };
    family.messages.iter().map(|message| {
        let id = u64::try_from(message.id.unwrap()).unwrap();
        // There is nothing behind `NOT_FOUND`.
        (message, Shapes::payload(id).unwrap_or(Payload::Fixed(0)))
    })
}

/// A family of this message only.
fn alone(message: &VariantSchema) -> &'static MessageSchema {
    let family = FamilySchema::new(2, true, 0, Vec::leak(vec![*message]));
    leak(MessageSchema::new("Shapes", "", Layout::Framed, ShapeSchema::Family(family)))
}

#[test]
fn a_payload_has_the_size_that_its_description_says() {
    for (message, payload) in messages() {
        let said = message.size.map_or(Payload::Variable, Payload::Fixed);
        assert_eq!(said, payload, "{}", message.name);
    }
}

/// What the sizes of the fields come to, by the rule that the derive has of them.
fn size_of_fields(fields: &[FieldSchema]) -> Option<usize> {
    fields.iter().try_fold(0, |sum, FieldSchema { ty, place, .. }| {
        let size = ty.size(place).filter(|_| place.since.is_none())?;
        Some(sum + place.pad_before + place.magic.len() + size + place.pad_after)
    })
}

#[test]
fn the_types_of_fields_have_the_sizes_that_the_payload_is_made_of() {
    for (message, _) in messages() {
        assert_eq!(size_of_fields(message.fields), message.size, "{}", message.name);
    }
}

#[test]
fn a_table_shows_a_length_where_frames_have_one_and_a_total_where_they_have_none() {
    for (message, payload) in messages() {
        let table = alone(message).layout_table();
        let (_, frame) = table.split_once(&format!("Shapes::{}\n", message.name)).unwrap();
        let frame = frame.split("\n\n").next().unwrap();
        let total = match payload {
            Payload::Fixed(size) => Some(format!("total: {} bytes", size + 2)),
            Payload::Variable => None,
        };
        assert_eq!(frame.lines().rfind(|line| line.starts_with("total")), total.as_deref(), "{frame}");
        assert_eq!(frame.contains(" length "), total.is_none(), "{frame}");
    }
}

#[test]
fn the_last_row_of_a_fixed_frame_ends_where_the_payload_ends() {
    for (message, payload) in messages() {
        let Payload::Fixed(size) = payload else { continue };
        let table = alone(message).layout_table();
        let (_, frame) = table.split_once(&format!("Shapes::{}\n", message.name)).unwrap();
        let rows = frame.lines().skip(1).take_while(|line| !line.starts_with("total"));
        let ends = rows.map(|row| {
            let mut cells = row.split_whitespace().map(|cell| cell.parse::<usize>().unwrap());
            cells.next().unwrap() + cells.next().unwrap()
        });
        assert_eq!(ends.max(), Some(size + 2), "{frame}");
    }
}

#[test]
fn python_is_told_of_a_length_where_frames_have_one_or_refused() {
    let mut refused = Vec::new();
    for (message, payload) in messages() {
        let Ok(module) = alone(message).to_python() else {
            refused.push(message.name);
            continue;
        };
        // This is how the package decides it.
        let has_length = module.lines().any(|line| line.ends_with(", str),") || line.ends_with(", bytes),"));
        assert_eq!(has_length, payload == Payload::Variable, "{module}");
    }
    let expected = [
        "Numbers",
        "Times",
        "Between",
        "Lists",
        "EmptyArray",
        "Later",
        "OnlyLater",
        "OnlyExtensible",
        "Payloads",
        "OnlyGeneric",
        "OnlySkipped",
        "Itself",
    ];
    assert_eq!(refused, expected);
}

#[test]
fn python_is_refused_what_has_a_length_for_no_field() {
    let error = |name: &str| {
        let (message, _) = messages().find(|(message, _)| message.name == name).unwrap();
        alone(message).to_python().unwrap_err().to_string()
    };
    assert_eq!(
        error("OnlySkipped"),
        "binary_protocol has nothing for `Shapes.OnlySkipped.a`, which is why its frame has a length, which frames \
         have for text and bytes only; leave out generics and skipped fields of enums, and arrays without items"
    );
    assert_eq!(
        error("OnlyLater"),
        "binary_protocol has nothing for `Shapes.OnlyLater.b`, which is absent before version 2; \
         leave `since` out, or make a new message with the field"
    );
}

#[test]
fn a_fingerprint_tells_frames_with_a_length_from_those_without() {
    for (message, payload) in messages() {
        let text = alone(message).canonical_layout().unwrap();
        assert_eq!(
            text.contains(&format!("={}(u32be)", message.name)),
            payload == Payload::Variable,
            "{text}"
        );
    }
}

#[test]
fn frames_are_written_as_the_description_says() {
    let frame = Shapes::Later { a: 1, b: 2 }.encode().unwrap();
    assert_eq!(frame[..], [0, 25, 0, 0, 0, 2, 1, 2]);
    let frame = Shapes::Skipping { a: 1, b: 2 }.encode().unwrap();
    assert_eq!(frame[..], [0, 7, 1]);
}

use std::fmt;

use prost_reflect::{Kind, MessageDescriptor};
use serde_path_to_error::{Path, Segment};

use crate::limits::JSON_FAULT_CHARACTERS_MAX;
use crate::quote::{printable, quote};

/// What is wrong with a JSON that should be a message.
///
/// Its text names the field, what was found, what was expected, and the place in the JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonFault {
    /// The field, from the message on: `entry.counts[2]`; empty for the message itself.
    pub field: String,
    /// What is wrong, and what was expected.
    pub reason: String,
    /// The line in the JSON, from 1; 0 where the fault has no place.
    pub line: usize,
    /// The column in the line, from 1; 0 where the fault has no place.
    pub column: usize,
}

impl JsonFault {
    /// Of the error of a reader that was at `path` in a JSON of the message.
    pub(super) fn new(error: &serde_json::Error, path: &Path, message: &MessageDescriptor) -> Self {
        let field = path.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let text = error.to_string();
        let mut reason = plain(text.strip_suffix(&place).unwrap_or(&text));
        // The reader says what it expects of a type, and not what it expects of a value.
        if !reason.contains("expected") {
            let is_unknown = reason.contains("unrecognized field name");
            let expected = kind_at(message, path).map(|kind| match kind {
                Kind::Message(inner) if is_unknown => {
                    format!("one of {}", listed(inner.fields().map(|field| field.json_name().to_owned())))
                }
                kind => words(&kind),
            });
            reason.push_str(&expected.map(|words| format!("; expected {words}")).unwrap_or_default());
        }
        let field = if field == "." { String::new() } else { plain(&field) };
        Self { field, reason, line: error.line(), column: error.column() }
    }

    /// Of a message that is no JSON's fault.
    pub(super) const fn whole(reason: String) -> Self {
        Self { field: String::new(), reason, line: 0, column: 0 }
    }
}

impl fmt::Display for JsonFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => formatter.write_str(&self.reason)?,
            field => write!(formatter, "field `{field}`: {}", self.reason)?,
        }
        match self.line {
            0 => Ok(()),
            line => write!(formatter, ", at line {line} column {} of the JSON", self.column),
        }
    }
}

impl std::error::Error for JsonFault {}

/// Text that may be the other side's, fit to stand in an error.
pub(super) fn plain(text: &str) -> String {
    text.chars().take(JSON_FAULT_CHARACTERS_MAX).flat_map(printable).collect()
}

/// The type of what is at a path into a message.
fn kind_at(message: &MessageDescriptor, path: &Path) -> Option<Kind> {
    let mut at = Kind::Message(message.clone());
    // The place in a list says nothing of a type.
    let mut names = path.iter().filter_map(|segment| match segment {
        Segment::Map { key } => Some(key),
        _ => None,
    });
    while let Some(name) = names.next() {
        let message = at.as_message()?;
        let by_name = || message.get_field_by_name(name);
        let field = message.get_field_by_json_name(name).or_else(by_name)?;
        at = field.kind();
        // The next one is a key of the map.
        if field.is_map() && names.next().is_some() {
            at = at.as_message()?.map_entry_value_field().kind();
        }
    }
    Some(at)
}

/// What a value of a type is in JSON.
fn words(kind: &Kind) -> String {
    match kind {
        Kind::Double | Kind::Float => "a number".to_owned(),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => "a whole number of 32 bits".to_owned(),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => "a whole number of 64 bits".to_owned(),
        Kind::Uint32 | Kind::Fixed32 => "a whole number of 32 bits that is not negative".to_owned(),
        Kind::Uint64 | Kind::Fixed64 => "a whole number of 64 bits that is not negative".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::String => "text".to_owned(),
        Kind::Bytes => "base64".to_owned(),
        Kind::Enum(choice) => {
            format!("one of {}", listed(choice.values().map(|value| value.name().to_owned())))
        }
        Kind::Message(message) => of_message(message),
    }
}

/// What a message is in JSON: as a rule an object, and of those of protobuf itself often something else.
fn of_message(message: &MessageDescriptor) -> String {
    let full = message.full_name();
    match full.strip_prefix("google.protobuf.") {
        Some("Timestamp") => "a time such as \"2026-01-02T03:04:05Z\"".to_owned(),
        Some("Duration") => "a time in seconds such as \"1.5s\"".to_owned(),
        // What the message itself is wrapped around.
        Some(name) if name.ends_with("Value") => match message.get_field(1).map(|field| field.kind()) {
            Some(Kind::Message(_)) | None => quote(full),
            Some(kind) => words(&kind),
        },
        _ => format!("an object, {}", quote(full)),
    }
}

/// Some of some names.
fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    let left = names.len().saturating_sub(SHOWN_MAX);
    let shown = names.iter().take(SHOWN_MAX).map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    match (shown.is_empty(), left) {
        (true, _) => "none".to_owned(),
        (false, 0) => shown,
        (false, left) => format!("{shown} and {left} more"),
    }
}

/// Names in an error: enough to see what is meant.
const SHOWN_MAX: usize = 16;
